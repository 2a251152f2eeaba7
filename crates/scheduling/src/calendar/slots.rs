//! Keeps a clinician's slots in line with their clinics and absences. Creating, changing or ending a clinic, adding or removing
//! an absence, a new bank holiday, and the passing of days all do the same: compare the slots with what should be there and change the
//! difference.
//!
//! The clinician's row is locked throughout, so that changes are made one after the other.

use crate::calendar::messages;
use crate::calendar::messages::{Change, ChangeKind};
use std::collections::BTreeSet;

use diesel::prelude::*;

use super::model::{ClinicRecord, Offer, SlotChanges};
use super::queries::{absences, appointments, clinics, slots};
use super::{concealed, notifications, rules};
use people::Caller;
use people::relationships::{Basis, Protected, Purpose};
use platform::Tx;
use platform::audit;
use platform::audit::{About, Actor};
use platform::db::Conn;
use platform::error::Result;
use platform::ids::Id;
use reference::reference_data;
use reference::workforce::bank_holidays;

/// For how many clinicians one run of [`extend`] creates slots.
const CLINICIANS_PER_RUN: usize = 5;

/// How many clinics one run examines, so that clinicians whose slots cannot be created do not keep the others waiting.
const MAX_EXAMINED: i64 = 100;

/// The changes to the clinician's slots if these were their clinics. The slots stay locked until the transaction ends, so that
/// none is booked meanwhile.
pub fn plan_changes(tx: &mut Tx, clinician: Id, clinics: &[ClinicRecord]) -> Result<SlotChanges> {
    // No bank holiday is added while slots are planned without it.
    reference_data::lock_version(tx)?;
    let holidays = bank_holidays(tx)?;
    let absences = absences::upcoming(tx, clinician)?;
    let existing = slots::existing(tx, clinician)?;
    let today = rules::local_date(tx.now.get());
    let offers = clinics.iter().flat_map(|record| {
        let until = rules::horizon(today).max(record.slots_until);
        rules::plan_slots(&record.clinic, today, until, &absences, &holidays).into_iter().map(|slot| Offer {
            clinic: record.id,
            slot,
            kind: record.clinic.terms.kind,
            mode: record.clinic.terms.mode,
            place: record.place.clone(),
        })
    });
    Ok(rules::reconcile(offers.collect(), &existing, tx.now.get()))
}

/// The live appointments that newly lose their slots by these changes.
pub fn orphans(tx: &mut Tx, clinician: Id, changes: &SlotChanges) -> Result<Vec<appointments::LiveAppointment>> {
    let lost: BTreeSet<Id> = changes.lost.iter().copied().collect();
    let mut live = appointments::live_upcoming(tx, clinician)?;
    live.retain(|appointment| lost.contains(&appointment.slot) && !appointment.orphaned);
    Ok(live)
}

/// Makes the clinician's slots match their clinics, absences and bank holidays, up to twelve weeks ahead. Returns the appointments that
/// lose their slots by it and that the actor may know of. `actor` is the account that caused it; the background job has none and takes no
/// slots from appointments.
pub fn update_slots(tx: &mut Tx, clinician: Id, actor: Option<Actor>) -> Result<Vec<Id>> {
    let active = clinics::active(tx, clinician)?;
    let changes = plan_changes(tx, clinician, &active)?;
    slots::withdraw(tx, &changes.withdraw)?;
    slots::offer_again(tx, &changes.offer_again)?;
    for (id, offer) in &changes.change {
        slots::change(tx, *id, offer)?;
    }
    slots::add(tx, clinician, &changes.add)?;
    clinics::set_slots_until(tx, clinician, rules::horizon(rules::local_date(tx.now.get())))?;
    let Some(actor) = actor else { return Ok(Vec::new()) };
    restore(tx, clinician, &changes, actor)?;
    let orphaned = orphans(tx, clinician, &changes)?;
    appointments::mark_orphaned(tx, clinician, &orphaned, actor)?;
    for appointment in &orphaned {
        record(tx, actor, "appointment.orphaned", appointment)?;
    }
    let orphaned: Vec<Id> = orphaned.into_iter().map(|appointment| appointment.id).collect();
    if orphaned.is_empty() {
        return Ok(orphaned);
    }
    notifications::orphaned(tx, clinician)?;
    if !concealed::known_to(tx, clinician, orphaned.clone())?.is_empty() {
        messages::notify(tx, clinician, actor.id, Change::of(ChangeKind::Orphaned, clinician))?;
    }
    match actor.id {
        Some(caller) => concealed::known_to(tx, caller, orphaned),
        None => Ok(orphaned),
    }
}

/// Those of these appointments without a slot whose practitioners the caller may know of; that they were shown is recorded. An
/// appointment to come is itself a reason.
///
/// # Errors
/// When the database fails.
pub fn show_orphaned(tx: &mut Tx, caller: &Caller, ids: Vec<Id>) -> Result<Vec<Id>> {
    let practitioners = appointments::practitioners_by_appointment(tx, &ids)?;
    let protect = |id: Id| Some(Protected::new(*practitioners.get(&id)?, id).while_open(|_| true, Basis::Booking));
    let rows = ids.into_iter().filter_map(protect).collect();
    Protected::show_each(tx, caller, rows, Purpose::Know, ("appointment.listed", "appointment"), |id: &Id| *id)
}

/// Records what a change of the calendar did to an appointment. It follows from a rule: the actor need not know of the practitioner.
fn record(tx: &mut Tx, actor: Actor, action: &'static str, appointment: &appointments::LiveAppointment) -> Result<()> {
    let about = About { practitioner: appointment.practitioner, basis: Basis::Service.as_str() };
    audit::record_about(tx, actor, action, ("appointment", Some(appointment.id)), about)
}

/// An appointment whose slot is offered again is no longer orphaned.
fn restore(tx: &mut Tx, clinician: Id, changes: &SlotChanges, actor: Actor) -> Result<()> {
    let still_offered: BTreeSet<Id> = changes.still_offered.iter().copied().collect();
    for appointment in appointments::live_upcoming(tx, clinician)? {
        if appointment.orphaned && still_offered.contains(&appointment.slot) {
            appointments::restore(tx, appointment.id)?;
            record(tx, actor, "appointment.restored", &appointment)?;
        }
    }
    Ok(())
}

/// Creates the slots of the days that have come within twelve weeks, for the clinicians of a few clinics; returns for how many.
/// Several instances share the work: a clinician that another instance has locked is skipped.
///
/// # Errors
/// When the database cannot be reached. A clinician whose slots cannot be created is logged, and the next run tries again.
pub fn extend(tx: &mut Tx) -> Result<usize> {
    let horizon = rules::horizon(rules::local_date(tx.now.get()));
    let mut extended = 0;
    for clinician in clinics::behind_horizon(tx, horizon, MAX_EXAMINED)? {
        if extended >= CLINICIANS_PER_RUN {
            break;
        }
        let work = |tx: &mut Tx| -> Result<bool> {
            let free = lock_if_available(tx, clinician)?;
            if free {
                update_slots(tx, clinician, None)?;
            }
            Ok(free)
        };
        extended += usize::from(tx.alone("extend_slots", clinician, work)?.unwrap_or_default());
    }
    Ok(extended)
}

/// Locks the row of a clinician, unless another instance has locked it: then it is false.
pub(super) fn lock_if_available(tx: &mut Tx, id: Id) -> Result<bool> {
    use crate::schema::clinicians::dsl;
    match tx.conn {
        Conn::Postgres(inner) => {
            let row = dsl::clinicians.filter(dsl::id.eq(id)).select(dsl::id).for_no_key_update().skip_locked();
            Ok(row.get_result::<Id>(inner).optional()?.is_some())
        }
        Conn::Sqlite(_) => Ok(true),
    }
}
