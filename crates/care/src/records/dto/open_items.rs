//! Request and response bodies about what is open when care ends.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::records::model::{
    FollowUpsDecision, OpenItemAnswers, OpenItemDecision, OpenItemKind, PrescriptionsDecision, UnsignedNotesDecision,
};
use platform::ids::Id;

/// What happens to what is open when care ends. A kind that has something open needs an answer; the others may be left out.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenItemsForm {
    /// What happens to the prescriptions in force.
    #[serde(default)]
    pub prescriptions: Option<PrescriptionsDecision>,
    /// What happens to the open follow-ups.
    #[serde(default)]
    pub follow_ups: Option<FollowUpsDecision>,
    /// What happens to the unsigned notes, those about sessions of groups included.
    #[serde(default)]
    pub unsigned_notes: Option<UnsignedNotesDecision>,
}

impl From<OpenItemsForm> for OpenItemAnswers {
    fn from(form: OpenItemsForm) -> Self {
        let OpenItemsForm { prescriptions, follow_ups, unsigned_notes } = form;
        Self { prescriptions, follow_ups, unsigned_notes }
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
    #[schema(max_items = 3)]
    pub open_items: Vec<OpenItems>,
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
