//! Groups.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

use super::facilitators;
use crate::groups::model::{
    EnrolmentState, GroupAudience, GroupKind, GroupMode, GroupRecordType, GroupState, GroupTopic, Programme, Series,
};
use crate::schema::{group_enrolments, group_facilitators, therapy_groups};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "therapy_groups.details";
const TOPIC: &str = "therapy_groups.topic";

/// The encrypted part of a programme.
#[derive(Serialize, Deserialize)]
struct Details {
    title: String,
    about: String,
    town: Option<String>,
    place: Option<String>,
    link: Option<String>,
    skipped: Vec<NaiveDate>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = therapy_groups)]
struct Row {
    id: Id,
    kind: GroupKind,
    record_type: GroupRecordType,
    topic: String,
    audience: GroupAudience,
    state: GroupState,
    details: Vec<u8>,
    capacity: i32,
    minimum: i32,
    starts_on: NaiveDate,
    starts_local: NaiveTime,
    minutes: i32,
    every_weeks: i32,
    planned_sessions: Option<i32>,
    closes_at_session: Option<i32>,
    enrolment_closes_at: Option<UtcTime>,
    mode: GroupMode,
    sessions_until: NaiveDate,
    version: i32,
    created_at: UtcTime,
}

/// A group, decrypted.
#[derive(Debug, Clone)]
pub struct Group {
    pub id: Id,
    pub programme: Programme,
    pub state: GroupState,
    /// When enrolment closes; none when it never closes.
    pub enrolment_closes_at: Option<UtcTime>,
    /// Sessions are planned up to, but not including, this day.
    pub sessions_until: NaiveDate,
    pub version: i32,
    pub created_at: UtcTime,
}

fn to_u16(number: i32) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

fn unseal(sealer: &Sealer, row: Row, facilitators: [Id; 2]) -> Result<Group> {
    let details: Details = sealer.open_json(Place(DETAILS, row.id), &row.details)?;
    let programme = Programme {
        kind: row.kind,
        record_type: row.record_type,
        topic: open_topic(sealer, row.id, &row.topic)?,
        audience: row.audience,
        title: details.title,
        about: details.about,
        capacity: to_u16(row.capacity),
        minimum: to_u16(row.minimum),
        facilitators,
        series: Series {
            starts_on: row.starts_on,
            starts_local: row.starts_local,
            minutes: to_u16(row.minutes),
            every_weeks: to_u16(row.every_weeks),
            sessions: row.planned_sessions.map(to_u16),
            skipped: details.skipped,
        },
        closes_at_session: row.closes_at_session.map(to_u16),
        mode: row.mode,
        town: details.town,
        place: details.place,
        link: details.link,
    };
    Ok(Group {
        id: row.id,
        programme,
        state: row.state,
        enrolment_closes_at: row.enrolment_closes_at,
        sessions_until: row.sessions_until,
        version: row.version,
        created_at: row.created_at,
    })
}

/// What is stored of a topic: beside the places of a group it would tell what each member suffers from, so it is a keyed index. Lists
/// are filtered by it.
fn topic_index(sealer: &Sealer, topic: GroupTopic) -> String {
    sealer.blind_index("group_topic", topic.as_str())
}

fn open_topic(sealer: &Sealer, group: Id, index: &str) -> Result<GroupTopic> {
    let found = GroupTopic::ALL.iter().find(|topic| topic_index(sealer, **topic) == index);
    found.copied().ok_or_else(|| Error::unreadable(TOPIC, group, "it is no topic under this index key"))
}

/// Replaces topics that version 0.2 stored in clear by their keyed index; returns how many groups there were.
///
/// # Errors
/// When the database fails.
pub fn key_plain_topics(tx: &mut Tx) -> Result<usize> {
    let mut keyed = 0;
    for topic in GroupTopic::ALL {
        let plain = therapy_groups::table.filter(therapy_groups::topic.eq(topic.as_str()));
        keyed += diesel::update(plain).set(therapy_groups::topic.eq(topic_index(tx.sealer, *topic))).execute(tx.conn)?;
    }
    Ok(keyed)
}

fn seal(sealer: &Sealer, id: Id, programme: &Programme) -> Result<Vec<u8>> {
    let details = Details {
        title: programme.title.clone(),
        about: programme.about.clone(),
        town: programme.town.clone(),
        place: programme.place.clone(),
        link: programme.link.clone(),
        skipped: programme.series.skipped.clone(),
    };
    sealer.seal_json(Place(DETAILS, id), &details)
}

/// Stores a new group.
pub fn insert(tx: &mut Tx, group: &Group, by: Id) -> Result<()> {
    let (programme, series) = (&group.programme, &group.programme.series);
    diesel::insert_into(therapy_groups::table)
        .values((
            therapy_groups::id.eq(group.id),
            therapy_groups::kind.eq(programme.kind),
            therapy_groups::record_type.eq(programme.record_type),
            therapy_groups::topic.eq(topic_index(tx.sealer, programme.topic)),
            therapy_groups::audience.eq(programme.audience),
            therapy_groups::state.eq(group.state),
            therapy_groups::details.eq(seal(tx.sealer, group.id, programme)?),
            therapy_groups::capacity.eq(i32::from(programme.capacity)),
            therapy_groups::minimum.eq(i32::from(programme.minimum)),
            therapy_groups::starts_on.eq(series.starts_on),
            therapy_groups::starts_local.eq(series.starts_local),
            therapy_groups::minutes.eq(i32::from(series.minutes)),
            therapy_groups::every_weeks.eq(i32::from(series.every_weeks)),
            therapy_groups::planned_sessions.eq(series.sessions.map(i32::from)),
            therapy_groups::closes_at_session.eq(programme.closes_at_session.map(i32::from)),
            therapy_groups::mode.eq(programme.mode),
            therapy_groups::sessions_until.eq(group.sessions_until),
            therapy_groups::created_by.eq(by),
            therapy_groups::version.eq(group.version),
            therapy_groups::created_at.eq(tx.now),
            therapy_groups::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    facilitators::save(tx, group.id, programme.facilitators)
}

/// Stores the new values of a group. Kind, audience and record type do not change.
pub fn replace(tx: &mut Tx, group: &Group) -> Result<()> {
    let (programme, series) = (&group.programme, &group.programme.series);
    diesel::update(therapy_groups::table.find(group.id))
        .set((
            therapy_groups::topic.eq(topic_index(tx.sealer, programme.topic)),
            therapy_groups::details.eq(seal(tx.sealer, group.id, programme)?),
            therapy_groups::capacity.eq(i32::from(programme.capacity)),
            therapy_groups::minimum.eq(i32::from(programme.minimum)),
            therapy_groups::starts_on.eq(series.starts_on),
            therapy_groups::starts_local.eq(series.starts_local),
            therapy_groups::minutes.eq(i32::from(series.minutes)),
            therapy_groups::every_weeks.eq(i32::from(series.every_weeks)),
            therapy_groups::planned_sessions.eq(series.sessions.map(i32::from)),
            therapy_groups::closes_at_session.eq(programme.closes_at_session.map(i32::from)),
            therapy_groups::mode.eq(programme.mode),
            therapy_groups::sessions_until.eq(group.sessions_until),
            therapy_groups::updated_at.eq(tx.now),
            therapy_groups::version.eq(therapy_groups::version + 1),
        ))
        .execute(tx.conn)?;
    facilitators::save(tx, group.id, programme.facilitators)
}

/// Locks a group's row until the transaction ends, so that its places are assigned one request at a time.
///
/// # Errors
/// 404 when there is none.
pub fn lock(tx: &mut Tx, id: Id) -> Result<()> {
    if lock_found(tx, id)? { Ok(()) } else { Err(Error::not_found()) }
}

/// Locks the row of a group, if there is one, until the transaction ends; false when there is none.
pub fn lock_found(tx: &mut Tx, id: Id) -> Result<bool> {
    Ok(platform::lock_row!(tx.conn, therapy_groups, id)?.is_some())
}

/// The groups that are forming or running.
pub fn open_ids(tx: &mut Tx) -> Result<Vec<Id>> {
    let open = therapy_groups::table.filter(therapy_groups::state.eq_any([GroupState::Forming, GroupState::Running]));
    let mut ids: Vec<Id> = open.select(therapy_groups::id).load(tx.conn)?;
    ids.sort();
    Ok(ids)
}

/// The group with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Group>> {
    let row: Option<Row> = therapy_groups::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    // The facilitators are read also when there is no such group: what names one is answered after the same statements.
    with_facilitators(tx, &[id], row.into_iter().collect())?.pop().map(|(_, group)| group).transpose()
}

/// These groups, whose ids are given, with their facilitators.
fn with_facilitators(tx: &mut Tx, ids: &[Id], rows: Vec<Row>) -> Result<Opened<Id, Group>> {
    let seats: Vec<(Id, Id)> = group_facilitators::table
        .filter(group_facilitators::group_id.eq_any(ids.to_vec()))
        .order((group_facilitators::group_id, group_facilitators::position))
        .select((group_facilitators::group_id, group_facilitators::clinician_id))
        .load(tx.conn)?;
    let mut led: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (group, clinician) in seats {
        led.entry(group).or_default().push(clinician);
    }
    let open = |row: Row| {
        let two = led.remove(&row.id).unwrap_or_default();
        let two: Result<[Id; 2]> = two.try_into().map_err(|_| Error::internal("group does not have exactly two facilitators"));
        (row.id, two.and_then(|two| unseal(tx.sealer, row, two)))
    };
    Ok(rows.into_iter().map(open).collect())
}

/// Filters of groups.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only for this audience.
    pub audience: Option<GroupAudience>,
    /// Only those in one of these states; all when empty.
    pub states: Vec<GroupState>,
    /// Only those on this topic.
    pub topic: Option<GroupTopic>,
    /// Only those that meet in this way.
    pub mode: Option<GroupMode>,
    /// Only those that this clinician facilitates.
    pub led_by: Option<Id>,
    /// None that one of these clinicians facilitates.
    pub not_led_by: Vec<Id>,
    /// Only those whose enrolment is open at this time.
    pub open_at: Option<UtcTime>,
    /// Only those with a free place.
    pub vacancies: bool,
    /// These count as having a free place, because of places that are hidden from the caller.
    pub also_with_places: Vec<Id>,
    /// Only those with fewer members than their minimum.
    pub below_minimum: bool,
    /// These count as having fewer, because of members who are hidden from the caller.
    pub also_below_minimum: Vec<Id>,
    /// Only those older than this one.
    pub before: Option<Id>,
}

const HAS_PLACES: &str = "therapy_groups.capacity > (SELECT count(*) FROM group_enrolments \
    WHERE group_enrolments.group_id = therapy_groups.id AND group_enrolments.seat IS NOT NULL)";
const BELOW_MINIMUM: &str = "therapy_groups.minimum > (SELECT count(*) FROM group_enrolments \
    WHERE group_enrolments.group_id = therapy_groups.id AND group_enrolments.state = 'enrolled')";

/// Groups, the newest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<Id, Group>> {
    let mut query = therapy_groups::table.select(Row::as_select()).into_boxed();
    if let Some(audience) = filter.audience {
        query = query.filter(therapy_groups::audience.eq(audience));
    }
    if !filter.states.is_empty() {
        query = query.filter(therapy_groups::state.eq_any(filter.states.clone()));
    }
    if let Some(topic) = filter.topic {
        query = query.filter(therapy_groups::topic.eq(topic_index(tx.sealer, topic)));
    }
    if let Some(mode) = filter.mode {
        query = query.filter(therapy_groups::mode.eq(mode));
    }
    if let Some(clinician) = filter.led_by {
        let led = group_facilitators::table.filter(group_facilitators::clinician_id.eq(clinician));
        query = query.filter(therapy_groups::id.eq_any(led.select(group_facilitators::group_id)));
    }
    if !filter.not_led_by.is_empty() {
        let led = group_facilitators::table.filter(group_facilitators::clinician_id.eq_any(filter.not_led_by.clone()));
        query = query.filter(therapy_groups::id.ne_all(led.select(group_facilitators::group_id)));
    }
    if let Some(now) = filter.open_at {
        let never = therapy_groups::enrolment_closes_at.is_null();
        query = query.filter(never.or(therapy_groups::enrolment_closes_at.gt(Some(now))));
    }
    if filter.vacancies {
        query = query.filter(sql::<Bool>(HAS_PLACES).or(therapy_groups::id.eq_any(filter.also_with_places.clone())));
    }
    if filter.below_minimum {
        query = query.filter(sql::<Bool>(BELOW_MINIMUM).or(therapy_groups::id.eq_any(filter.also_below_minimum.clone())));
    }
    if let Some(before) = filter.before {
        query = query.filter(therapy_groups::id.lt(before));
    }
    let rows: Vec<Row> = query.order(therapy_groups::id.desc()).limit(limit).load(tx.conn)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    with_facilitators(tx, &ids, rows)
}

/// How many people have a place in a group, are offered one and wait for one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Members.
    pub enrolled: u16,
    pub offered: u16,
    pub waiting: u16,
}

impl Figures {
    /// How many places are taken or on offer.
    pub fn seated(self) -> u16 {
        self.enrolled + self.offered
    }
}

/// How many people have, are offered and wait for a place in each of these groups, without the `hidden` places, each by group and
/// practitioner.
pub fn figures(tx: &mut Tx, groups: &[Id], hidden: &[(Id, Id)]) -> Result<BTreeMap<Id, Figures>> {
    let live: Vec<(Id, Option<Id>, EnrolmentState)> = group_enrolments::table
        .filter(group_enrolments::group_id.eq_any(groups.to_vec()))
        .filter(group_enrolments::state.eq_any(EnrolmentState::LIVE))
        .select((group_enrolments::group_id, group_enrolments::practitioner_id, group_enrolments::state))
        .load(tx.conn)?;
    let mut all: BTreeMap<Id, Figures> = groups.iter().map(|id| (*id, Figures::default())).collect();
    for (group, practitioner, state) in live {
        if practitioner.is_some_and(|practitioner| hidden.contains(&(group, practitioner))) {
            continue;
        }
        let figures = all.entry(group).or_default();
        match state {
            EnrolmentState::Enrolled => figures.enrolled += 1,
            EnrolmentState::Offered => figures.offered += 1,
            _ => figures.waiting += 1,
        }
    }
    Ok(all)
}

/// The practitioners who have or want a place in one of these groups, each with the group.
pub fn live_practitioners(tx: &mut Tx, groups: &[Id]) -> Result<Vec<(Id, Id)>> {
    let all: Vec<(Id, Option<Id>)> = group_enrolments::table
        .filter(group_enrolments::group_id.eq_any(groups.to_vec()))
        .filter(group_enrolments::state.eq_any(EnrolmentState::LIVE))
        .select((group_enrolments::group_id, group_enrolments::practitioner_id))
        .load(tx.conn)?;
    Ok(all.into_iter().filter_map(|(group, practitioner)| Some((group, practitioner?))).collect())
}

/// The capacity and the minimum of each of these groups.
pub fn sizes(tx: &mut Tx, groups: &[Id]) -> Result<Vec<(Id, i32, i32)>> {
    Ok(therapy_groups::table
        .filter(therapy_groups::id.eq_any(groups.to_vec()))
        .select((therapy_groups::id, therapy_groups::capacity, therapy_groups::minimum))
        .load(tx.conn)?)
}

/// Stores a group's new state.
pub fn set_state(tx: &mut Tx, id: Id, state: GroupState) -> Result<()> {
    diesel::update(therapy_groups::table.find(id))
        .set((
            therapy_groups::state.eq(state),
            therapy_groups::updated_at.eq(tx.now),
            therapy_groups::version.eq(therapy_groups::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores when enrolment closes.
pub fn set_enrolment_close(tx: &mut Tx, id: Id, closes_at: Option<UtcTime>) -> Result<()> {
    diesel::update(therapy_groups::table.find(id)).set(therapy_groups::enrolment_closes_at.eq(closes_at)).execute(tx.conn)?;
    Ok(())
}

/// Stores the day up to which sessions are planned.
pub fn set_sessions_until(tx: &mut Tx, id: Id, until: NaiveDate) -> Result<()> {
    diesel::update(therapy_groups::table.find(id)).set(therapy_groups::sessions_until.eq(until)).execute(tx.conn)?;
    Ok(())
}

/// A few slow-open groups whose sessions are not yet planned up to this day.
pub fn due_for_extension(tx: &mut Tx, horizon: NaiveDate, limit: i64) -> Result<Vec<Id>> {
    Ok(therapy_groups::table
        .filter(therapy_groups::kind.eq(GroupKind::SlowOpen))
        .filter(therapy_groups::state.eq_any([GroupState::Forming, GroupState::Running]))
        .filter(therapy_groups::sessions_until.lt(horizon))
        .select(therapy_groups::id)
        .limit(limit)
        .load(tx.conn)?)
}
