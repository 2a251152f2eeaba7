//! Who may call about the directory, and about bookings.

use people::Role;

people::callers! {
    /// Somebody with a part in a booking: a practitioner, a clinician or a coordinator.
    pub Member: &[Role::Practitioner, Role::Clinician, Role::Coordinator];
    /// Somebody who may change a directory entry, if only their own.
    pub DirectoryEditor: &[Role::Clinician, Role::Coordinator, Role::Administrator];
    /// Somebody who may look a clinician up.
    pub DirectoryReader: &[Role::Practitioner, Role::Clinician, Role::Coordinator, Role::Administrator];
}
