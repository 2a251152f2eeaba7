//! What of the directory is open to a practitioner, as booking says.

use super::model::AppointmentKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Of which slots a practitioner could book one.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    pub kind: AppointmentKind,
    /// Which begin at this instant or later.
    pub from: UtcTime,
    /// And before this one.
    pub to: UtcTime,
    /// By telephone too.
    pub by_phone: bool,
}

/// Says which slots are open to a practitioner; none where none is. Booking knows it, which is above this module and hands
/// it in.
#[derive(Clone, Copy)]
pub struct WhatIsOpen(pub fn(&mut Tx, Id) -> Result<Option<Opening>>);
