//! How long feedback is taken in, whom it is asked of and when words are shown: data that travels inside the program.

use super::model::Policy;
use reference::embedded;
use reference::embedded::parse;

embedded! {
    /// The policy inside the program.
    pub fn policy() -> Policy = from_text("data/feedback.json");
}

/// Reads and checks a policy.
///
/// # Errors
/// The text cannot be read, or contradicts what people are promised.
fn from_text(text: &str) -> Result<Policy, String> {
    let policy: Policy = parse(text)?;
    if policy.release_fewest_people < 5 {
        return Err("words are shown when there are those of at least five people".to_owned());
    }
    if policy.source.trim().is_empty() {
        return Err("there is no source".to_owned());
    }
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::refuses;

    #[test]
    fn the_embedded_policy_is_whole_and_keeps_the_promise_of_five() {
        assert_eq!(policy().release_fewest_people, 5);
        let good = include_str!("data/feedback.json");
        refuses(good, from_text, &[("\"release_fewest_people\": 5", "\"release_fewest_people\": 4", "five people")]);
        assert!(from_text("{}").is_err());
    }
}
