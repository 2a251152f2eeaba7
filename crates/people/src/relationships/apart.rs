//! What a change of who must not meet whom affects. Blocking a colleague, and changing an employer, a name or a number, are done here
//! and in the directory of clinicians; appointments, groups and care belong to rooms above. They hand in what to do as [`Apart`].

use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

pub use super::model::ArrangementKind;

/// Something of a practitioner's that is with somebody whom they must not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Affected {
    pub what: ArrangementKind,
    /// Which, where it has an address.
    pub id: Option<Id>,
    /// When it begins, where it has a time.
    pub starts_at: Option<UtcTime>,
}

/// What is to be done, in the same transaction, when it changes whom somebody must not meet.
#[derive(Clone, Copy)]
pub struct Apart {
    /// Finds what is affected of a practitioner's, and has a coordinator look at it.
    pub of_practitioner: fn(&mut Tx, Id) -> Result<Vec<Affected>>,
    /// The same for everybody who has something with a member of staff, or an alert that they could have seen to.
    pub of_staff: fn(&mut Tx, Id) -> Result<()>,
    /// Those of these accounts that practitioners find in the directory.
    pub listed: fn(&mut Tx, &[Id]) -> Result<Vec<Id>>,
}
