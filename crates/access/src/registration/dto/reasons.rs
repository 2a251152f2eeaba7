//! JSON forms about reasons for confidentiality that were given in words.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::registration::model::{ConfidentialityReasonState, ConfidentialityReasonStep, ReasonInWords};
use crate::registration::rules::{other_words_until, steps};
use people::practitioners::queries::RegisteredPractitioner;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::{Nation, Profession, Setting};

/// Filters of the list of reasons.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConfidentialityReasonQuery {
    /// Only reasons in this state.
    #[param(nullable = false)]
    pub state: Option<ConfidentialityReasonState>,
}

/// A reason for confidentiality that was given in words, without the words.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfidentialityReasonSummary {
    /// Identifies the reason.
    pub id: Id,
    /// The state of the reason.
    pub state: ConfidentialityReasonState,
    /// The practitioner who gave it.
    pub practitioner_id: Id,
    /// The practitioner's reference.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The practitioner's pseudonym, or their reference where they chose none.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The practitioner's profession.
    pub profession: Profession,
    /// Where they work.
    pub setting: Setting,
    /// The nation they work in.
    pub nation: Nation,
    /// Since when it waits, or waited.
    pub waiting_since: UtcTime,
    /// The day by which staff decide.
    pub decision_due_on: NaiveDate,
    /// Whether it still waits although that day has passed.
    pub overdue: bool,
    /// When it was accepted, declined or withdrawn.
    pub ended_at: Option<UtcTime>,
}

impl ConfidentialityReasonSummary {
    /// The reason as it is today.
    pub fn new(reason: &ReasonInWords, person: RegisteredPractitioner, today: NaiveDate) -> Self {
        Self {
            id: reason.id,
            state: reason.state,
            practitioner_id: reason.practitioner,
            reference: person.reference,
            pseudonym: person.pseudonym,
            profession: person.details.profession,
            setting: person.details.setting,
            nation: person.details.nation,
            waiting_since: reason.created_at,
            decision_due_on: reason.decide_by,
            overdue: reason.is_waiting() && today > reason.decide_by,
            ended_at: reason.ended_at,
        }
    }
}

/// A reason for confidentiality that was given in words, and what was decided about it.
#[derive(Serialize, ToSchema)]
pub struct ConfidentialityReasonView {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: ConfidentialityReasonSummary,
    /// Why local care would not be confidential, in the practitioner's own words.
    #[schema(max_length = 2000)]
    pub confidentiality_reason_note: String,
    /// The reason for the decision. The practitioner can read it.
    #[schema(max_length = 2000)]
    pub decision_reason: Option<String>,
}

impl ConfidentialityReasonView {
    /// The reason as it is today.
    pub fn new(reason: ReasonInWords, person: RegisteredPractitioner, today: NaiveDate) -> Self {
        let summary = ConfidentialityReasonSummary::new(&reason, person, today);
        Self { summary, confidentiality_reason_note: reason.words, decision_reason: reason.decision_words }
    }
}

/// A decision about a reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideConfidentialityReason {
    /// The reason for the decision. The practitioner can read it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub reason: Private<String>,
}

/// What was decided about a practitioner's own words, and what they can do next.
#[derive(Serialize, ToSchema)]
pub struct MyReasonDecision {
    /// The state of the reason.
    pub state: ConfidentialityReasonState,
    /// Since when it waits, or waited.
    pub waiting_since: UtcTime,
    /// The day by which staff decide.
    pub decision_due_on: NaiveDate,
    /// When it was decided.
    pub decided_at: Option<UtcTime>,
    /// The reason for the decision, in the words of the member of staff.
    #[schema(max_length = 2000)]
    pub decision_reason: Option<String>,
    /// What the practitioner can do next, most useful first.
    #[schema(max_items = 10)]
    pub next_steps: Vec<ConfidentialityReasonStep>,
    /// The last day on which other words can be sent; null unless the words were declined.
    pub other_words_until: Option<NaiveDate>,
}

impl MyReasonDecision {
    /// The decision about a reason of this practitioner. Other words can be sent while `is_changeable` and until a day.
    pub fn new(reason: ReasonInWords, person: &RegisteredPractitioner, is_changeable: bool, today: NaiveDate) -> Self {
        let declined = reason.ended_at.filter(|_| reason.state == ConfidentialityReasonState::Declined);
        let until = declined.map(|at| other_words_until(at.london_day())).filter(|_| is_changeable);
        let other_words = until.is_some_and(|last| today <= last);
        Self {
            next_steps: steps(reason.state, person.decision, person.pathway, other_words),
            state: reason.state,
            waiting_since: reason.created_at,
            decision_due_on: reason.decide_by,
            decided_at: reason.ended_at,
            decision_reason: reason.decision_words,
            other_words_until: until,
        }
    }
}
