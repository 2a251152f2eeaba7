//! A wrapper for values that must not be printed by accident.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// A personal value. It can be read from a request; it prints nothing in logs, and it is read only by [`Private::reveal`]. In a
/// form its field has `#[schema(value_type = String)]`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Private<T>(T);

impl<T> Private<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// A reference to the value. The name makes every use explicit.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself. The name makes every use explicit.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

/// A text without surrounding white space. It reveals the value.
pub fn trimmed(text: &Private<String>) -> String {
    text.0.trim().to_owned()
}

/// A text without surrounding white space; `None` when nothing is left. It reveals the value.
pub fn trimmed_non_empty(text: Option<&Private<String>>) -> Option<String> {
    text.map(trimmed).filter(|text| !text.is_empty())
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// Implements `Debug` so that only the type's name is printed, and nothing of its content.
#[macro_export]
macro_rules! redacted_debug {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Private<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Private, trimmed_non_empty};

    #[test]
    fn a_private_value_prints_nothing() {
        assert_eq!(format!("{:?} {:#?}", Private::new("Ada"), Some(Private::new("Lovelace"))), "… Some(\n    …,\n)");
    }

    #[test]
    fn white_space_alone_counts_as_no_text() {
        for (typed, expected) in [(" Ada ", Some("Ada")), (" \n\t", None), ("", None)] {
            assert_eq!(trimmed_non_empty(Some(&Private::new(typed.to_owned()))).as_deref(), expected);
        }
        assert_eq!(trimmed_non_empty(None), None);
    }
}
