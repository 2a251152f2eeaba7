//! Forms about the end of care, and about its beginning again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::records::model::EndedItemKind;
use people::practitioners::model::Pathway;
use people::relationships::episodes::{Ended, Summary};
use people::relationships::model::DischargeReason;
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said, trimmed};

/// How care ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DischargePractitioner {
    /// Why.
    pub reason: DischargeReason,
    /// What was done and how it stands, for those who treat.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub summary: Private<String>,
    /// What the practitioner may read.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 8000)]
    pub shared_summary: Option<Private<String>>,
}

impl DischargePractitioner {
    /// What is said.
    pub fn words(&self) -> Summary {
        Summary { summary: trimmed(&self.summary), shared: said(self.shared_summary.as_ref()), ended: Vec::new() }
    }
}

/// An end of care.
#[derive(Serialize, ToSchema)]
pub struct DischargeView {
    /// Whose care ended.
    pub practitioner_id: Id,
    /// Why.
    pub reason: DischargeReason,
    /// What was done and how it stood; null where an assessment was the end of it, whose outcome says so.
    #[schema(max_length = 8000)]
    pub summary: Option<String>,
    /// What the practitioner may read of it.
    #[schema(max_length = 8000)]
    pub shared_summary: Option<String>,
    /// Who led the care.
    pub lead_clinician_id: Id,
    /// When it began.
    pub started_at: UtcTime,
    /// When it ended.
    pub ended_at: UtcTime,
    /// Who ended it.
    pub ended_by: Id,
    /// Until when those who treated may read the record and finish their own notes.
    pub readable_until: UtcTime,
    /// What ended in the same moment. Empty where there was nothing to end.
    #[schema(max_items = 20)]
    pub ended_items: Vec<EndedItems>,
}

/// Things of one kind that ended with somebody's care.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedItems {
    /// Which things.
    pub kind: EndedItemKind,
    /// How many.
    #[schema(minimum = 1)]
    pub count: u32,
}

impl DischargeView {
    /// The end of a practitioner's care.
    pub fn new(practitioner: Id, ended: Ended) -> Self {
        let (summary, shared, parts) = ended.summary.map_or((None, None, Vec::new()), |words| {
            (Some(words.summary).filter(|text| !text.is_empty()), words.shared, words.ended)
        });
        let part = |(what, count): (String, usize)| {
            Some(EndedItems { kind: EndedItemKind::parse(&what)?, count: u32::try_from(count).unwrap_or(u32::MAX) })
        };
        Self {
            practitioner_id: practitioner,
            reason: ended.reason,
            summary,
            shared_summary: shared,
            lead_clinician_id: ended.lead,
            started_at: ended.started_at,
            ended_at: ended.ended_at,
            ended_by: ended.by,
            readable_until: ended.readable_until,
            ended_items: parts.into_iter().filter_map(part).collect(),
        }
    }
}

/// Where somebody stands whose care may begin again.
#[derive(Serialize, ToSchema)]
pub struct ReadmissionView {
    /// Who.
    pub practitioner_id: Id,
    /// Where they stand: the intake questionnaires come next, or an assessment where they are answered already.
    pub pathway: Pathway,
}
