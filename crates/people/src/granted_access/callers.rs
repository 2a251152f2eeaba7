//! Who takes and reviews access for an hour.

use crate::Role;

crate::callers! {
    /// May use break-glass: a clinician or a coordinator.
    pub BreakGlassUser: &[Role::Clinician, Role::Coordinator];
    /// Reads break-glass access: those who take it read their own, privacy officers all.
    pub BreakGlassReader: &[Role::Clinician, Role::Coordinator, Role::PrivacyOfficer];
}
