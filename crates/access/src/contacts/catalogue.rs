//! What follows from which word of the triage, and within what time: data that travels inside the program.

use serde::Deserialize;

use super::model::{ContactTaskKind, TaskRule, TriageNeed, TriageWord};
use reference::embedded;
use reference::embedded::parse;
use reference::signposts::model::SignpostNeed;

/// The triage: its words by weight, and the time within which somebody who waits is rung.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triage {
    #[serde(rename = "source")]
    _source: String,
    ring_back_within_minutes: u32,
    /// What follows from each word, the weightiest first.
    pub words: Vec<TriageWord>,
}

impl Triage {
    /// The task of ringing somebody who waits for it.
    pub const fn ring_back(&self) -> TaskRule {
        TaskRule { kind: ContactTaskKind::CallBack, within_minutes: self.ring_back_within_minutes }
    }
}

embedded! {
    /// The triage inside the program.
    pub fn triage() -> Triage = from_text("data/triage.json");
}

/// Reads and checks a triage.
///
/// # Errors
/// The text cannot be read; a word is missing, is there twice or shares its weight; danger is not the weightiest, or does not
/// point to crisis help; a task has no time.
fn from_text(text: &str) -> Result<Triage, String> {
    let mut triage: Triage = parse(text)?;
    triage.words.sort_by_key(|word| word.order);
    let broken = |problem: &str| Err(problem.to_owned());
    for need in TriageNeed::ALL {
        if triage.words.iter().filter(|word| word.need == *need).count() != 1 {
            return broken(&format!("{} is not there once", need.as_str()));
        }
    }
    if triage.words.windows(2).any(|pair| pair[0].order == pair[1].order) {
        return broken("two words have the same weight");
    }
    let danger = triage.words.first().filter(|word| word.need == TriageNeed::ImmediateDanger);
    if !danger.is_some_and(|word| word.task.is_some() && word.signposts.contains(&SignpostNeed::Crisis)) {
        return broken("danger is the weightiest, points to crisis help and is somebody's task");
    }
    let texts = |word: &TriageWord| word.sentence.trim().is_empty() || word.to_do.is_empty();
    if triage.words.iter().any(texts) {
        return broken("a word does not say what is to be done");
    }
    let minutes = triage.words.iter().filter_map(|word| word.task).map(|task| task.within_minutes);
    if minutes.chain([triage.ring_back_within_minutes]).any(|minutes| minutes == 0) {
        return broken("a task has no time");
    }
    Ok(triage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::refuses;

    #[test]
    fn the_embedded_triage_is_whole() {
        let triage = triage();
        assert_eq!(triage.words.len(), TriageNeed::ALL.len());
        assert_eq!(triage.words[0].need, TriageNeed::ImmediateDanger);
    }

    #[test]
    fn a_triage_that_could_do_harm_is_refused() {
        let good = include_str!("data/triage.json");
        let cases = [
            ("\"order\": 1,", "\"order\": 9,", "danger is the weightiest"),
            ("\"order\": 5,", "\"order\": 4,", "same weight"),
            ("\"signposts\": [\"crisis\"],", "\"signposts\": [],", "danger is the weightiest"),
            ("\"within_minutes\": 15", "\"within_minutes\": 0", "no time"),
            ("\"wants_information\"", "\"needs_today\"", "not there once"),
            ("Life may be in danger. Help comes first; everything else waits.", " ", "what is to be done"),
            ("\"order\": 3,", "\"rank\": 3,", "unknown field"),
        ];
        refuses(good, from_text, &cases);
    }
}
