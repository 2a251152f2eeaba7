//! Standards, budgets and public estimates: dated data that travels inside the program, read and checked once.

use std::sync::LazyLock;

use super::model::Standards;
use platform::error::{Error, Result};
use reference::embedded::{BrokenData, parse};

const FILE: &str = "standards.json";

static EMBEDDED: LazyLock<std::result::Result<Standards, BrokenData>> =
    LazyLock::new(|| from_text(include_str!("data/standards.json")));

/// The standards inside the program.
///
/// # Errors
/// [`Error::internal`] when the file is broken, which a test rules out.
pub fn standards() -> Result<&'static Standards> {
    EMBEDDED.as_ref().map_err(|broken| Error::internal(broken.to_string()))
}

/// Reads and checks standards.
///
/// # Errors
/// The text cannot be read, the waits are not the two that figures know, or a list is out of order or holds nobody.
pub fn from_text(text: &str) -> std::result::Result<Standards, BrokenData> {
    let all: Standards = parse(FILE, text)?;
    let wrong = |problem: &str| Err(BrokenData::new(FILE, problem));
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

    #[test]
    fn the_embedded_standards_are_the_published_ones() {
        let all = standards().unwrap();
        let waits: Vec<_> = all.waits.iter().map(|wait| (wait.days, wait.percent)).collect();
        assert_eq!(waits, [(42, 75), (126, 95)]);
        assert_eq!((all.budgets[0].budget_pounds, all.budgets[0].headcount), (7_000_000, 180_000));
        assert_eq!((all.estimates[0].headcount, all.estimates[0].budget_pounds), (1_000_000, 14_000_000));
    }

    #[test]
    fn a_contradiction_in_the_file_is_refused() {
        let good = include_str!("data/standards.json");
        for (from, to, expected) in [
            ("\"days\": 42", "\"days\": 40", "42 and 126"),
            ("\"headcount\": 180000", "\"headcount\": 0", "nobody"),
            ("\"percent\"", "\"per_cent\"", "unknown field"),
        ] {
            assert!(good.contains(from), "the case replaces nothing: {from}");
            let error = from_text(&good.replacen(from, to, 1)).unwrap_err();
            assert!(error.problem.contains(expected), "{from} -> {to}: {error}");
        }
    }
}
