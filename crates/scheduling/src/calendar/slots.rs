//! Keeps a clinician's slots what their clinics and absences say. Creating, changing and ending a clinic, entering and
//! removing an absence, and the passing of days all come down to the same: compare, and make the difference.
//!
//! The clinician's row is locked throughout, so that of two changes one comes after the other.

use crate::calendar::messages;
use crate::calendar::messages::{Change, Changed};
use std::collections::BTreeSet;

use diesel::prelude::*;

use super::model::{Changes, KeptClinic, Offer};
use super::queries::{absences, appointments, clinics, slots};
use super::{notices, rules};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::Id;

/// How many clinics one round of [`extend`] takes at most to find work.
const SLICE: i64 = 5;

/// What must happen to the clinician's slots if these were their clinics. Holds on to the slots until the transaction ends,
/// so that none is booked meanwhile.
pub fn plan(tx: &mut Tx, clinician: Id, clinics: &[KeptClinic]) -> Result<Changes> {
    let away = absences::ahead(tx, clinician)?;
    let standing = slots::standing(tx, clinician)?;
    let today = rules::local_date(tx.now.get());
    let wanted = clinics.iter().flat_map(|kept| {
        let until = rules::horizon(today).max(kept.laid_out_until);
        rules::lay_out(&kept.clinic, today, until, &away).into_iter().map(|slot| Offer {
            clinic: kept.id,
            slot,
            kind: kept.clinic.terms.kind,
            mode: kept.clinic.terms.mode,
            place: kept.place.clone(),
        })
    });
    Ok(rules::settle(wanted.collect(), &standing, tx.now.get()))
}

/// The live appointments whose slots would be gone after these changes, and are not known to be gone yet.
pub fn orphans(tx: &mut Tx, clinician: Id, changes: &Changes) -> Result<Vec<appointments::Live>> {
    let lost: BTreeSet<Id> = changes.lost.iter().copied().collect();
    let mut live = appointments::live_ahead(tx, clinician)?;
    live.retain(|appointment| lost.contains(&appointment.slot) && !appointment.orphaned);
    Ok(live)
}

/// Makes the clinician's slots what clinics and absences say, up to twelve weeks ahead. Returns the appointments that lost
/// their slots by it. `actor` is whoever caused it; the service itself takes nothing away from under an appointment.
pub fn lay_out_anew(tx: &mut Tx, clinician: Id, actor: Option<Actor>) -> Result<Vec<Id>> {
    let active = clinics::active(tx, clinician)?;
    let changes = plan(tx, clinician, &active)?;
    slots::withdraw(tx, &changes.withdraw)?;
    slots::revive(tx, &changes.revive)?;
    for (id, offer) in &changes.change {
        slots::change(tx, *id, offer)?;
    }
    slots::add(tx, clinician, &changes.add)?;
    clinics::mark_laid_out(tx, clinician, rules::horizon(rules::local_date(tx.now.get())))?;
    let Some(actor) = actor else { return Ok(Vec::new()) };
    restore(tx, clinician, &changes, actor)?;
    let orphaned = orphans(tx, clinician, &changes)?;
    appointments::orphan(tx, clinician, &orphaned, actor)?;
    for appointment in &orphaned {
        audit::record(tx, actor, "appointment.orphaned", ("appointment", Some(appointment.id)))?;
    }
    if !orphaned.is_empty() {
        notices::orphaned(tx, clinician)?;
        messages::tell(tx, clinician, actor.id, Change::of(Changed::Orphaned, clinician))?;
    }
    Ok(orphaned.into_iter().map(|appointment| appointment.id).collect())
}

/// An appointment whose slot is offered again is no longer an orphan.
fn restore(tx: &mut Tx, clinician: Id, changes: &Changes, actor: Actor) -> Result<()> {
    let kept: BTreeSet<Id> = changes.kept.iter().copied().collect();
    for appointment in appointments::live_ahead(tx, clinician)? {
        if appointment.orphaned && kept.contains(&appointment.slot) {
            appointments::restore(tx, appointment.id)?;
            audit::record(tx, actor, "appointment.restored", ("appointment", Some(appointment.id)))?;
        }
    }
    Ok(())
}

/// Lays out the slots of days that have come within twelve weeks, for the clinicians of a few clinics; returns for how many.
/// Instances share the work: a clinician whom another one is busy with is passed over.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn extend(tx: &mut Tx) -> Result<usize> {
    let horizon = rules::horizon(rules::local_date(tx.now.get()));
    let behind = clinics::behind(tx, horizon, SLICE)?;
    let free = lock_those_at_rest(tx, behind)?;
    for clinician in &free {
        lay_out_anew(tx, *clinician, None)?;
    }
    Ok(free.len())
}

fn lock_those_at_rest(tx: &mut Tx, ids: Vec<Id>) -> Result<Vec<Id>> {
    use crate::schema::clinicians::dsl;
    match tx.conn {
        Conn::Postgres(inner) => Ok(dsl::clinicians
            .filter(dsl::id.eq_any(ids))
            .order(dsl::id)
            .select(dsl::id)
            .for_no_key_update()
            .skip_locked()
            .load(inner)?),
        Conn::Sqlite(_) => Ok(ids),
    }
}
