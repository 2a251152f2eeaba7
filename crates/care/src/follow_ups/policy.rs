//! The limits and intervals of follow-ups: data embedded in the program, read and checked once. With the values that administrators
//! changed: [`super::in_force`].

use super::model::{FollowUpContactAttemptOutcome, IntervalUnit, Policy};
use reference::embedded;
use reference::embedded::parse;
use reference::reference_data::figures::{Figure, Figures, first_absurd};

embedded! {
    /// The embedded policy.
    pub fn policy() -> Policy = from_text("data/policy.json");
}

/// Reads and checks a policy.
///
/// # Errors
/// The text cannot be read, or its values contradict each other.
fn from_text(text: &str) -> Result<Policy, String> {
    let mut policy: Policy = parse(text)?;
    let wrong = |detail: &str| Err(detail.to_owned());
    if policy.source.trim().is_empty() {
        return wrong("the source is missing");
    }
    if IntervalUnit::ALL.iter().any(|unit| !policy.slack_days.contains_key(unit)) {
        return wrong("a unit has no slack");
    }
    if FollowUpContactAttemptOutcome::ALL.iter().any(|outcome| !policy.call_again_after_days.contains_key(outcome)) {
        return wrong("the time to call again is missing for an outcome");
    }
    if let Some(key) = first_absurd(&mut policy) {
        return wrong(&format!("{key} makes no sense"));
    }
    check_order(&policy).map_err(|(key, detail)| format!("{key}: {detail}"))?;
    Ok(policy)
}

/// Checks that the gaps between reminders do not shrink. Returns the key that is wrong, and how.
///
/// # Errors
/// The key of the first gap that is shorter than the one before.
pub(super) fn check_order(policy: &Policy) -> Result<(), (String, &'static str)> {
    let shorter = policy.chase_after_days.windows(2).position(|pair| pair[1] < pair[0]);
    shorter.map_or(Ok(()), |place| Err((chase_key(place + 1), "A reminder does not follow sooner than the one before.")))
}

/// The key of the reminder at this place of the list.
fn chase_key(place: usize) -> String {
    format!("chase:{}", place + 1)
}

impl Figures for Policy {
    /// The ranges are the service's own choice (`docs/clinical-rules.md#reference-data`). Messages begin and end at times of day that do not overlap.
    fn figures(&mut self) -> Vec<Figure<'_>> {
        let source = self.source.as_str();
        let mut all = vec![
            Figure::time_of_day("messages_from", &mut self.messages_from, 8..=12, source),
            Figure::time_of_day("messages_until", &mut self.messages_until, 16..=21, source),
            Figure::number("counts_early_days", &mut self.counts_early_days, 0..=28, source),
            Figure::number("longest_days", &mut self.longest_days, 28..=731, source),
            Figure::number("max_open", &mut self.max_open, 1..=100, source),
            Figure::number("suggested_slots", &mut self.suggested_slots, 1..=20, source),
            Figure::number("overdue_window_days", &mut self.overdue_window_days, 1..=90, source),
        ];
        let chase = self.chase_after_days.iter_mut().enumerate();
        all.extend(chase.map(|(place, days)| Figure::number(chase_key(place), days, 1..=56, source)));
        let slack = self.slack_days.iter_mut();
        all.extend(slack.map(|(unit, days)| Figure::number(format!("slack_days:{}", unit.as_str()), days, 0..=28, source)));
        let again = self.call_again_after_days.iter_mut().filter_map(|(outcome, days)| Some((outcome, days.as_mut()?)));
        all.extend(again.map(|(outcome, days)| Figure::number(format!("call_again:{}", outcome.as_str()), days, 1..=28, source)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn the_embedded_policy_is_valid() {
        let policy = policy();
        assert_eq!(policy.chase_after_days, [1, 7, 14]);
        assert_eq!(policy.call_again_after_days[&FollowUpContactAttemptOutcome::Declined], None);
    }

    #[test]
    fn an_invalid_policy_is_refused() {
        let good = include_str!("data/policy.json");
        let cases = [
            ("\"20:00\"", "\"08:00\"", "messages_until makes no sense"),
            ("\"20:00\"", "\"late\"", "invalid"),
            ("[1, 7, 14]", "[7, 1]", "chase:2: A reminder"),
            ("[1, 7, 14]", "[0]", "chase:1 makes no sense"),
            ("\"days\": 3, ", "", "no slack"),
            ("\"no_answer\": 1, ", "", "call again"),
            ("\"max_open\": 20", "\"max_open\": 0", "max_open makes no sense"),
            ("\"overdue_window_days\": 14", "\"overdue_window_days\": 0", "overdue_window_days makes no sense"),
            ("\"max_open\"", "\"max\"", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
    }
}
