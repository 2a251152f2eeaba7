//! What else follows when an appointment is recorded as not attended. Risk alerts belong to a crate above this one, which registers what
//! to do as [`AttendanceHooks`].

use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// What to do, in the same transaction, when attendance is recorded.
#[derive(Clone, Copy)]
pub struct AttendanceHooks {
    /// This practitioner did not attend this appointment. It is not called again when the same is recorded again.
    pub not_attended: fn(&mut Tx, Id, Id) -> Result<()>,
}
