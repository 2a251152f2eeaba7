//! Rules and lists that are data, not code. They are embedded in the program. A unit test checks that each is valid, so reading
//! them cannot fail at run time.

use serde::de::DeserializeOwned;

/// Defines a function that returns embedded data, and a unit test that the data is valid. The data is read once, by a function
/// that returns an error for invalid data.
///
/// ```text
/// embedded! {
///     /// The embedded triage rules.
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
                std::sync::LazyLock::new(|| $crate::embedded::expect_valid(stringify!($name), $read));
            &READ
        }

        #[cfg(test)]
        mod $name {
            #[test]
            fn is_valid() {
                super::$name();
            }
        }
    };
}

/// Returns embedded data that a test has checked.
///
/// # Panics
/// The data is not valid.
pub fn expect_valid<T>(name: &str, read: Result<T, String>) -> T {
    read.unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

/// Reads a data file. Unknown and missing members are errors where the type requires it.
///
/// # Errors
/// The file is not JSON, or not of this type.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The first value that occurs twice, if there is one.
pub fn first_duplicate<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    values.into_iter().find(|value| !seen.insert(*value))
}

/// For tests: asserts that a valid text is refused after one part of it is replaced. Each case has the part, its replacement, and
/// a part of the expected error.
///
/// # Panics
/// The text is not refused, or for another reason.
pub fn assert_refused<T>(valid: &str, read: impl Fn(&str) -> Result<T, String>, cases: &[(&str, &str, &str)]) {
    for (from, to, expected) in cases {
        assert!(valid.contains(from), "the case replaces nothing: {from}");
        let problem = read(&valid.replacen(from, to, 1)).err().unwrap_or_default();
        assert!(problem.contains(expected), "{from} -> {to}: {problem}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_duplicate_is_found() {
        assert_eq!(first_duplicate(["a", "b", "a", "b"]), Some("a"));
        assert_eq!(first_duplicate(["a", "b"]), None);
    }
}
