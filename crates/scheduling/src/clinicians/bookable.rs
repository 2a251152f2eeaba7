//! Which slots booking leaves open to a practitioner, for the directory.

use super::model::AppointmentKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// The slots that a practitioner can book.
#[derive(Debug, Clone, Copy)]
pub struct BookableSlots {
    pub kind: AppointmentKind,
    /// Earliest start (inclusive).
    pub from: UtcTime,
    /// Latest start (exclusive).
    pub to: UtcTime,
    /// Whether telephone slots can be booked too.
    pub by_phone: bool,
}

/// Returns the slots that a practitioner can book; none when they can book nothing. Booking, which depends on this module,
/// provides the function at start-up.
#[derive(Clone, Copy)]
pub struct BookableSlotsLookup(pub fn(&mut Tx, Id) -> Result<Option<BookableSlots>>);
