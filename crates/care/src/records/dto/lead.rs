//! Request and response bodies of the lead clinician.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use platform::ids::{Id, UtcTime};

/// The new lead clinician.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceLeadClinician {
    /// The clinician who leads care from now on.
    pub clinician_id: Id,
}

/// The lead clinician of a practitioner.
#[derive(Serialize, ToSchema)]
pub struct LeadClinicianView {
    /// The lead clinician; null if there is none.
    pub clinician_id: Option<Id>,
    /// Name of the lead clinician.
    #[schema(max_length = 100)]
    pub clinician_name: Option<String>,
    /// Since when they have been the lead.
    pub leads_since: Option<UtcTime>,
}

impl LeadClinicianView {
    /// The view if there is no lead clinician.
    pub const NONE: Self = Self { clinician_id: None, clinician_name: None, leads_since: None };
}
