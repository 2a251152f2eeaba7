//! Appointments as the calendar shows them, and how they lose and regain their slots.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::slots::LONGEST;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use crate::schema::{appointment_events, appointments};
use people::practitioners::queries::references;
use people::relationships::conflicts;
use platform::Tx;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::on;

const LIVE: &str = "booked";

/// A live appointment that has not started.
#[derive(Debug, Clone, Queryable)]
pub struct LiveAppointment {
    pub id: Id,
    pub practitioner: Id,
    /// The slot it is booked in.
    pub slot: Id,
    pub starts_at: UtcTime,
    /// Whether it has already lost its slot.
    pub orphaned: bool,
}

/// A clinician's live appointments that have not started, in order.
pub fn live_upcoming(tx: &mut Tx, clinician: Id) -> Result<Vec<LiveAppointment>> {
    let found = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::starts_at.gt(tx.now))
        .filter(appointments::status.eq(LIVE))
        .order((appointments::starts_at, appointments::id))
        .select((
            appointments::id,
            appointments::practitioner_id,
            appointments::slot_id,
            appointments::starts_at,
            appointments::orphaned_at.is_not_null(),
        ));
    Ok(found.load(tx.conn)?)
}

#[derive(Insertable)]
#[diesel(table_name = appointment_events, treat_none_as_default_value = false)]
struct Event {
    id: Id,
    appointment_id: Id,
    at: UtcTime,
    actor_id: Id,
    event: &'static str,
    slot_id: Id,
    starts_at: UtcTime,
    clinician_id: Id,
}

/// Records that these appointments have lost their slots.
pub fn mark_orphaned(tx: &mut Tx, clinician: Id, lost: &[LiveAppointment], actor: Actor) -> Result<()> {
    if lost.is_empty() {
        return Ok(());
    }
    let actor_id = actor.id.ok_or_else(|| Error::internal("an appointment lost its slot without an account"))?;
    for lost in lost.chunks(500) {
        let ids: Vec<Id> = lost.iter().map(|appointment| appointment.id).collect();
        diesel::update(appointments::table.filter(appointments::id.eq_any(ids)))
            .set((
                appointments::orphaned_at.eq(Some(tx.now)),
                appointments::updated_at.eq(tx.now),
                appointments::version.eq(appointments::version + 1),
            ))
            .execute(tx.conn)?;
        let events: Vec<Event> = lost
            .iter()
            .map(|appointment| Event {
                id: Id::new(tx.now),
                appointment_id: appointment.id,
                at: tx.now,
                actor_id,
                event: "orphaned",
                slot_id: appointment.slot,
                starts_at: appointment.starts_at,
                clinician_id: clinician,
            })
            .collect();
        on!(tx.conn, |inner| diesel::insert_into(appointment_events::table).values(&events).execute(inner))?;
    }
    Ok(())
}

/// Records that an appointment's slot is offered again.
pub fn restore(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(appointments::table.find(id))
        .set((
            appointments::orphaned_at.eq(None::<UtcTime>),
            appointments::updated_at.eq(tx.now),
            appointments::version.eq(appointments::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// An appointment in a calendar or in the list of orphaned appointments.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = appointments)]
pub struct CalendarAppointment {
    pub id: Id,
    /// The slot it is booked in.
    pub slot_id: Id,
    pub practitioner_id: Id,
    pub clinician_id: Id,
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    pub place: Option<String>,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    pub status: String,
    /// When it lost its slot.
    pub orphaned_at: Option<UtcTime>,
}

/// A clinician's appointments that overlap a window, without cancelled ones, each with the practitioner's reference.
pub fn within(tx: &mut Tx, clinician: Id, from: UtcTime, to: UtcTime) -> Result<Vec<(CalendarAppointment, String)>> {
    let mut found: Vec<CalendarAppointment> = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::starts_at.gt(from - LONGEST))
        .filter(appointments::starts_at.lt(to))
        .filter(appointments::status.ne("cancelled"))
        .order((appointments::starts_at, appointments::id))
        .select(CalendarAppointment::as_select())
        .load(tx.conn)?;
    found.retain(|appointment| appointment.ends_at > from);
    with_references(tx, found)
}

fn with_references(tx: &mut Tx, found: Vec<CalendarAppointment>) -> Result<Vec<(CalendarAppointment, String)>> {
    let references = references(tx, &found.iter().map(|appointment| appointment.practitioner_id).collect::<Vec<_>>())?;
    let named = |appointment: CalendarAppointment| {
        references.get(&appointment.practitioner_id).cloned().map(|known| (appointment, known))
    };
    Ok(found.into_iter().filter_map(named).collect())
}

/// The practitioners of these appointments that a member of staff is in conflict with.
pub fn hidden_from(tx: &mut Tx, staff: Id, booked: &[(CalendarAppointment, String)]) -> Result<Vec<Id>> {
    let mut practitioners: Vec<Id> = booked.iter().map(|(appointment, _)| appointment.practitioner_id).collect();
    practitioners.sort();
    practitioners.dedup();
    conflicts::practitioners_excluded_from(tx, staff, &practitioners)
}

/// Every practitioner with an appointment with this clinician that was not cancelled.
pub fn practitioners_with(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    Ok(appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::status.ne("cancelled"))
        .select(appointments::practitioner_id)
        .distinct()
        .load(tx.conn)?)
}

/// A clinician's appointments with these practitioners that start at `from` or later, without cancelled ones.
pub fn of_practitioners(
    tx: &mut Tx,
    clinician: Id,
    practitioners: &[Id],
    from: Option<UtcTime>,
) -> Result<Vec<CalendarAppointment>> {
    let mut query = appointments::table
        .filter(appointments::clinician_id.eq(clinician))
        .filter(appointments::practitioner_id.eq_any(practitioners.to_vec()))
        .filter(appointments::status.ne("cancelled"))
        .select(CalendarAppointment::as_select())
        .into_boxed();
    if let Some(from) = from {
        query = query.filter(appointments::starts_at.ge(from));
    }
    Ok(query.load(tx.conn)?)
}

/// The practitioners of these appointments.
pub fn practitioners_by_appointment(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, Id>> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(500) {
        let rows: Vec<(Id, Id)> = appointments::table
            .filter(appointments::id.eq_any(ids.to_vec()))
            .select((appointments::id, appointments::practitioner_id))
            .load(tx.conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The practitioner of the live appointment in a slot.
pub fn live_in_slot(tx: &mut Tx, slot: Id) -> Result<Option<Id>> {
    Ok(appointments::table
        .filter(appointments::slot_id.eq(slot))
        .filter(appointments::status.eq(LIVE))
        .select(appointments::practitioner_id)
        .get_result(tx.conn)
        .optional()?)
}

/// Live appointments that have not started and whose parties are in conflict: those of this clinician, or of all.
pub fn in_conflict(tx: &mut Tx, clinician: Option<Id>) -> Result<Vec<Id>> {
    let mut query = appointments::table
        .filter(appointments::status.eq(LIVE))
        .filter(appointments::starts_at.gt(tx.now))
        .select((appointments::id, appointments::clinician_id, appointments::practitioner_id))
        .into_boxed();
    if let Some(clinician) = clinician {
        query = query.filter(appointments::clinician_id.eq(clinician));
    }
    let rows: Vec<(Id, Id, Id)> = query.load(tx.conn)?;
    let mut with: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (_, clinician, practitioner) in &rows {
        with.entry(*clinician).or_default().push(*practitioner);
    }
    let mut excluded = BTreeSet::new();
    for (clinician, mut people) in with {
        people.sort();
        people.dedup();
        let hidden = conflicts::practitioners_excluded_from(tx, clinician, &people)?;
        excluded.extend(hidden.into_iter().map(|practitioner| (clinician, practitioner)));
    }
    let in_conflict = |(id, clinician, practitioner)| excluded.contains(&(clinician, practitioner)).then_some(id);
    Ok(rows.into_iter().filter_map(in_conflict).collect())
}

/// Live appointments without a slot that have not started, and those in `others`, soonest first, after the one with this start
/// and id.
pub fn orphaned(
    tx: &mut Tx,
    clinician: Option<Id>,
    others: &[Id],
    after: Option<(UtcTime, Id)>,
    limit: i64,
) -> Result<Vec<(CalendarAppointment, String)>> {
    let mut query = appointments::table
        .filter(appointments::orphaned_at.is_not_null().or(appointments::id.eq_any(others.to_vec())))
        .filter(appointments::status.eq(LIVE))
        .filter(appointments::starts_at.gt(tx.now))
        .select(CalendarAppointment::as_select())
        .into_boxed();
    if let Some(clinician) = clinician {
        query = query.filter(appointments::clinician_id.eq(clinician));
    }
    if let Some((starts_at, id)) = after {
        let later = appointments::starts_at.gt(starts_at);
        query = query.filter(later.or(appointments::starts_at.eq(starts_at).and(appointments::id.gt(id))));
    }
    let found: Vec<CalendarAppointment> = query.order((appointments::starts_at, appointments::id)).limit(limit).load(tx.conn)?;
    with_references(tx, found)
}
