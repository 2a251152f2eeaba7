//! What is searched for and shown.

use chrono::{DateTime, TimeDelta, Utc};

use super::appointments::stage_after_cancel;
use super::booking::{check_limits, check_stage};
use crate::booking::figures::Policies;
use crate::booking::model::LiveAppointments;
use crate::calendar::model::AppointmentKind;
use people::practitioners::model::Pathway;
use platform::clock::days_later;
use platform::refusal::{Reason, Refusal};

/// The longest stretch of time that one search for slots covers.
pub const LONGEST_SEARCH: TimeDelta = TimeDelta::days(LONGEST_SEARCH_DAYS);
const LONGEST_SEARCH_DAYS: i64 = 14;

/// Whether a search for slots may cover the time from `from` up to, but not including, `to`.
///
/// # Errors
/// `invalid_window` when it is empty, backwards or longer than fourteen days in Britain.
pub fn check_search_window(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), Refusal> {
    let refuse = |detail| Err(Refusal::new(Reason::InvalidWindow, detail).field("to", "out_of_range", detail));
    if to <= from {
        return refuse("The end of the window must lie after its beginning.");
    }
    if to > days_later(from, LONGEST_SEARCH_DAYS) {
        return refuse("A window may span fourteen days at most.");
    }
    Ok(())
}

/// Whether any slot of this kind is open to a practitioner at this stage, with so many live appointments: what booking says of
/// every slot of the kind alike.
///
/// # Errors
/// As for booking, of stage and limits.
pub fn check_kind(kind: AppointmentKind, stage: Pathway, live: &LiveAppointments, policies: &Policies) -> Result<(), Refusal> {
    check_stage(kind, stage)?;
    check_limits(kind, live, policies)
}

/// Whether an appointment of this kind may move at all at this stage: what rescheduling says of every slot alike.
///
/// # Errors
/// As for rescheduling, of the stage.
pub fn check_moving(kind: AppointmentKind, stage: Pathway) -> Result<(), Refusal> {
    check_stage(kind, stage_after_cancel(kind, stage))
}
