//! Standards, budgets and public estimates: dated data that travels inside the program, read and checked once.

use super::model::Standards;
use reference::embedded;
use reference::embedded::parse;

embedded! {
    /// The standards inside the program.
    pub fn standards() -> Standards = from_text("data/standards.json");
}

/// Reads and checks standards.
///
/// # Errors
/// The text cannot be read, the waits are not the two that figures know, or a list is out of order or holds nobody.
fn from_text(text: &str) -> Result<Standards, String> {
    let all: Standards = parse(text)?;
    let wrong = |problem: &str| Err(problem.to_owned());
    if all.waits.iter().map(|wait| wait.days).collect::<Vec<_>>() != [42, 126] {
        return wrong("figures are kept for waits of 42 and 126 days");
    }
    if all.budgets.is_empty() || !all.budgets.is_sorted_by(|one, next| one.from < next.from) {
        return wrong("budgets must be there, the oldest first");
    }
    let heads = all.budgets.iter().map(|budget| budget.headcount).chain(all.estimates.iter().map(|one| one.headcount));
    if heads.into_iter().any(|heads| heads == 0) {
        return wrong("a sum for nobody");
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::refuses;

    #[test]
    fn the_embedded_standards_are_the_published_ones() {
        let all = standards();
        let waits: Vec<_> = all.waits.iter().map(|wait| (wait.days, wait.percent)).collect();
        assert_eq!(waits, [(42, 75), (126, 95)]);
        assert_eq!((all.budgets[0].budget_pounds, all.budgets[0].headcount), (7_000_000, 180_000));
        assert_eq!((all.estimates[0].headcount, all.estimates[0].budget_pounds), (1_000_000, 14_000_000));
    }

    #[test]
    fn a_contradiction_in_the_file_is_refused() {
        let good = include_str!("data/standards.json");
        let cases = [
            ("\"days\": 42", "\"days\": 40", "42 and 126"),
            ("\"headcount\": 180000", "\"headcount\": 0", "nobody"),
            ("\"percent\"", "\"per_cent\"", "unknown field"),
        ];
        refuses(good, from_text, &cases);
    }
}
