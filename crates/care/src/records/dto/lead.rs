//! Forms about who leads care.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use platform::ids::{Id, UtcTime};

/// Who shall lead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceLeadClinician {
    /// The clinician.
    pub clinician_id: Id,
}

/// Who leads somebody's care.
#[derive(Serialize, ToSchema)]
pub struct LeadClinicianView {
    /// The clinician; null when nobody leads.
    pub clinician_id: Option<Id>,
    /// Their name.
    #[schema(max_length = 100)]
    pub clinician_name: Option<String>,
    /// Since when.
    pub leads_since: Option<UtcTime>,
}

impl LeadClinicianView {
    /// What is said when nobody leads.
    pub const NOBODY: Self = Self { clinician_id: None, clinician_name: None, leads_since: None };
}
