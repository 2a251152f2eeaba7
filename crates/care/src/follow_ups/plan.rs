//! The figures that follow-ups go by: they travel inside the program, read and checked once.

use super::model::{FollowUpContactOutcome, IntervalUnit, Plan};
use reference::embedded;
use reference::embedded::parse;

embedded! {
    /// The figures that follow-ups go by.
    pub fn plan() -> Plan = from_text("data/chasing.json");
}

/// Reads and checks the figures.
///
/// # Errors
/// The text cannot be read, or its figures do not fit together.
fn from_text(text: &str) -> Result<Plan, String> {
    let plan: Plan = parse(text)?;
    let wrong = |what: &str| Err(what.to_owned());
    if plan.letters_until <= plan.letters_from {
        return wrong("letters stop before they begin");
    }
    if plan.chase_after_days.contains(&0) || !plan.chase_after_days.is_sorted() {
        return wrong("the gaps between letters must grow, and none may be nothing");
    }
    if IntervalUnit::ALL.iter().any(|unit| !plan.slack_days.contains_key(unit)) {
        return wrong("a unit has no slack");
    }
    if FollowUpContactOutcome::ALL.iter().any(|outcome| !plan.call_again_after_days.contains_key(outcome)) {
        return wrong("it is not said when to ring again");
    }
    if !(1..=100).contains(&plan.most_open) || !(1..=20).contains(&plan.suggested_slots) {
        return wrong("a limit is out of range");
    }
    if plan.longest_days > 731 || !(1..=90).contains(&plan.overdue_window_days) {
        return wrong("a window is out of range");
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::refuses;

    #[test]
    fn the_figures_inside_the_program_fit_together() {
        let plan = plan();
        assert_eq!(plan.chase_after_days, [1, 7, 14]);
        assert_eq!(plan.call_again_after_days[&FollowUpContactOutcome::Declined], None);
    }

    #[test]
    fn figures_that_do_not_fit_are_refused() {
        let good = include_str!("data/chasing.json");
        let cases = [
            ("\"20:00\"", "\"08:00\"", "before they begin"),
            ("\"20:00\"", "\"late\"", "invalid"),
            ("[1, 7, 14]", "[7, 1]", "must grow"),
            ("[1, 7, 14]", "[0]", "must grow"),
            ("\"days\": 3, ", "", "no slack"),
            ("\"no_answer\": 1, ", "", "ring again"),
            ("\"most_open\": 20", "\"most_open\": 0", "limit"),
            ("\"overdue_window_days\": 14", "\"overdue_window_days\": 0", "window"),
            ("\"most_open\"", "\"most\"", "unknown field"),
        ];
        refuses(good, from_text, &cases);
    }
}
