//! How long feedback can be given, who is invited to give it and when comments are released: data embedded in the program.

use super::model::Policy;
use reference::embedded;
use reference::embedded::parse;

embedded! {
    /// The embedded policy.
    pub fn policy() -> Policy = from_text("data/feedback.json");
}

/// Reads and checks a policy.
///
/// # Errors
/// The text cannot be read, or breaks the promise that comments are released only in groups of at least five people.
fn from_text(text: &str) -> Result<Policy, String> {
    let policy: Policy = parse(text)?;
    if policy.release_fewest_people < 5 {
        return Err("comments must be released in groups of at least five people".to_owned());
    }
    if policy.source.trim().is_empty() {
        return Err("the source is missing".to_owned());
    }
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn the_embedded_policy_is_valid_and_releases_comments_of_at_least_five_people() {
        assert_eq!(policy().release_fewest_people, 5);
        let good = include_str!("data/feedback.json");
        assert_refused(good, from_text, &[("\"release_fewest_people\": 5", "\"release_fewest_people\": 4", "five people")]);
        assert!(from_text("{}").is_err());
    }
}
