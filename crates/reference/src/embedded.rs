//! Rules and lists that are data, not code: they travel inside the program, and a unit test of each says that it is whole, so
//! a caller always gets it.

use serde::de::DeserializeOwned;

/// Defines a function that gives data of the program, read once by a function that says what is wrong with it, and the unit
/// test that nothing is.
///
/// ```text
/// embedded! {
///     /// The triage inside the program.
///     pub fn triage() -> Triage = read("data/triage.json");
/// }
/// ```
#[macro_export]
macro_rules! embedded {
    ($(#[$doc:meta])+ $vis:vis fn $name:ident() -> $type:ty = $read:ident([$($file:literal),+ $(,)?]);) => {
        $crate::embedded! { @($(#[$doc])+) $vis $name $type, $read(&[$(include_str!($file)),+]) }
    };
    ($(#[$doc:meta])+ $vis:vis fn $name:ident() -> $type:ty = $read:ident($($file:literal),+ $(,)?);) => {
        $crate::embedded! { @($(#[$doc])+) $vis $name $type, $read($(include_str!($file)),+) }
    };
    (@($(#[$doc:meta])+) $vis:vis $name:ident $type:ty, $read:expr) => {
        $(#[$doc])+
        $vis fn $name() -> &'static $type {
            static READ: std::sync::LazyLock<$type> =
                std::sync::LazyLock::new(|| $crate::embedded::whole(stringify!($name), $read));
            &READ
        }

        #[cfg(test)]
        mod $name {
            #[test]
            fn is_whole() {
                super::$name();
            }
        }
    };
}

/// What was read, of data that a test says is whole.
///
/// # Panics
/// It is not.
pub fn whole<T>(name: &str, read: Result<T, String>) -> T {
    read.unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

/// Reads a data file. Unknown and missing members are errors where the type says so.
///
/// # Errors
/// The file is not JSON, or not of this type.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The first value that appears twice, if any.
pub fn first_repeated<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    values.into_iter().find(|value| !seen.insert(*value))
}

/// For tests: with one part of a good text replaced by another, it is refused for a reason that holds these words.
///
/// # Panics
/// It is not.
pub fn refuses<T>(good: &str, read: impl Fn(&str) -> Result<T, String>, cases: &[(&str, &str, &str)]) {
    for (from, to, expected) in cases {
        assert!(good.contains(from), "the case replaces nothing: {from}");
        let problem = read(&good.replacen(from, to, 1)).err().unwrap_or_default();
        assert!(problem.contains(expected), "{from} -> {to}: {problem}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_repeated_value_is_found() {
        assert_eq!(first_repeated(["a", "b", "a", "b"]), Some("a"));
        assert_eq!(first_repeated(["a", "b"]), None);
    }
}
