//! Roles that may use the directory and the booking operations.

use people::Role;

people::callers! {
    /// A practitioner, or someone who arranges or gives care: a clinician or a coordinator.
    pub PractitionerOrCareTeam: &[Role::Practitioner, Role::Clinician, Role::Coordinator];
    /// May change directory entries; clinicians only their own.
    pub DirectoryEditor: &[Role::Clinician, Role::Coordinator, Role::Administrator];
    /// May read a clinician's directory entry.
    pub DirectoryReader: &[Role::Practitioner, Role::Clinician, Role::Coordinator, Role::Administrator];
}
