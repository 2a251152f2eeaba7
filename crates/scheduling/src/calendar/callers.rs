//! Who may call about calendars, and about care.

use people::Role;

people::callers! {
    /// A clinician or a coordinator.
    pub CareTeam: &[Role::Clinician, Role::Coordinator];
}
