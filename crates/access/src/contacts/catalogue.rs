//! What follows from each triage need, and how soon: data embedded in the program.

use serde::Deserialize;

use super::model::{ContactTaskKind, TaskRule, TriageNeed, TriageRule};
use reference::embedded;
use reference::embedded::parse;
use reference::signposts::model::SignpostNeed;

/// The triage: what follows from each need, and how soon a call-back is due.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triage {
    #[serde(rename = "source")]
    _source: String,
    call_back_within_minutes: u32,
    /// What follows from each need, the most urgent first.
    pub rules: Vec<TriageRule>,
}

impl Triage {
    /// The task of calling someone back.
    pub const fn call_back(&self) -> TaskRule {
        TaskRule { kind: ContactTaskKind::CallBack, within_minutes: self.call_back_within_minutes }
    }
}

embedded! {
    /// The triage embedded in the program.
    pub fn triage() -> Triage = from_text("data/triage.json");
}

/// Reads and checks a triage.
///
/// # Errors
/// The text cannot be read; a need is missing, appears twice or shares its order with another; danger is not first, or does not
/// point to crisis help; a task has no time limit.
fn from_text(text: &str) -> Result<Triage, String> {
    let mut triage: Triage = parse(text)?;
    triage.rules.sort_by_key(|rule| rule.order);
    let broken = |problem: &str| Err(problem.to_owned());
    for need in TriageNeed::ALL {
        if triage.rules.iter().filter(|rule| rule.need == *need).count() != 1 {
            return broken(&format!("{} must appear exactly once", need.as_str()));
        }
    }
    if triage.rules.windows(2).any(|pair| pair[0].order == pair[1].order) {
        return broken("two needs have the same order");
    }
    let danger = triage.rules.first().filter(|rule| rule.need == TriageNeed::ImmediateDanger);
    if !danger.is_some_and(|rule| rule.task.is_some() && rule.signposts.contains(&SignpostNeed::Crisis)) {
        return broken("danger must be first, point to crisis help and raise a task");
    }
    let lacks_text = |rule: &TriageRule| rule.next_step_text.trim().is_empty() || rule.to_do.is_empty();
    if triage.rules.iter().any(lacks_text) {
        return broken("a need has no instructions");
    }
    let minutes = triage.rules.iter().filter_map(|rule| rule.task).map(|task| task.within_minutes);
    if minutes.chain([triage.call_back_within_minutes]).any(|minutes| minutes == 0) {
        return broken("a task has no time limit");
    }
    Ok(triage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn embedded_triage_covers_every_need() {
        let triage = triage();
        assert_eq!(triage.rules.len(), TriageNeed::ALL.len());
        assert_eq!(triage.rules[0].need, TriageNeed::ImmediateDanger);
    }

    #[test]
    fn unsafe_triage_data_is_refused() {
        let good = include_str!("data/triage.json");
        let cases = [
            ("\"order\": 1,", "\"order\": 9,", "danger must be first"),
            ("\"order\": 5,", "\"order\": 4,", "same order"),
            ("\"signposts\": [\"crisis\"],", "\"signposts\": [],", "danger must be first"),
            ("\"within_minutes\": 15", "\"within_minutes\": 0", "no time limit"),
            ("\"wants_information\"", "\"needs_today\"", "exactly once"),
            ("Life may be in danger. Help comes first; everything else waits.", " ", "no instructions"),
            ("\"order\": 3,", "\"rank\": 3,", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
    }
}
