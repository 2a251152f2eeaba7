//! How long feedback is taken in, whom it is asked of and when words are shown: data that travels inside the program.

use std::sync::LazyLock;

use super::model::Policy;
use platform::error::{Error, Result};
use reference::embedded::{BrokenData, parse};

const FILE: &str = "feedback.json";

static EMBEDDED: LazyLock<std::result::Result<Policy, BrokenData>> =
    LazyLock::new(|| from_text(include_str!("data/feedback.json")));

/// The policy inside the program.
///
/// # Errors
/// [`Error::internal`] when the file is broken, which a test rules out.
pub fn policy() -> Result<&'static Policy> {
    EMBEDDED.as_ref().map_err(|broken| Error::internal(broken.to_string()))
}

/// Reads and checks a policy.
///
/// # Errors
/// The text cannot be read, or contradicts what people are promised.
pub fn from_text(text: &str) -> std::result::Result<Policy, BrokenData> {
    let policy: Policy = parse(FILE, text)?;
    if policy.release_fewest_people < 5 {
        return Err(BrokenData::new(FILE, "words are shown when there are those of at least five people"));
    }
    if policy.source.trim().is_empty() {
        return Err(BrokenData::new(FILE, "there is no source"));
    }
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_policy_is_whole_and_keeps_the_promise_of_five() {
        assert_eq!(policy().unwrap().release_fewest_people, 5);
        let good = include_str!("data/feedback.json");
        let broken = from_text(&good.replace("\"release_fewest_people\": 5", "\"release_fewest_people\": 4")).unwrap_err();
        assert!(broken.problem.contains("five people"), "{broken}");
        assert!(from_text("{}").is_err());
    }
}
