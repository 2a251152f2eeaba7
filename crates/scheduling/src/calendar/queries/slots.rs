//! Slots.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::calendar::model::{AppointmentKind, AppointmentMode, ExistingSlot, Offer, PlannedSlot, SlotState};
use crate::schema::slots;
use platform::Tx;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::on;

/// The most rows that one statement handles: the number of bound values is limited.
const BATCH: usize = 500;

/// No slot is longer, so that one which started earlier than this is over.
pub const LONGEST: TimeDelta = TimeDelta::minutes(240);

#[derive(Queryable, Insertable)]
#[diesel(table_name = slots, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    clinician_id: Id,
    clinic_id: Id,
    starts_at: UtcTime,
    ends_at: UtcTime,
    kind: AppointmentKind,
    mode: AppointmentMode,
    place: Option<String>,
    state: SlotState,
}

impl Row {
    pub fn into_existing(self) -> ExistingSlot {
        let slot = PlannedSlot { starts_at: self.starts_at.get(), ends_at: self.ends_at.get() };
        let offer = Offer { clinic: self.clinic_id, slot, kind: self.kind, mode: self.mode, place: self.place };
        ExistingSlot { id: self.id, offer, state: self.state }
    }
}

/// A clinician's slots that are not over, locked until the transaction ends: none of them is booked or released meanwhile.
pub fn existing(tx: &mut Tx, clinician: Id) -> Result<Vec<ExistingSlot>> {
    let query = slots::table
        .filter(slots::clinician_id.eq(clinician))
        .filter(slots::starts_at.gt(tx.now - LONGEST))
        .order(slots::starts_at)
        .select((
            slots::id,
            slots::clinician_id,
            slots::clinic_id,
            slots::starts_at,
            slots::ends_at,
            slots::kind,
            slots::mode,
            slots::place,
            slots::state,
        ));
    let mut rows: Vec<Row> = match tx.conn {
        Conn::Postgres(inner) => query.for_no_key_update().load(inner)?,
        Conn::Sqlite(inner) => query.load(inner)?,
    };
    rows.retain(|row| row.ends_at > tx.now);
    Ok(rows.into_iter().map(Row::into_existing).collect())
}

/// Withdraws free slots, and ends the holds on them.
pub fn withdraw(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    for ids in ids.chunks(BATCH) {
        diesel::update(slots::table.filter(slots::id.eq_any(ids.to_vec())).filter(slots::state.eq(SlotState::Free)))
            .set((slots::state.eq(SlotState::Withdrawn), slots::held_by.eq(None::<Id>), slots::held_until.eq(None::<UtcTime>)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Withdraws the free slots of these clinics that start in a window, and ends the holds on them.
pub fn withdraw_between(tx: &mut Tx, clinics: &[Id], from: UtcTime, to: UtcTime) -> Result<()> {
    for clinics in clinics.chunks(BATCH) {
        let free = slots::table
            .filter(slots::clinic_id.eq_any(clinics.to_vec()))
            .filter(slots::starts_at.ge(from))
            .filter(slots::starts_at.lt(to))
            .filter(slots::state.eq(SlotState::Free));
        diesel::update(free)
            .set((slots::state.eq(SlotState::Withdrawn), slots::held_by.eq(None::<Id>), slots::held_until.eq(None::<UtcTime>)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Offers withdrawn slots again.
pub fn offer_again(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    for ids in ids.chunks(BATCH) {
        diesel::update(slots::table.filter(slots::id.eq_any(ids.to_vec())).filter(slots::state.eq(SlotState::Withdrawn)))
            .set(slots::state.eq(SlotState::Free))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Offers a withdrawn slot again in a different form.
pub fn change(tx: &mut Tx, id: Id, offer: &Offer) -> Result<()> {
    diesel::update(slots::table.find(id).filter(slots::state.eq(SlotState::Withdrawn)))
        .set((
            slots::clinic_id.eq(offer.clinic),
            slots::ends_at.eq(UtcTime::from(offer.slot.ends_at)),
            slots::kind.eq(offer.kind),
            slots::mode.eq(offer.mode),
            slots::place.eq(offer.place.as_deref()),
            slots::state.eq(SlotState::Free),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds new slots.
pub fn add(tx: &mut Tx, clinician: Id, offers: &[Offer]) -> Result<()> {
    for offers in offers.chunks(BATCH) {
        let rows: Vec<Row> = offers
            .iter()
            .map(|offer| Row {
                id: Id::new(tx.now),
                clinician_id: clinician,
                clinic_id: offer.clinic,
                starts_at: offer.slot.starts_at.into(),
                ends_at: offer.slot.ends_at.into(),
                kind: offer.kind,
                mode: offer.mode,
                place: offer.place.clone(),
                state: SlotState::Free,
            })
            .collect();
        on!(tx.conn, |inner| diesel::insert_into(slots::table).values(&rows).on_conflict_do_nothing().execute(inner))?;
    }
    Ok(())
}

/// A slot in a clinician's calendar.
#[derive(Debug, Queryable)]
pub struct CalendarSlot {
    pub id: Id,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    pub place: Option<String>,
    /// Free or booked.
    pub state: SlotState,
    /// The end of the hold on it, if it is or was held.
    pub held_until: Option<UtcTime>,
}

/// A clinician's free and booked slots that overlap a window.
pub fn within(tx: &mut Tx, clinician: Id, from: UtcTime, to: UtcTime) -> Result<Vec<CalendarSlot>> {
    let mut found: Vec<CalendarSlot> = slots::table
        .filter(slots::clinician_id.eq(clinician))
        .filter(slots::starts_at.gt(from - LONGEST))
        .filter(slots::starts_at.lt(to))
        .filter(slots::state.ne(SlotState::Withdrawn))
        .order(slots::starts_at)
        .select((
            slots::id,
            slots::starts_at,
            slots::ends_at,
            slots::kind,
            slots::mode,
            slots::place,
            slots::state,
            slots::held_until,
        ))
        .load(tx.conn)?;
    found.retain(|slot| slot.ends_at > from);
    Ok(found)
}
