//! Request and response bodies about what is open when care ends.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::records::model::{
    FollowUpsDecision, HandoverAnswer, OpenItemAnswers, OpenItemDecision, OpenItemKind, OpenItemStatements,
    OrphanedNotesDecision, PrescriptionsDecision, UnsignedNotesDecision,
};
use platform::ids::Id;
use platform::private::{Private, trimmed_non_empty};

/// What happens to what is open when care ends. A kind that has something open needs an answer; the others may be left out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenItemsForm {
    /// What happens to the prescriptions in force.
    #[serde(default)]
    pub prescriptions: Option<PrescriptionsDecision>,
    /// What happens to the open follow-ups.
    #[serde(default)]
    pub follow_ups: Option<FollowUpsDecision>,
    /// What happens to the unsigned notes whose authors can still sign them, those about sessions of groups included.
    #[serde(default)]
    pub unsigned_notes: Option<UnsignedNotesDecision>,
    /// What happens to the unsigned notes whose author has left, those about sessions of groups included.
    #[serde(default)]
    pub orphaned_notes: Option<OrphanedNotesDecision>,
    /// For orphaned notes: why they stay unsigned, and where what they were about is recorded instead.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub orphaned_notes_reason: Option<Private<String>>,
    /// For prescriptions with `continue_elsewhere`: the letter that informs the GP, which is proposed, agreed or sent.
    #[serde(default)]
    pub letter_id: Option<Id>,
    /// For prescriptions with `continue_elsewhere`: why there is no such letter.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub no_letter_reason: Option<Private<String>>,
}

impl OpenItemsForm {
    /// What is stated beside the answers.
    pub fn statements(&self) -> OpenItemStatements {
        OpenItemStatements {
            handover: HandoverAnswer {
                letter: self.letter_id,
                no_letter_reason: trimmed_non_empty(self.no_letter_reason.as_ref()),
            },
            orphaned_notes_reason: trimmed_non_empty(self.orphaned_notes_reason.as_ref()),
        }
    }
}

impl From<&OpenItemsForm> for OpenItemAnswers {
    fn from(form: &OpenItemsForm) -> Self {
        Self {
            prescriptions: form.prescriptions,
            follow_ups: form.follow_ups,
            unsigned_notes: form.unsigned_notes,
            orphaned_notes: form.orphaned_notes,
        }
    }
}

/// What prevents the end of care now, and what is asked about.
#[derive(Debug, Serialize, ToSchema)]
pub struct DischargeCheck {
    /// The practitioner.
    pub practitioner_id: Id,
    /// The risk alert that a clinician must close first; null if none is open.
    pub open_risk_alert_id: Option<Id>,
    /// Whether there are upcoming appointments, which must be cancelled first.
    pub has_upcoming_appointments: bool,
    /// The kinds that have something open. The discharge states what happens to each. Empty if nothing is open.
    #[schema(max_items = 4)]
    pub open_items: Vec<OpenItems>,
    /// The letters to the GP that the discharge can name when prescriptions continue there: proposed, agreed or sent since care began, the
    /// newest first.
    #[schema(max_items = 50)]
    pub gp_letter_ids: Vec<Id>,
}

/// Items of one kind that are open.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenItems {
    /// The kind of the items.
    pub kind: OpenItemKind,
    /// How many are open.
    #[schema(minimum = 1)]
    pub count: u32,
    /// How many of them are the caller's: prescribed by them, agreed with them, or written by them.
    #[schema(minimum = 0)]
    pub own_count: u32,
    /// What can be decided about them.
    #[schema(max_items = 3)]
    pub decisions: Vec<OpenItemDecision>,
}

/// What was decided about items of one kind that were open when care ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettledItems {
    /// The kind of the items.
    pub kind: OpenItemKind,
    /// How many were open.
    #[schema(minimum = 1)]
    pub count: u32,
    /// What was decided about them.
    pub decision: OpenItemDecision,
}
