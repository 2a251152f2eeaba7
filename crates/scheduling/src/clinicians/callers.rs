//! Who may call about the directory, and about bookings.

use people::Role;

people::callers! {
    /// Takes part in a booking: a practitioner, a clinician or a coordinator.
    pub Member: &[Role::Practitioner, Role::Clinician, Role::Coordinator];
    /// May change a directory entry, if only their own.
    pub DirectoryEditor: &[Role::Clinician, Role::Coordinator, Role::Administrator];
    /// May look a clinician up.
    pub DirectoryReader: &[Role::Practitioner, Role::Clinician, Role::Coordinator, Role::Administrator];
}
