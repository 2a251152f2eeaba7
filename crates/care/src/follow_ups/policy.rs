//! The limits and intervals of follow-ups: data embedded in the program, read and checked once.

use super::model::{FollowUpContactOutcome, IntervalUnit, Policy};
use reference::embedded;
use reference::embedded::parse;

embedded! {
    /// The embedded policy.
    pub fn policy() -> Policy = from_text("data/policy.json");
}

/// Reads and checks a policy.
///
/// # Errors
/// The text cannot be read, or its values contradict each other.
fn from_text(text: &str) -> Result<Policy, String> {
    let policy: Policy = parse(text)?;
    let wrong = |detail: &str| Err(detail.to_owned());
    if policy.messages_until <= policy.messages_from {
        return wrong("messages stop before they begin");
    }
    if policy.chase_after_days.contains(&0) || !policy.chase_after_days.is_sorted() {
        return wrong("the gaps between reminders must not shrink, and none may be zero");
    }
    if IntervalUnit::ALL.iter().any(|unit| !policy.slack_days.contains_key(unit)) {
        return wrong("a unit has no slack");
    }
    if FollowUpContactOutcome::ALL.iter().any(|outcome| !policy.call_again_after_days.contains_key(outcome)) {
        return wrong("the time to call again is missing for an outcome");
    }
    if !(1..=100).contains(&policy.max_open) || !(1..=20).contains(&policy.suggested_slots) {
        return wrong("a limit is out of range");
    }
    if policy.longest_days > 731 || !(1..=90).contains(&policy.overdue_window_days) {
        return wrong("a window is out of range");
    }
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn the_embedded_policy_is_valid() {
        let policy = policy();
        assert_eq!(policy.chase_after_days, [1, 7, 14]);
        assert_eq!(policy.call_again_after_days[&FollowUpContactOutcome::Declined], None);
    }

    #[test]
    fn an_invalid_policy_is_refused() {
        let good = include_str!("data/policy.json");
        let cases = [
            ("\"20:00\"", "\"08:00\"", "before they begin"),
            ("\"20:00\"", "\"late\"", "invalid"),
            ("[1, 7, 14]", "[7, 1]", "must not shrink"),
            ("[1, 7, 14]", "[0]", "must not shrink"),
            ("\"days\": 3, ", "", "no slack"),
            ("\"no_answer\": 1, ", "", "call again"),
            ("\"max_open\": 20", "\"max_open\": 0", "limit"),
            ("\"overdue_window_days\": 14", "\"overdue_window_days\": 0", "window"),
            ("\"max_open\"", "\"max\"", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
    }
}
