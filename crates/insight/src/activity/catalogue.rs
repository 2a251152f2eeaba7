//! The built-in standards, budgets and public estimates: data with dates, read and checked once.

use super::model::Standards;
use reference::embedded;
use reference::embedded::parse;

embedded! {
    /// The built-in standards.
    pub fn standards() -> Standards = from_text("data/standards.json");
}

/// Reads and checks standards.
///
/// # Errors
/// The text cannot be read, the waits are not the two that figures use, a list is out of order, or a headcount is zero.
fn from_text(text: &str) -> Result<Standards, String> {
    let all: Standards = parse(text)?;
    let wrong = |problem: &str| Err(problem.to_owned());
    if all.waits.iter().map(|wait| wait.days).collect::<Vec<_>>() != [42, 126] {
        return wrong("figures are counted for waits of 42 and 126 days");
    }
    if all.budgets.is_empty() || !all.budgets.is_sorted_by(|one, next| one.from < next.from) {
        return wrong("there must be budgets, the oldest first");
    }
    let heads = all.budgets.iter().map(|budget| budget.headcount).chain(all.estimates.iter().map(|one| one.headcount));
    if heads.into_iter().any(|heads| heads == 0) {
        return wrong("a headcount of zero");
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn the_built_in_standards_are_the_published_ones() {
        let all = standards();
        let waits: Vec<_> = all.waits.iter().map(|wait| (wait.days, wait.percent)).collect();
        assert_eq!(waits, [(42, 75), (126, 95)]);
        assert_eq!((all.budgets[0].budget_pounds, all.budgets[0].headcount), (7_000_000, 180_000));
        assert_eq!((all.estimates[0].headcount, all.estimates[0].budget_pounds), (1_000_000, 14_000_000));
    }

    #[test]
    fn an_invalid_file_is_refused() {
        let valid = include_str!("data/standards.json");
        let cases = [
            ("\"days\": 42", "\"days\": 40", "42 and 126"),
            ("\"headcount\": 180000", "\"headcount\": 0", "headcount of zero"),
            ("\"percent\"", "\"per_cent\"", "unknown field"),
        ];
        assert_refused(valid, from_text, &cases);
    }
}
