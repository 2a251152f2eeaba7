//! What a self-check is made of.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};
use reference::questionnaires::model::Score;
use reference::signposts::model::SignpostNeed;

/// A questionnaire that is offered, with the words for what its answers come to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    pub code: String,
    /// The words for each of its bands.
    pub bands: Vec<BandWords>,
}

/// What somebody is told whose answers fall in a band. It names no illness: the check does not find one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandWords {
    /// The band's code.
    pub band: String,
    pub words: String,
    /// The needs to point to help for.
    pub needs: Vec<SignpostNeed>,
    /// The public address that the band rests on.
    pub source: String,
}

impl Offered {
    /// The words for a band.
    pub fn words(&self, band: &str) -> Option<&BandWords> {
        self.bands.iter().find(|words| words.band == band)
    }
}

/// One answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckAnswer {
    /// The item's id.
    pub item: String,
    /// The points chosen.
    pub value: i32,
}

platform::redacted_debug!(CheckAnswer);

/// A questionnaire as somebody answers it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The questionnaire's code.
    pub questionnaire: String,
    pub answers: Vec<CheckAnswer>,
}

/// A questionnaire as it was answered, and what that comes to.
#[derive(Debug, Clone)]
pub struct CheckResult {
    /// The questionnaire's code.
    pub questionnaire: String,
    /// The version that was answered.
    pub version: u16,
    pub answers: Vec<CheckAnswer>,
    /// What they come to.
    pub score: Score,
}

/// A self-check that somebody took over.
#[derive(Debug, Clone)]
pub struct TakenOver {
    pub id: Id,
    pub taken_on: NaiveDate,
    /// When it was taken over.
    pub claimed_at: UtcTime,
    /// What was answered.
    pub results: Vec<CheckResult>,
}
