//! The search for clinicians by their next free slot. This is the one statement that decides which slots a person could book now:
//! free, in the future, and not held by anyone else.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use serde::{Deserialize, Serialize};

use super::bookable::BookableSlots;
use super::model::{AppointmentKind, AppointmentMode, Discipline, Gender, Specialism};
use crate::schema::{clinicians, slots};
use people::Role;
use people::accounts::queries as accounts;
use platform::Tx;
use platform::db::types::sql;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::text::folded;
use reference::workforce::model::Region;

/// The furthest a slot can be in the future.
const FURTHEST_SLOT: TimeDelta = TimeDelta::days(366);

/// Which clinicians are searched for, and which of their slots count.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub discipline: Option<Discipline>,
    /// Only clinicians with this specialism.
    pub specialism: Option<Specialism>,
    /// Only clinicians who speak this language.
    pub language: Option<String>,
    pub gender: Option<Gender>,
    pub region: Option<Region>,
    /// Only clinicians in this town.
    pub place: Option<String>,
    /// Only slots of this kind.
    pub kind: Option<AppointmentKind>,
    /// Only slots of this mode.
    pub mode: Option<AppointmentMode>,
    /// Earliest start of a slot (inclusive).
    pub free_from: Option<UtcTime>,
    /// Latest start of a slot (exclusive).
    pub free_until: Option<UtcTime>,
    /// No slots by telephone.
    pub no_phone: bool,
    /// No slots that overlap an appointment of the person who searches.
    pub without_overlaps: bool,
    /// Only this clinician.
    pub only_clinician: Option<Id>,
    /// Not these clinicians.
    pub excluded: Vec<Id>,
    /// Includes unlisted clinicians and closed accounts.
    pub include_hidden: bool,
}

impl Search {
    /// Restricts the slots to those that a practitioner can book, or to none.
    pub fn restrict_to(&mut self, open: Option<BookableSlots>, now: UtcTime) {
        match open {
            Some(BookableSlots { kind, from, to, by_phone }) if self.kind.is_none_or(|own| own == kind) => {
                self.kind = Some(kind);
                self.free_from = Some(self.free_from.map_or(from, |own| own.max(from)));
                self.free_until = Some(self.free_until.map_or(to, |own| own.min(to)));
                self.no_phone = !by_phone;
                self.without_overlaps = true;
            }
            _ => self.free_until = Some(now),
        }
    }
}

/// A clinician's position in the list.
#[derive(Debug, Clone, Copy, QueryableByName, Serialize, Deserialize)]
pub struct ListPosition {
    #[diesel(sql_type = sql::Id)]
    pub id: Id,
    /// When their next free slot starts.
    #[diesel(sql_type = Nullable<sql::UtcTime>)]
    pub starts_at: Option<UtcTime>,
}

/// A clinician's next free slot.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct NextSlot {
    pub id: Id,
    clinician: Id,
    pub starts_at: UtcTime,
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
}

/// The next clinicians after `after`, the one with the earliest free slot first. `asking` is the person who could book: a slot that they
/// hold counts as free.
pub fn clinicians(
    tx: &mut Tx,
    search: &Search,
    asking: Id,
    after: Option<ListPosition>,
    limit: i64,
) -> Result<Vec<ListPosition>> {
    // Slots that have started are not free, and no time beyond the furthest slot is sent to the database.
    let soonest = tx.now + TimeDelta::microseconds(1);
    let from = search.free_from.map_or(soonest, |from| from.clamp(soonest, tx.now + FURTHEST_SLOT));
    let to = search.free_until.map_or(tx.now + FURTHEST_SLOT, |to| to.clamp(tx.now, tx.now + FURTHEST_SLOT));
    let towns = search.place.as_deref().map(|place| in_town(tx, place)).transpose()?;
    let closed = if search.include_hidden { Vec::new() } else { accounts::closed_with_role(tx, Role::Clinician)? };
    let list = diesel::sql_query(statement(search, (towns.as_deref(), &closed), limit))
        .bind::<sql::UtcTime, _>(from)
        .bind::<sql::UtcTime, _>(to)
        .bind::<sql::UtcTime, _>(tx.now)
        .bind::<sql::Id, _>(asking)
        .bind::<Nullable<Text>, _>(search.kind.map(AppointmentKind::as_str))
        .bind::<Nullable<Text>, _>(search.mode.map(AppointmentMode::as_str))
        .bind::<Bool, _>(search.include_hidden)
        .bind::<Nullable<Text>, _>(search.discipline.map(Discipline::as_str))
        .bind::<Nullable<Text>, _>(search.gender.map(Gender::as_str))
        .bind::<Nullable<Text>, _>(search.region.map(Region::as_str))
        .bind::<Nullable<Text>, _>(search.specialism.map(Specialism::as_str))
        .bind::<Nullable<Text>, _>(search.language.as_deref())
        .bind::<Nullable<sql::Id>, _>(after.map(|place| place.id))
        .bind::<Nullable<sql::UtcTime>, _>(after.and_then(|place| place.starts_at));
    Ok(list.load(tx.conn)?)
}

/// The clinicians in a town, ignoring case and accents. Neither engine compares like this, and there are few clinicians.
fn in_town(tx: &mut Tx, town: &str) -> Result<Vec<Id>> {
    let places: Vec<(Id, String)> = clinicians::table.select((clinicians::id, clinicians::place)).load(tx.conn)?;
    let wanted = folded(town);
    Ok(places.into_iter().filter(|(_, place)| folded(place) == wanted).map(|(id, _)| id).collect())
}

/// SQLite numbers parameters as they appear, so each one first appears in order. Only ids are put into the text itself.
fn statement(search: &Search, (in_town, closed): (Option<&[Id]>, &[Id]), limit: i64) -> String {
    let only = search.only_clinician.map_or_else(String::new, |id| format!("AND c.id = '{id}'"));
    let excluded = search.excluded.iter().chain(closed).map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ");
    let excluded = if excluded.is_empty() { excluded } else { format!("AND c.id NOT IN ({excluded})") };
    let in_town = match in_town {
        None => String::new(),
        Some([]) => "AND 1 = 0".to_owned(),
        Some(ids) => format!("AND c.id IN ({})", ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ")),
    };
    // Without the parameter check when the criterion is set, so that the index is used.
    let kind = if search.kind.is_some() { "s.kind = $5" } else { "$5 IS NULL" };
    let mode = if search.mode.is_some() { "s.mode = $6" } else { "$6 IS NULL" };
    let phone = if search.no_phone { "AND s.mode <> 'phone'" } else { "" };
    let not_busy = if search.without_overlaps {
        "AND NOT EXISTS (SELECT 1 FROM appointments b WHERE b.practitioner_id = $4 AND b.status = 'booked' \
         AND b.starts_at < s.ends_at AND b.ends_at > s.starts_at)"
    } else {
        ""
    };
    format!(
        "WITH places AS MATERIALIZED (SELECT c.id AS id, ( \
             SELECT s.starts_at FROM slots s WHERE s.clinician_id = c.id AND s.state = 'free' \
             AND s.starts_at >= $1 AND s.starts_at < $2 \
             AND (s.held_until IS NULL OR s.held_until <= $3 OR s.held_by = $4) \
             AND {kind} AND {mode} {phone} {not_busy} \
             ORDER BY s.starts_at LIMIT 1) AS starts_at \
         FROM clinicians c \
         WHERE ($7 OR c.listed) AND ($8 IS NULL OR c.discipline = $8) AND ($9 IS NULL OR c.gender = $9) \
         AND ($10 IS NULL OR c.region = $10) \
         AND ($11 IS NULL OR EXISTS (SELECT 1 FROM clinician_specialisms x WHERE x.clinician_id = c.id AND x.specialism = $11)) \
         AND ($12 IS NULL OR EXISTS (SELECT 1 FROM clinician_languages l WHERE l.clinician_id = c.id AND l.language = $12)) \
         {only} {in_town} {excluded}) \
         SELECT id, starts_at FROM places WHERE $13 IS NULL \
         OR ($14 IS NULL AND starts_at IS NULL AND id > $13) \
         OR ($14 IS NOT NULL AND (starts_at IS NULL OR starts_at > $14 OR (starts_at = $14 AND id > $13))) \
         ORDER BY starts_at IS NULL, starts_at, id LIMIT {limit}"
    )
}

/// The next slots of the clinicians at these positions.
pub fn next_slots(tx: &mut Tx, places: &[ListPosition]) -> Result<BTreeMap<Id, NextSlot>> {
    let starts: BTreeMap<Id, UtcTime> =
        places.iter().filter_map(|place| place.starts_at.map(|starts_at| (place.id, starts_at))).collect();
    let found: Vec<NextSlot> = slots::table
        .filter(slots::clinician_id.eq_any(starts.keys().copied().collect::<Vec<_>>()))
        .filter(slots::starts_at.eq_any(starts.values().copied().collect::<Vec<_>>()))
        .select((slots::id, slots::clinician_id, slots::starts_at, slots::kind, slots::mode))
        .load(tx.conn)?;
    let own = found.into_iter().filter(|next| starts.get(&next.clinician) == Some(&next.starts_at));
    Ok(own.map(|next| (next.clinician, next)).collect())
}
