//! Slots: searched, held, booked and released.

use diesel::prelude::*;

use crate::booking::model::{SlotFacts, SlotState};
use crate::clinicians::model::{AppointmentKind, AppointmentMode, Discipline, Gender, Specialism};
use crate::clinicians::queries::open_name;
use crate::schema::{clinician_languages, clinician_specialisms, clinicians, slots};
use people::Role;
use people::accounts::queries as accounts;
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;
use platform::seal::{Sealer, log_unreadable};
use reference::workforce::model::Region;

/// What to search for. A criterion that is left out is not applied.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Only slots of this kind.
    pub kind: Option<AppointmentKind>,
    /// Only slots of this mode.
    pub mode: Option<AppointmentMode>,
    /// Only slots of this clinician.
    pub clinician: Option<Id>,
    /// Only slots of clinicians of this discipline.
    pub discipline: Option<Discipline>,
    /// Only slots of clinicians with this specialism.
    pub specialism: Option<Specialism>,
    /// Only slots of clinicians who speak this language.
    pub language: Option<String>,
    /// Only slots of clinicians of this gender.
    pub gender: Option<Gender>,
    /// Only slots of clinicians of this region.
    pub region: Option<Region>,
    /// No slots of these clinicians.
    pub excluded: Vec<Id>,
    /// The practitioner who searches: slots they hold are included.
    pub practitioner: Option<Id>,
    /// Minimum notice and booking window, where they apply: between which instants slots of each kind must start.
    pub bookable: Option<[(AppointmentKind, UtcTime, UtcTime); 2]>,
    /// Only slots of these kinds, in addition to `kind`.
    pub kinds: Option<Vec<AppointmentKind>>,
    /// No slots that overlap one of these times.
    pub busy: Vec<(UtcTime, UtcTime)>,
    /// No slots by telephone.
    pub no_phone: bool,
    /// A clinician whose slots are included even if the directory does not list them.
    pub include_unlisted: Option<Id>,
    /// Only slots of this clinician, in addition to `clinician`.
    pub only_clinician: Option<Id>,
    /// The last slot of the page before.
    pub after: Option<(UtcTime, Id)>,
}

#[derive(Queryable)]
struct OfferRow {
    id: Id,
    clinician_id: Id,
    starts_at: UtcTime,
    ends_at: UtcTime,
    kind: AppointmentKind,
    mode: AppointmentMode,
    place: Option<String>,
    held_until: Option<UtcTime>,
    name: Vec<u8>,
    discipline: Discipline,
    gender: Gender,
}

/// A slot that can be booked, with what helps to choose it.
#[derive(Debug, Clone)]
pub struct Offer {
    pub id: Id,
    pub clinician: Id,
    pub clinician_name: Private<String>,
    pub discipline: Discipline,
    pub gender: Gender,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where they meet.
    pub place: Option<String>,
    /// When the searching practitioner's hold on it ends.
    pub held_until: Option<UtcTime>,
}

/// Slots that start between `from` (inclusive) and `to` (exclusive) and can be booked now, earliest first. A hold that has run
/// out does not count, even while its row still has it.
pub fn search(tx: &mut Tx, search: &Search, (from, to): (UtcTime, UtcTime), limit: i64) -> Result<Vec<Offer>> {
    let mut search = search.clone();
    search.excluded.extend(accounts::closed_with_role(tx, Role::Clinician)?);
    // A clinician whose name cannot be decrypted is left out, and the page is filled up with others.
    loop {
        match search_once(tx, &search, (from, to), limit) {
            Err(error) => search.excluded.push(log_unreadable(error)?),
            found => return found,
        }
    }
}

fn search_once(tx: &mut Tx, search: &Search, (from, to): (UtcTime, UtcTime), limit: i64) -> Result<Vec<Offer>> {
    let mut rows = Vec::new();
    let open = |kind: &AppointmentKind| search.kinds.as_ref().is_none_or(|open| open.contains(kind));
    for kind in AppointmentKind::ALL.iter().copied().filter(|kind| open(kind) && search.kind.is_none_or(|wanted| wanted == *kind))
    {
        rows.extend(search_kind(tx, search, kind, (from, to), limit)?);
    }
    rows.sort_by_key(|row| (row.starts_at, row.id));
    rows.into_iter().take(usize::try_from(limit).unwrap_or(0)).map(|row| offer(tx.sealer, row, tx.now)).collect()
}

/// The same for one kind: the index on state, kind and time then returns the rows in order, and no more than the limit.
fn search_kind(
    tx: &mut Tx,
    search: &Search,
    kind: AppointmentKind,
    (from, to): (UtcTime, UtcTime),
    limit: i64,
) -> Result<Vec<OfferRow>> {
    let mut query = slots::table
        .inner_join(clinicians::table)
        .filter(slots::state.eq(SlotState::Free))
        .filter(slots::kind.eq(kind))
        .filter(slots::starts_at.ge(from).and(slots::starts_at.lt(to)))
        .filter(clinicians::listed.eq(true).or(clinicians::id.nullable().eq(search.include_unlisted)))
        .filter(slots::held_until.is_null().or(slots::held_until.le(Some(tx.now))).or(slots::held_by.eq(search.practitioner)))
        .select((
            slots::id,
            slots::clinician_id,
            slots::starts_at,
            slots::ends_at,
            slots::kind,
            slots::mode,
            slots::place,
            slots::held_until,
            clinicians::name,
            clinicians::discipline,
            clinicians::gender,
        ))
        .into_boxed();
    if !search.excluded.is_empty() {
        query = query.filter(slots::clinician_id.ne_all(search.excluded.clone()));
    }
    if let Some((_, earliest, latest)) = search.bookable.iter().flatten().find(|(bookable, ..)| *bookable == kind) {
        let held = slots::held_by.eq(search.practitioner).and(slots::held_until.gt(Some(tx.now)));
        query = query.filter(slots::starts_at.between(*earliest, *latest).or(held));
    }
    if let Some(mode) = search.mode {
        query = query.filter(slots::mode.eq(mode));
    }
    if search.no_phone {
        query = query.filter(slots::mode.ne(AppointmentMode::Phone));
    }
    for (begins, ends) in &search.busy {
        query = query.filter(slots::starts_at.ge(*ends).or(slots::ends_at.le(*begins)));
    }
    for clinician in search.clinician.into_iter().chain(search.only_clinician) {
        query = query.filter(slots::clinician_id.eq(clinician));
    }
    if let Some(discipline) = search.discipline {
        query = query.filter(clinicians::discipline.eq(discipline));
    }
    if let Some(gender) = search.gender {
        query = query.filter(clinicians::gender.eq(gender));
    }
    if let Some(region) = search.region {
        query = query.filter(clinicians::region.eq(region));
    }
    if let Some(specialism) = search.specialism {
        let able = clinician_specialisms::table.filter(clinician_specialisms::specialism.eq(specialism.as_str()));
        query = query.filter(slots::clinician_id.eq_any(able.select(clinician_specialisms::clinician_id)));
    }
    if let Some(language) = &search.language {
        let able = clinician_languages::table.filter(clinician_languages::language.eq(language));
        query = query.filter(slots::clinician_id.eq_any(able.select(clinician_languages::clinician_id)));
    }
    if let Some((time, id)) = search.after {
        // The first condition is implied by the second; it lets the index skip to the first row.
        query = query
            .filter(slots::starts_at.ge(time))
            .filter(slots::starts_at.gt(time).or(slots::starts_at.eq(time).and(slots::id.gt(id))));
    }
    Ok(query.order((slots::starts_at, slots::id)).limit(limit).load(tx.conn)?)
}

fn offer(sealer: &Sealer, row: OfferRow, now: UtcTime) -> Result<Offer> {
    Ok(Offer {
        id: row.id,
        clinician: row.clinician_id,
        clinician_name: open_name(sealer, row.clinician_id, &row.name)?,
        discipline: row.discipline,
        gender: row.gender,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        kind: row.kind,
        mode: row.mode,
        place: row.place,
        // A running hold on a slot in a result can only be the searching practitioner's.
        held_until: row.held_until.filter(|until| *until > now),
    })
}

/// A slot with what decides who may see it.
#[derive(Debug, Clone)]
pub struct SlotRecord {
    /// What the rules need to know.
    pub facts: SlotFacts,
    /// Where they meet.
    pub place: Option<String>,
    /// Whether the directory lists the clinician.
    pub listed: bool,
    /// Whether the clinician's account is open.
    pub active: bool,
}

#[derive(Queryable)]
struct SlotRow {
    id: Id,
    clinician_id: Id,
    starts_at: UtcTime,
    ends_at: UtcTime,
    kind: AppointmentKind,
    mode: AppointmentMode,
    place: Option<String>,
    state: SlotState,
    held_by: Option<Id>,
    held_until: Option<UtcTime>,
    listed: bool,
}

/// The slot with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<SlotRecord>> {
    let row: Option<SlotRow> = slots::table
        .inner_join(clinicians::table)
        .filter(slots::id.eq(id))
        .select((
            slots::id,
            slots::clinician_id,
            slots::starts_at,
            slots::ends_at,
            slots::kind,
            slots::mode,
            slots::place,
            slots::state,
            slots::held_by,
            slots::held_until,
            clinicians::listed,
        ))
        .get_result(tx.conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let active = !accounts::active_among(tx, &[row.clinician_id], Role::Clinician)?.is_empty();
    Ok(Some(SlotRecord {
        facts: SlotFacts {
            id: row.id,
            clinician: row.clinician_id,
            kind: row.kind,
            mode: row.mode,
            starts_at: row.starts_at.get(),
            ends_at: row.ends_at.get(),
            state: row.state,
            held_by: row.held_by,
            held_until: row.held_until.map(UtcTime::get),
        },
        place: row.place,
        listed: row.listed,
        active,
    }))
}

/// Holds a slot for a practitioner. The update of the row decides who gets it.
///
/// # Errors
/// 409 `slot_taken` when it is not free, or another practitioner holds it.
pub fn hold(tx: &mut Tx, id: Id, practitioner: Id, until: UtcTime) -> Result<()> {
    let free = slots::held_until.is_null().or(slots::held_until.le(Some(tx.now))).or(slots::held_by.eq(Some(practitioner)));
    let held =
        diesel::update(slots::table.filter(slots::id.eq(id)).filter(slots::state.eq(SlotState::Free)).filter(free))
            .set((slots::held_by.eq(Some(practitioner)), slots::held_until.eq(Some(until))))
            .execute(tx.conn)
            .map_err(|error| {
                if violates(&error, "slots_held_by|slots.held_by") { Reason::SlotTaken.into() } else { Error::from(error) }
            })?;
    if held == 1 { Ok(()) } else { Err(Reason::SlotTaken.into()) }
}

/// Ends a practitioner's other holds: all except the one on this slot.
pub fn release_other_holds(tx: &mut Tx, practitioner: Id, except: Id) -> Result<()> {
    diesel::update(slots::table.filter(slots::held_by.eq(Some(practitioner))).filter(slots::id.ne(except)))
        .set((slots::held_by.eq(None::<Id>), slots::held_until.eq(None::<UtcTime>)))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a practitioner's hold on a slot; false when there was none.
pub fn release_hold(tx: &mut Tx, practitioner: Id, id: Id) -> Result<bool> {
    let released = diesel::update(slots::table.filter(slots::held_by.eq(Some(practitioner))).filter(slots::id.eq(id)))
        .set((slots::held_by.eq(None::<Id>), slots::held_until.eq(None::<UtcTime>)))
        .execute(tx.conn)?;
    Ok(released == 1)
}

/// Releases the slot of an appointment that was moved or cancelled: it can be booked again, unless it has started or is no longer
/// offered (`withdrawn`).
pub fn release_booked(tx: &mut Tx, id: Id, withdrawn: bool) -> Result<()> {
    let state = if withdrawn { SlotState::Withdrawn } else { SlotState::Free };
    let booked = slots::table.filter(slots::id.eq(id)).filter(slots::state.eq(SlotState::Booked));
    diesel::update(booked.filter(slots::starts_at.gt(tx.now))).set(slots::state.eq(state)).execute(tx.conn)?;
    Ok(())
}
