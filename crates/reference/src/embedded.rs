//! Rules and lists that are data, not code: they travel inside the program and are checked when they are first read.

use std::fmt;

use serde::de::DeserializeOwned;

/// A data file inside the program is not as its room needs it. The program should not start with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenData {
    /// The file's name.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

impl BrokenData {
    /// Says what is wrong with which file.
    pub fn new(file: &str, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), problem: problem.into() }
    }
}

impl fmt::Display for BrokenData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.problem)
    }
}

impl std::error::Error for BrokenData {}

/// Reads a data file. Unknown and missing members are errors where the type says so.
///
/// # Errors
/// The file is not JSON, or not of this type.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, BrokenData> {
    serde_json::from_str(text).map_err(|error| BrokenData::new(file, error.to_string()))
}

/// The first value that appears twice, if any.
pub fn first_repeated<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    values.into_iter().find(|value| !seen.insert(*value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_named() {
        let error = parse::<Vec<u8>>("x.json", "[1, 2").unwrap_err();
        assert!(error.to_string().starts_with("x.json: "), "{error}");
        assert_eq!(parse::<Vec<u8>>("x.json", "[1, 2]").unwrap(), [1, 2]);
    }

    #[test]
    fn the_first_repeated_value_is_found() {
        assert_eq!(first_repeated(["a", "b", "a", "b"]), Some("a"));
        assert_eq!(first_repeated(["a", "b"]), None);
    }
}
