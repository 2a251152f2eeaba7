//! JSON forms about alerts that staff of the contact line raise.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ContactTask;
use crate::contacts::model::RiskSeverity;
use platform::ids::UtcTime;
use platform::private::Private;
use reference::signposts::dto::SignpostView;

/// A risk that a member of staff sees in a contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContactRiskAlert {
    /// A practitioner's reference, if the caller states one. Without one, the reference that was recorded with the contact counts, and
    /// else the caller's number or address.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub stated_reference: Option<Private<String>>,
    /// How soon someone must act.
    pub severity: RiskSeverity,
    /// What you saw or heard. If the caller is a practitioner, their clinicians read it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub note: Private<String>,
}

/// That an alert was received. It is the same for every caller: it does not show whether anyone has the reference, nor whether the
/// caller is a practitioner.
#[derive(Serialize, ToSchema)]
pub struct ContactRiskAlertReceived {
    /// Where to get help now. Show it first.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// When the alert was received.
    pub received_at: UtcTime,
    /// Whether the stated text can be a reference; false for a typing error, null where none was stated.
    pub reference_readable: Option<bool>,
    /// The open tasks of the contact.
    #[schema(max_items = 50)]
    pub tasks: Vec<ContactTask>,
}
