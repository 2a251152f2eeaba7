//! Request and response bodies of discharge and readmission.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::open_items::{OpenItemsForm, SettledItems};
use crate::records::model::{EndedItemKind, OpenItemAnswers, OpenItemDecision, OpenItemKind, OpenItemStatements};
use crate::records::rules::kept_until;
use people::practitioners::model::Pathway;
use people::relationships::episodes::{DischargeRecord, DischargeSummary};
use people::relationships::model::DischargeReason;
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};

/// The discharge of a practitioner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DischargePractitioner {
    /// Why care ends.
    pub reason: DischargeReason,
    /// Summary of treatment and current condition, for clinicians.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub summary: Private<String>,
    /// What the practitioner can read.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 8000)]
    pub shared_summary: Option<Private<String>>,
    /// What happens to what is open: see `GET /v1/practitioners/{id}/discharge-check`. Needed for each kind that has something open,
    /// except after death, when everything ends.
    #[serde(default)]
    pub open_items: Option<OpenItemsForm>,
}

impl DischargePractitioner {
    /// What happens to what is open.
    pub fn answers(&self) -> OpenItemAnswers {
        self.open_items.as_ref().map(OpenItemAnswers::from).unwrap_or_default()
    }

    /// What is stated beside these answers.
    pub fn statements(&self) -> OpenItemStatements {
        self.open_items.as_ref().map(OpenItemsForm::statements).unwrap_or_default()
    }

    /// The summary, without what ends with care.
    pub fn summary(&self) -> DischargeSummary {
        DischargeSummary {
            summary: trimmed(&self.summary),
            shared: trimmed_non_empty(self.shared_summary.as_ref()),
            ..DischargeSummary::default()
        }
    }
}

/// A discharge.
#[derive(Serialize, ToSchema)]
pub struct DischargeView {
    /// The practitioner whose care ended.
    pub practitioner_id: Id,
    /// Why care ended.
    pub reason: DischargeReason,
    /// Summary of treatment and condition, for clinicians. Null if care ended with the outcome of an assessment; see that
    /// outcome.
    #[schema(max_length = 8000)]
    pub summary: Option<String>,
    /// What the practitioner can read.
    #[schema(max_length = 8000)]
    pub shared_summary: Option<String>,
    /// The lead clinician at the end of care.
    pub lead_clinician_id: Id,
    /// When care began.
    pub started_at: UtcTime,
    /// When care ended.
    pub ended_at: UtcTime,
    /// The clinician who ended it.
    pub ended_by: Id,
    /// Until when the clinicians who treated the practitioner can read the record and finish their own notes.
    pub readable_until: UtcTime,
    /// Until when the record is kept at least: twenty years after the end of care, or ten years after death. Care that begins again
    /// moves this day.
    pub record_kept_until: NaiveDate,
    /// What ended at the same time. Empty if there was nothing to end.
    #[schema(max_items = 20)]
    pub ended_items: Vec<EndedItems>,
    /// What was decided about what was open. Empty if nothing was open, and after death.
    #[schema(max_items = 4)]
    pub settled_items: Vec<SettledItems>,
    /// The letter that informs the GP of the prescriptions that continue there; null where there is none.
    pub letter_id: Option<Id>,
    /// Why there is no such letter; null where there is one, and where none was needed.
    #[schema(max_length = 1000)]
    pub no_letter_reason: Option<String>,
    /// Why notes stay unsigned whose author has left; null where there were none.
    #[schema(max_length = 1000)]
    pub orphaned_notes_reason: Option<String>,
}

/// Items of one kind that ended with care.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedItems {
    /// The kind of the items that ended.
    pub kind: EndedItemKind,
    /// How many items of this kind ended.
    #[schema(minimum = 1)]
    pub count: u32,
}

impl DischargeView {
    /// The discharge of a practitioner. They are dead when it ended care with a death that was not recorded in error.
    pub fn new(practitioner: Id, ended: DischargeRecord, is_dead: bool) -> Self {
        let DischargeSummary { summary, shared, ended: items, settled, letter, no_letter_reason, orphaned_notes_reason } =
            ended.summary.unwrap_or_default();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let item =
            |(what, count): (String, usize)| Some(EndedItems { kind: EndedItemKind::parse_stored(&what)?, count: number(count) });
        let settled_item = |(what, count, decision): (String, usize, String)| {
            let (kind, decision) = (OpenItemKind::parse_stored(&what)?, OpenItemDecision::parse_stored(&decision)?);
            Some(SettledItems { kind, count: number(count), decision })
        };
        Self {
            practitioner_id: practitioner,
            reason: ended.reason,
            summary: Some(summary).filter(|text| !text.is_empty()),
            shared_summary: shared,
            lead_clinician_id: ended.lead,
            started_at: ended.started_at,
            ended_at: ended.ended_at,
            ended_by: ended.by,
            readable_until: ended.readable_until,
            record_kept_until: kept_until(ended.ended_at.london_day(), is_dead),
            ended_items: items.into_iter().filter_map(item).collect(),
            settled_items: settled.into_iter().filter_map(settled_item).collect(),
            letter_id: letter,
            no_letter_reason,
            orphaned_notes_reason,
        }
    }
}

/// The result of a readmission.
#[derive(Serialize, ToSchema)]
pub struct ReadmissionView {
    /// The practitioner who was readmitted.
    pub practitioner_id: Id,
    /// The new pathway: the practitioner answers the intake questionnaires next, or books an assessment if they are already
    /// submitted.
    pub pathway: Pathway,
}
