//! Self-checks: what is offered, answered and stored.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};
use reference::questionnaires::model::Score;
use reference::signposts::model::SignpostNeed;

/// A questionnaire of the self-check, with the texts of its bands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferedQuestionnaire {
    pub code: String,
    /// The text of each of its bands.
    pub bands: Vec<BandText>,
}

/// The text shown to people whose answers fall in a band. It names no illness: the check does not find one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandText {
    /// The band's code.
    pub band: String,
    pub text: String,
    /// The needs for which sources of help are shown.
    pub needs: Vec<SignpostNeed>,
    /// The public source of the band.
    pub source: String,
}

impl OfferedQuestionnaire {
    /// The text of a band.
    pub fn band_text(&self, band: &str) -> Option<&BandText> {
        self.bands.iter().find(|text| text.band == band)
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

/// A questionnaire and the answers given to it.
#[derive(Debug, Clone)]
pub struct GivenAnswers {
    /// The questionnaire's code.
    pub questionnaire: String,
    pub answers: Vec<CheckAnswer>,
}

/// An answered questionnaire and its score.
#[derive(Debug, Clone)]
pub struct CheckResult {
    /// The questionnaire's code.
    pub questionnaire: String,
    /// The version that was answered.
    pub version: u16,
    pub answers: Vec<CheckAnswer>,
    pub score: Score,
}

/// A self-check that a practitioner has moved into their record.
#[derive(Debug, Clone)]
pub struct ClaimedCheck {
    pub id: Id,
    pub taken_on: NaiveDate,
    /// When it was moved into the record.
    pub claimed_at: UtcTime,
    /// What was answered.
    pub results: Vec<CheckResult>,
}
