//! The built-in budgets and public estimates: data with dates, read and checked once.

use super::model::PublicFigures;
use reference::embedded;
use reference::embedded::parse;

embedded! {
    /// The built-in budgets and estimates.
    pub fn public_figures() -> PublicFigures = from_text("data/public_figures.json");
}

/// Reads and checks budgets and estimates.
///
/// # Errors
/// The text cannot be read, a list is out of order, or a headcount is zero.
fn from_text(text: &str) -> Result<PublicFigures, String> {
    let all: PublicFigures = parse(text)?;
    let wrong = |problem: &str| Err(problem.to_owned());
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
    fn the_built_in_figures_are_the_published_ones() {
        let all = public_figures();
        assert_eq!((all.budgets[0].budget_pounds, all.budgets[0].headcount), (7_000_000, 180_000));
        assert_eq!((all.estimates[0].headcount, all.estimates[0].budget_pounds), (1_000_000, 14_000_000));
    }

    #[test]
    fn an_invalid_file_is_refused() {
        let valid = include_str!("data/public_figures.json");
        let cases =
            [("\"headcount\": 180000", "\"headcount\": 0", "headcount of zero"), ("\"headcount\"", "\"heads\"", "unknown field")];
        assert_refused(valid, from_text, &cases);
    }
}
