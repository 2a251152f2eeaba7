//! Enrolments: places in groups, offers of places, and waiting lists.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::groups::model::{EnrolmentState, GroupAudience, Membership, Willingness, WillingnessToMeet};
use crate::schema::group_enrolments;
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer, readable_or_none};

const DETAILS: &str = "group_enrolments.details";

/// How to reach a guest, who has no account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub name: Option<String>,
    /// An email address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
}

platform::redacted_debug!(Guest);

/// The encrypted part of an enrolment.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Details {
    alias: String,
    guest: Option<Guest>,
    reason: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = group_enrolments)]
struct Row {
    id: Id,
    group_id: Id,
    audience: GroupAudience,
    practitioner_id: Option<Id>,
    state: EnrolmentState,
    seat: Option<i32>,
    details: Vec<u8>,
    willing_to_meet: WillingnessToMeet,
    requested_at: UtcTime,
    offer_expires_at: Option<UtcTime>,
    enrolled_at: Option<UtcTime>,
    ended_at: Option<UtcTime>,
    version: i32,
    willing_since: Option<UtcTime>,
}

/// An enrolment, decrypted. Everything by which places are given and conflicts are found is readable without its encrypted part.
#[derive(Clone)]
pub struct Enrolment {
    pub id: Id,
    pub group: Id,
    /// Who the group is for.
    pub audience: GroupAudience,
    /// The practitioner; none for a guest.
    pub practitioner: Option<Id>,
    pub state: EnrolmentState,
    pub seat: Option<i32>,
    /// The name they use in the group.
    pub alias: String,
    /// How to reach a guest.
    pub guest: Option<Guest>,
    /// Why staff removed them.
    pub reason: Option<String>,
    /// Who they are willing to meet.
    pub willing_to_meet: WillingnessToMeet,
    /// When they last stated who they are willing to meet.
    pub willing_since: UtcTime,
    pub requested_at: UtcTime,
    /// When the offer of a place expires.
    pub offer_expires_at: Option<UtcTime>,
    /// When they became a member.
    pub enrolled_at: Option<UtcTime>,
    /// When the enrolment ended.
    pub ended_at: Option<UtcTime>,
    pub version: i32,
    /// The encrypted part where it is damaged, which is stored again as it is: name, guest and reason above are then empty. None otherwise,
    /// and in what is shown by itself.
    pub damaged: Option<Vec<u8>>,
}

platform::redacted_debug!(Enrolment);

impl Enrolment {
    /// Who they are willing to meet, and since when.
    pub fn willingness(&self) -> Willingness {
        Willingness { to_meet: self.willing_to_meet, since: Some(self.willing_since) }
    }

    /// True while they have or want the place, and afterwards if it ended after `since`.
    pub fn is_open(&self, since: UtcTime) -> bool {
        self.state.is_live() || self.ended_at.is_some_and(|at| at > since)
    }

    /// The period of their membership.
    pub fn membership(&self) -> Membership {
        Membership { enrolled_at: self.enrolled_at.map(UtcTime::get), ended_at: self.ended_at.map(UtcTime::get) }
    }
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Enrolment> {
    let details: Details = sealer.open_json(Place(DETAILS, row.id), &row.details)?;
    Ok(enrolment(row, details, None))
}

/// The same where the group goes on without the name of a member: a damaged place is logged, and keeps its seat, its state and its
/// practitioner.
fn unseal_place(sealer: &Sealer, row: Row) -> Result<Enrolment> {
    let details = readable_or_none(sealer.open_json::<Details>(Place(DETAILS, row.id), &row.details))?;
    let damaged = details.is_none().then(|| row.details.clone());
    Ok(enrolment(row, details.unwrap_or_default(), damaged))
}

fn enrolment(row: Row, details: Details, damaged: Option<Vec<u8>>) -> Enrolment {
    Enrolment {
        id: row.id,
        group: row.group_id,
        audience: row.audience,
        practitioner: row.practitioner_id,
        state: row.state,
        seat: row.seat,
        alias: details.alias,
        guest: details.guest,
        reason: details.reason,
        willing_to_meet: row.willing_to_meet,
        willing_since: row.willing_since.unwrap_or(row.requested_at),
        requested_at: row.requested_at,
        offer_expires_at: row.offer_expires_at,
        enrolled_at: row.enrolled_at,
        ended_at: row.ended_at,
        version: row.version,
        damaged,
    }
}

fn seal(sealer: &Sealer, enrolment: &Enrolment) -> Result<Vec<u8>> {
    if let Some(damaged) = &enrolment.damaged {
        return Ok(damaged.clone());
    }
    let details = Details { alias: enrolment.alias.clone(), guest: enrolment.guest.clone(), reason: enrolment.reason.clone() };
    sealer.seal_json(Place(DETAILS, enrolment.id), &details)
}

/// The refusal for a constraint of the schema that was violated.
fn constraint_error(error: diesel::result::Error) -> Error {
    let seats = "group_enrolments_seat|group_enrolments.group_id, group_enrolments.seat|group_enrolments_capacity";
    let live = "group_enrolments_live|group_enrolments.group_id, group_enrolments.practitioner_id";
    if violates(&error, seats) {
        Reason::GroupFull.into()
    } else if violates(&error, live) {
        Reason::AlreadyEnrolled.into()
    } else {
        error.into()
    }
}

/// Stores a new enrolment.
///
/// # Errors
/// 409 `group_full` or `already_enrolled` when a constraint of the schema is violated.
pub fn insert(tx: &mut Tx, new: &Enrolment, by: Id) -> Result<()> {
    diesel::insert_into(group_enrolments::table)
        .values((
            group_enrolments::id.eq(new.id),
            group_enrolments::group_id.eq(new.group),
            group_enrolments::audience.eq(new.audience),
            group_enrolments::practitioner_id.eq(new.practitioner),
            group_enrolments::state.eq(new.state),
            group_enrolments::seat.eq(new.seat),
            group_enrolments::details.eq(seal(tx.sealer, new)?),
            group_enrolments::willing_to_meet.eq(new.willing_to_meet),
            group_enrolments::requested_at.eq(new.requested_at),
            group_enrolments::offer_expires_at.eq(new.offer_expires_at),
            group_enrolments::enrolled_at.eq(new.enrolled_at),
            group_enrolments::ended_at.eq(new.ended_at),
            group_enrolments::created_by.eq(by),
            group_enrolments::version.eq(new.version),
            group_enrolments::updated_at.eq(tx.now),
            group_enrolments::willing_since.eq(Some(new.willing_since)),
        ))
        .execute(tx.conn)
        .map_err(constraint_error)?;
    Ok(())
}

/// Stores the new values of an enrolment.
///
/// # Errors
/// 409 `group_full` when a constraint of the schema is violated.
pub fn replace(tx: &mut Tx, enrolment: &Enrolment) -> Result<()> {
    diesel::update(group_enrolments::table.find(enrolment.id))
        .set((
            group_enrolments::state.eq(enrolment.state),
            group_enrolments::seat.eq(enrolment.seat),
            group_enrolments::details.eq(seal(tx.sealer, enrolment)?),
            group_enrolments::willing_to_meet.eq(enrolment.willing_to_meet),
            group_enrolments::willing_since.eq(Some(enrolment.willing_since)),
            group_enrolments::offer_expires_at.eq(enrolment.offer_expires_at),
            group_enrolments::enrolled_at.eq(enrolment.enrolled_at),
            group_enrolments::ended_at.eq(enrolment.ended_at),
            group_enrolments::updated_at.eq(tx.now),
            group_enrolments::version.eq(group_enrolments::version + 1),
        ))
        .execute(tx.conn)
        .map_err(constraint_error)?;
    Ok(())
}

/// The enrolment with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Enrolment>> {
    let row = group_enrolments::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// These enrolments of one group. One with a damaged name is among them.
pub fn find_all(tx: &mut Tx, group: Id, ids: &[Id]) -> Result<Vec<Enrolment>> {
    let rows: Vec<Row> = group_enrolments::table
        .filter(group_enrolments::id.eq_any(ids.to_vec()))
        .filter(group_enrolments::group_id.eq(group))
        .select(Row::as_select())
        .load(tx.conn)?;
    rows.into_iter().map(|row| unseal_place(tx.sealer, row)).collect()
}

/// The group and the practitioner of an enrolment.
pub fn owner(tx: &mut Tx, id: Id) -> Result<Option<(Id, Option<Id>)>> {
    let columns = (group_enrolments::group_id, group_enrolments::practitioner_id);
    Ok(group_enrolments::table.find(id).select(columns).get_result(tx.conn).optional()?)
}

/// The state of an enrolment.
pub fn state_of(tx: &mut Tx, id: Id) -> Result<Option<EnrolmentState>> {
    Ok(group_enrolments::table.find(id).select(group_enrolments::state).get_result(tx.conn).optional()?)
}

/// The practitioner's enrolment in a group while they have or want a place, also with a damaged name.
pub fn find_live(tx: &mut Tx, group: Id, practitioner: Id) -> Result<Option<Enrolment>> {
    let row = group_enrolments::table
        .filter(group_enrolments::practitioner_id.eq(Some(practitioner)))
        .filter(group_enrolments::group_id.eq(group))
        .filter(group_enrolments::state.eq_any(EnrolmentState::LIVE))
        .select(Row::as_select())
        .get_result(tx.conn)
        .optional()?;
    row.map(|row| unseal_place(tx.sealer, row)).transpose()
}

/// True when the practitioner is a member of a group.
pub fn is_member(tx: &mut Tx, group: Id, practitioner: Id) -> Result<bool> {
    let found = group_enrolments::table
        .filter(group_enrolments::practitioner_id.eq(Some(practitioner)))
        .filter(group_enrolments::group_id.eq(group))
        .filter(group_enrolments::state.eq(EnrolmentState::Enrolled))
        .select(group_enrolments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(found.is_some())
}

/// When the practitioner last gave up or lost a place that they had in a group.
pub fn last_ended(tx: &mut Tx, group: Id, practitioner: Id) -> Result<Option<UtcTime>> {
    let ended: Vec<Option<UtcTime>> = group_enrolments::table
        .filter(group_enrolments::practitioner_id.eq(Some(practitioner)))
        .filter(group_enrolments::group_id.eq(group))
        .filter(group_enrolments::state.eq_any([EnrolmentState::Left, EnrolmentState::Removed, EnrolmentState::Completed]))
        .select(group_enrolments::ended_at)
        .load(tx.conn)?;
    Ok(ended.into_iter().flatten().max())
}

/// A group's enrolments in these states, in the order in which they were requested. One with a damaged name is among them, so that it keeps
/// its seat and hides no conflict.
pub fn in_states(tx: &mut Tx, group: Id, states: &[EnrolmentState]) -> Result<Vec<Enrolment>> {
    let rows: Vec<Row> = group_enrolments::table
        .filter(group_enrolments::group_id.eq(group))
        .filter(group_enrolments::state.eq_any(states.to_vec()))
        .order((group_enrolments::requested_at, group_enrolments::id))
        .select(Row::as_select())
        .load(tx.conn)?;
    rows.into_iter().map(|row| unseal_place(tx.sealer, row)).collect()
}

/// A place that a practitioner has, was offered or waits for, with who they are willing to meet.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct LivePlace {
    /// The enrolment.
    pub id: Id,
    /// The practitioner; none for a guest.
    pub practitioner: Option<Id>,
    pub state: EnrolmentState,
    /// Who they are willing to meet.
    pub willing_to_meet: WillingnessToMeet,
    /// When they asked for the place.
    pub requested_at: UtcTime,
    /// When they last stated who they are willing to meet; none in old rows.
    pub willing_since: Option<UtcTime>,
}

impl LivePlace {
    /// Who they are willing to meet, and since when.
    pub fn willingness(&self) -> Willingness {
        Willingness { to_meet: self.willing_to_meet, since: Some(self.willing_since.unwrap_or(self.requested_at)) }
    }
}

/// The live places of a group, in the order in which they were requested. Nothing is decrypted, so that a damaged name does
/// not hide a conflict.
pub fn live_places(tx: &mut Tx, group: Id) -> Result<Vec<LivePlace>> {
    Ok(group_enrolments::table
        .filter(group_enrolments::group_id.eq(group))
        .filter(group_enrolments::state.eq_any(EnrolmentState::LIVE))
        .order((group_enrolments::requested_at, group_enrolments::id))
        .select((
            group_enrolments::id,
            group_enrolments::practitioner_id,
            group_enrolments::state,
            group_enrolments::willing_to_meet,
            group_enrolments::requested_at,
            group_enrolments::willing_since,
        ))
        .load(tx.conn)?)
}

/// The waiting list, in the order in which people joined it.
pub fn waiting_list(tx: &mut Tx, group: Id) -> Result<Vec<Enrolment>> {
    in_states(tx, group, &[EnrolmentState::Waiting])
}

/// Which enrolments staff may read.
#[derive(Debug, Clone)]
pub struct Readable {
    /// Those of these practitioners.
    pub practitioners: Vec<Id>,
    /// Those of guests who have a place, or whose place ended after this.
    pub guests_since: UtcTime,
}

/// Filters of enrolments.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this group.
    pub group: Option<Id>,
    /// Only this practitioner's.
    pub practitioner: Option<Id>,
    /// Only those in this state.
    pub state: Option<EnrolmentState>,
    /// Only those that staff may read.
    pub readable: Option<Readable>,
    /// Only those older than this one.
    pub before: Option<Id>,
}

/// Enrolments, the newest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<Id, Enrolment>> {
    let mut query = group_enrolments::table.select(Row::as_select()).into_boxed();
    if let Some(group) = filter.group {
        query = query.filter(group_enrolments::group_id.eq(group));
    }
    if let Some(practitioner) = filter.practitioner {
        query = query.filter(group_enrolments::practitioner_id.eq(Some(practitioner)));
    }
    if let Some(state) = filter.state {
        query = query.filter(group_enrolments::state.eq(state));
    }
    if let Some(Readable { practitioners, guests_since }) = &filter.readable {
        let known: Vec<Option<Id>> = practitioners.iter().copied().map(Some).collect();
        let is_live = group_enrolments::state.eq_any(EnrolmentState::LIVE);
        let is_open = is_live.or(group_enrolments::ended_at.gt(Some(*guests_since)));
        let of_guest = group_enrolments::practitioner_id.is_null().and(is_open);
        query = query.filter(of_guest.or(group_enrolments::practitioner_id.eq_any(known)));
    }
    if let Some(before) = filter.before {
        query = query.filter(group_enrolments::id.lt(before));
    }
    let rows: Vec<Row> = query.order(group_enrolments::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// The practitioners who have, had or want a place in a group.
pub fn practitioners_of(tx: &mut Tx, group: Id) -> Result<Vec<Id>> {
    let all: Vec<Option<Id>> = group_enrolments::table
        .filter(group_enrolments::group_id.eq(group))
        .select(group_enrolments::practitioner_id)
        .distinct()
        .load(tx.conn)?;
    Ok(all.into_iter().flatten().collect())
}

/// The practitioners who have or want a place in a group, and those whose place ended after `since`.
pub fn open_members(tx: &mut Tx, group: Id, since: UtcTime) -> Result<Vec<Id>> {
    let is_live = group_enrolments::state.eq_any(EnrolmentState::LIVE);
    let all: Vec<Option<Id>> = group_enrolments::table
        .filter(group_enrolments::group_id.eq(group))
        .filter(is_live.or(group_enrolments::ended_at.gt(Some(since))))
        .select(group_enrolments::practitioner_id)
        .distinct()
        .load(tx.conn)?;
    Ok(all.into_iter().flatten().collect())
}

/// A few groups in which an offer has expired.
pub fn groups_with_expired_offers(tx: &mut Tx, limit: i64) -> Result<Vec<Id>> {
    let mut groups: Vec<Id> = group_enrolments::table
        .filter(group_enrolments::state.eq(EnrolmentState::Offered))
        .filter(group_enrolments::offer_expires_at.le(Some(tx.now)))
        .select(group_enrolments::group_id)
        .limit(limit)
        .load(tx.conn)?;
    groups.sort();
    groups.dedup();
    Ok(groups)
}

/// The groups in which a practitioner has, had or wants a place.
pub fn groups_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(group_enrolments::table
        .filter(group_enrolments::practitioner_id.eq(Some(practitioner)))
        .select(group_enrolments::group_id)
        .distinct()
        .load(tx.conn)?)
}

/// The groups in which a practitioner has or wants a place.
pub fn live_groups_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(group_enrolments::table
        .filter(group_enrolments::practitioner_id.eq(Some(practitioner)))
        .filter(group_enrolments::state.eq_any(EnrolmentState::LIVE))
        .select(group_enrolments::group_id)
        .distinct()
        .load(tx.conn)?)
}
