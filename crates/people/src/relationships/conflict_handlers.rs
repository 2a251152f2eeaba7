//! What follows from a new conflict between a practitioner and a member of staff. It arises when a colleague is blocked, or when the
//! employer, a name or the registration of a practitioner or of a member of staff changes. Appointments, groups and care belong to
//! crates above this one, which register what to do as [`ConflictHandlers`].

use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

pub use super::model::ArrangementKind;

/// An arrangement of a practitioner with a person they must not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConflictingArrangement {
    pub what: ArrangementKind,
    /// Its id, where it has an address of its own.
    pub id: Option<Id>,
    /// When it starts, where it has a time.
    pub starts_at: Option<UtcTime>,
}

/// What to do, in the same transaction, when a change may have caused a conflict.
#[derive(Clone, Copy)]
pub struct ConflictHandlers {
    /// Finds the affected arrangements of a practitioner, and asks a coordinator to review them.
    pub for_practitioner: fn(&mut Tx, Id) -> Result<Vec<ConflictingArrangement>>,
    /// The same for every practitioner who has an arrangement with a member of staff, or an alert that the member of staff could
    /// have handled.
    pub for_staff: fn(&mut Tx, Id) -> Result<()>,
    /// The accounts among these that practitioners find in the directory.
    pub listed_in_directory: fn(&mut Tx, &[Id]) -> Result<Vec<Id>>,
    /// The tasks about a practitioner's places in groups. Such a task may be about another member, so the practitioner does not see it.
    pub tasks_about_places: fn(&mut Tx, Id) -> Result<Vec<Id>>,
}
