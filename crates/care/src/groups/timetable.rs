//! Creates the sessions of a group from its programme, and reserves the facilitators' time for them. A session takes up their
//! time like an absence: free slots are removed, and booked appointments are listed, not cancelled.

use super::model::{GroupKind, GroupState, policies};
use super::queries::groups::{self, Group};
use super::queries::sessions;
use super::rules;
use chrono::{Days, NaiveDate};
use platform::Tx;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;
use scheduling::calendar::model::PlannedSlot;
use scheduling::calendar::reservations;
use scheduling::calendar::reservations::{Reservation, ReservationChange};

/// How many groups one run of [`extend_timetables`] handles at most.
const MAX_GROUPS_PER_RUN: usize = 5;

/// How many groups one run examines, so that those that cannot be handled do not keep the others waiting.
const MAX_EXAMINED: i64 = 100;

/// The day up to which the sessions of a group are planned.
pub(super) fn horizon(today: NaiveDate) -> NaiveDate {
    let days = Days::new(7 * u64::from(policies().horizon_weeks));
    today.checked_add_days(days).unwrap_or(NaiveDate::MAX)
}

/// Replaces the upcoming sessions with those of the programme; returns the appointments that lost their slots by this.
/// `former` are the facilitators before the change. The rows of all former and present facilitators must be locked.
pub(super) fn plan_sessions_again(tx: &mut Tx, group: &Group, former: &[Id], actor: Actor) -> Result<Vec<Id>> {
    // Before a group has started, none of its sessions has taken place, even if its time has passed.
    let since = if group.state == GroupState::Forming { tx.now.min(group.created_at) } else { tx.now };
    let upcoming = sessions::upcoming(tx, group.id, since)?;
    let released: Vec<Id> = upcoming.iter().map(|session| session.id).collect();
    sessions::delete(tx, &released)?;
    let begun = sessions::begun_days(tx, group.id)?;
    let (programme, today) = (&group.programme, tx.now.london_day());
    let until = if programme.kind == GroupKind::SlowOpen { horizon(today) } else { NaiveDate::MAX };
    let mut planned = rules::sessions_between(&programme.series, today, until);
    planned.retain(|(day, slot)| slot.starts_at > tx.now.get() && !begun.contains(day));
    let added = sessions::add(tx, group.id, programme.record_type, &planned)?;
    let orphaned = update_reservations(tx, group, former, &released, &added, actor)?;
    groups::set_sessions_until(tx, group.id, until.min(horizon(today)))?;
    update_enrolment_close(tx, group)?;
    Ok(orphaned)
}

/// Releases the facilitators' time for the `released` sessions and reserves it for the `planned` ones.
pub(super) fn update_reservations(
    tx: &mut Tx,
    group: &Group,
    former: &[Id],
    released: &[Id],
    planned: &[(Id, PlannedSlot)],
    actor: Actor,
) -> Result<Vec<Id>> {
    let facilitators = group.programme.facilitators;
    let mut all: Vec<Id> = former.iter().copied().chain(facilitators).collect();
    all.sort();
    all.dedup();
    let (reservations, note) = (reservations_of(planned), calendar_note(group));
    let mut orphaned = Vec::new();
    for clinician in all {
        let wanted: &[Reservation] = if facilitators.contains(&clinician) { &reservations } else { &[] };
        let change = ReservationChange { clinician, released, reserved: wanted, note: &note };
        orphaned.extend(reservations::change(tx, change, actor)?);
    }
    Ok(orphaned)
}

fn reservations_of(sessions: &[(Id, PlannedSlot)]) -> Vec<Reservation> {
    let reservation = |(id, slot): &(Id, PlannedSlot)| Reservation {
        reserved_for: *id,
        starts_at: slot.starts_at.into(),
        ends_at: slot.ends_at.into(),
    };
    sessions.iter().map(reservation).collect()
}

/// The entry in the facilitators' calendars.
fn calendar_note(group: &Group) -> String {
    format!("Group session: {}", group.programme.title)
}

/// Closes enrolment in a series at the start of its first or second session that takes place.
pub(super) fn update_enrolment_close(tx: &mut Tx, group: &Group) -> Result<()> {
    let closes_at = match group.programme.closes_at_session {
        None => None,
        Some(number) => {
            let starts = sessions::first_starts(tx, group.id, number.into())?;
            // A series with no session that takes place is closed to enrolment.
            Some(starts.last().copied().unwrap_or(group.created_at))
        }
    };
    groups::set_enrolment_close(tx, group.id, closes_at)
}

/// Plans the sessions up to the horizon for a few slow-open groups; returns for how many. Slots do not reach so far ahead, so
/// no booked appointment is affected.
///
/// # Errors
/// When the database cannot be reached. A group that cannot be extended is logged, and the next run tries again.
pub fn extend_timetables(tx: &mut Tx) -> Result<usize> {
    let until = horizon(tx.now.london_day());
    let mut extended = 0;
    for id in groups::due_for_extension(tx, until, MAX_EXAMINED)? {
        if extended >= MAX_GROUPS_PER_RUN {
            break;
        }
        extended += usize::from(tx.alone("extend_group_sessions", id, |tx| extend(tx, id, until))?.unwrap_or_default());
    }
    Ok(extended)
}

/// Plans the sessions of a group up to this day; false when another instance has done it.
fn extend(tx: &mut Tx, id: Id, until: NaiveDate) -> Result<bool> {
    groups::lock(tx, id)?;
    let Some(group) = groups::find(tx, id)?.filter(|group| group.sessions_until < until) else { return Ok(false) };
    reservations::lock(tx, &group.programme.facilitators)?;
    let planned = rules::sessions_between(&group.programme.series, group.sessions_until, until);
    let added = sessions::add(tx, group.id, group.programme.record_type, &planned)?;
    for clinician in group.programme.facilitators {
        reservations::reserve_beyond_horizon(tx, clinician, &reservations_of(&added), &calendar_note(&group))?;
    }
    groups::set_sessions_until(tx, group.id, until)?;
    Ok(true)
}
