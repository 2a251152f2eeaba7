//! What may be searched for.

use chrono::{DateTime, TimeDelta, Utc};

use super::appointments::pathway_after_cancel;
use super::booking::{check_limits, check_pathway};
use crate::booking::model::LiveAppointmentCounts;
use crate::booking::policy::Policies;
use crate::calendar::model::AppointmentKind;
use people::practitioners::model::Pathway;
use platform::clock::days_later;
use platform::refusal::{Reason, Refusal};

/// The longest time that one search for slots covers.
pub const LONGEST_SEARCH: TimeDelta = TimeDelta::days(LONGEST_SEARCH_DAYS);
const LONGEST_SEARCH_DAYS: i64 = 14;

/// Whether a search for slots may cover the time from `from` (inclusive) to `to` (exclusive).
///
/// # Errors
/// [`Reason::InvalidWindow`] when it is empty, backwards or longer than fourteen days in Europe/London.
pub fn check_search_window(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), Refusal> {
    let refuse = |detail| Err(Refusal::new(Reason::InvalidWindow, detail).field("until", "out_of_range", detail));
    if to <= from {
        return refuse("The end of the search must be after its start.");
    }
    if to > days_later(from, LONGEST_SEARCH_DAYS) {
        return refuse("A search can cover fourteen days at most. Choose an earlier end.");
    }
    Ok(())
}

/// Whether a practitioner on this pathway, with this many live appointments, can book slots of this kind at all: the checks that
/// are the same for every slot of the kind.
///
/// # Errors
/// As for booking: pathway and limits.
pub fn check_kind(
    kind: AppointmentKind,
    pathway: Pathway,
    live: &LiveAppointmentCounts,
    policies: &Policies,
) -> Result<(), Refusal> {
    check_pathway(kind, pathway)?;
    check_limits(kind, live, policies)
}

/// Whether an appointment of this kind can be moved at all on this pathway.
///
/// # Errors
/// As for moving: the pathway.
pub fn check_moving(kind: AppointmentKind, pathway: Pathway) -> Result<(), Refusal> {
    check_pathway(kind, pathway_after_cancel(kind, pathway))
}
