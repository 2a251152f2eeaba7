//! Roles that may use the calendar and the care operations.

use people::Role;

people::callers! {
    /// A clinician or a coordinator.
    pub CareTeam: &[Role::Clinician, Role::Coordinator];
}
