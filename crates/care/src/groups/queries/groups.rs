//! Groups and their facilitators.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

use crate::groups::model::{
    EnrolmentState, GroupAudience, GroupKind, GroupMode, GroupRecordType, GroupState, GroupTopic, Programme, Series,
    WillingnessToMeet,
};
use crate::schema::{group_enrolments, group_facilitators, therapy_groups};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "therapy_groups.details";

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
    form: GroupRecordType,
    topic: GroupTopic,
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
    laid_out_until: NaiveDate,
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
        record_type: row.form,
        topic: row.topic,
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
        sessions_until: row.laid_out_until,
        version: row.version,
        created_at: row.created_at,
    })
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
            therapy_groups::form.eq(programme.record_type),
            therapy_groups::topic.eq(programme.topic),
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
            therapy_groups::laid_out_until.eq(group.sessions_until),
            therapy_groups::created_by.eq(by),
            therapy_groups::version.eq(group.version),
            therapy_groups::created_at.eq(tx.now),
            therapy_groups::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    save_facilitators(tx, group.id, programme.facilitators)
}

/// Stores the new values of a group. Kind, audience and record type do not change.
pub fn replace(tx: &mut Tx, group: &Group) -> Result<()> {
    let (programme, series) = (&group.programme, &group.programme.series);
    diesel::update(therapy_groups::table.find(group.id))
        .set((
            therapy_groups::topic.eq(programme.topic),
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
            therapy_groups::laid_out_until.eq(group.sessions_until),
            therapy_groups::updated_at.eq(tx.now),
            therapy_groups::version.eq(therapy_groups::version + 1),
        ))
        .execute(tx.conn)?;
    save_facilitators(tx, group.id, programme.facilitators)
}

/// Stores the facilitators. Those who continue keep their recorded willingness to meet.
fn save_facilitators(tx: &mut Tx, group: Id, facilitator_ids: [Id; 2]) -> Result<()> {
    let present = facilitators(tx, group)?;
    if present.iter().map(|(id, _)| *id).eq(facilitator_ids) {
        return Ok(());
    }
    diesel::delete(group_facilitators::table.filter(group_facilitators::group_id.eq(group))).execute(tx.conn)?;
    for (position, clinician) in (1..).zip(facilitator_ids) {
        let recorded = present.iter().find(|(id, _)| *id == clinician).map(|(_, meets)| *meets);
        diesel::insert_into(group_facilitators::table)
            .values((
                group_facilitators::group_id.eq(group),
                group_facilitators::clinician_id.eq(clinician),
                group_facilitators::place.eq(position),
                group_facilitators::meets.eq(recorded.unwrap_or(WillingnessToMeet::StrangersOnly)),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The two facilitators of a group, and who they are willing to meet.
pub fn facilitators(tx: &mut Tx, group: Id) -> Result<Vec<(Id, WillingnessToMeet)>> {
    Ok(group_facilitators::table
        .filter(group_facilitators::group_id.eq(group))
        .order(group_facilitators::place)
        .select((group_facilitators::clinician_id, group_facilitators::meets))
        .load(tx.conn)?)
}

/// True when this clinician facilitates the group.
pub fn facilitates(tx: &mut Tx, group: Id, clinician: Id) -> Result<bool> {
    let found = group_facilitators::table.find((group, clinician)).select(group_facilitators::group_id);
    Ok(found.get_result::<Id>(tx.conn).optional()?.is_some())
}

/// Stores who a facilitator is willing to meet.
pub fn set_willingness(tx: &mut Tx, group: Id, clinician: Id, meets: WillingnessToMeet) -> Result<()> {
    diesel::update(group_facilitators::table.find((group, clinician)))
        .set(group_facilitators::meets.eq(meets))
        .execute(tx.conn)?;
    Ok(())
}

/// The groups that a clinician facilitates.
pub fn led_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    Ok(group_facilitators::table
        .filter(group_facilitators::clinician_id.eq(clinician))
        .select(group_facilitators::group_id)
        .load(tx.conn)?)
}

/// Locks a group's row until the transaction ends, so that its places are assigned one request at a time.
///
/// # Errors
/// 404 when there is none.
pub fn lock(tx: &mut Tx, id: Id) -> Result<()> {
    platform::lock_row!(tx.conn, therapy_groups, id)?.map(|_| ()).ok_or_else(Error::not_found)
}

/// The groups that are forming or running.
pub fn open_ids(tx: &mut Tx) -> Result<Vec<Id>> {
    let open = therapy_groups::table.filter(therapy_groups::state.eq_any([GroupState::Forming, GroupState::Running]));
    let mut ids: Vec<Id> = open.select(therapy_groups::id).load(tx.conn)?;
    ids.sort();
    Ok(ids)
}

/// The groups that are forming or running and that a clinician facilitates.
pub fn open_led_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    Ok(group_facilitators::table
        .inner_join(therapy_groups::table)
        .filter(group_facilitators::clinician_id.eq(clinician))
        .filter(therapy_groups::state.eq_any([GroupState::Forming, GroupState::Running]))
        .select(therapy_groups::id)
        .load(tx.conn)?)
}

/// The group with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Group>> {
    let row: Option<Row> = therapy_groups::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    with_facilitators(tx, vec![row])?.pop().map(|(_, group)| group).transpose()
}

fn with_facilitators(tx: &mut Tx, rows: Vec<Row>) -> Result<Opened<Id, Group>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let seats: Vec<(Id, Id)> = group_facilitators::table
        .filter(group_facilitators::group_id.eq_any(ids))
        .order((group_facilitators::group_id, group_facilitators::place))
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
    /// Only those with fewer members than their minimum.
    pub below_minimum: bool,
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
        query = query.filter(therapy_groups::topic.eq(topic));
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
        query = query.filter(sql::<Bool>(HAS_PLACES));
    }
    if filter.below_minimum {
        query = query.filter(sql::<Bool>(BELOW_MINIMUM));
    }
    if let Some(before) = filter.before {
        query = query.filter(therapy_groups::id.lt(before));
    }
    let rows: Vec<Row> = query.order(therapy_groups::id.desc()).limit(limit).load(tx.conn)?;
    with_facilitators(tx, rows)
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

/// How many people have, are offered and wait for a place in each of these groups.
pub fn figures(tx: &mut Tx, groups: &[Id]) -> Result<BTreeMap<Id, Figures>> {
    let live: Vec<(Id, EnrolmentState)> = group_enrolments::table
        .filter(group_enrolments::group_id.eq_any(groups.to_vec()))
        .filter(group_enrolments::state.eq_any(EnrolmentState::LIVE))
        .select((group_enrolments::group_id, group_enrolments::state))
        .load(tx.conn)?;
    let mut all: BTreeMap<Id, Figures> = groups.iter().map(|id| (*id, Figures::default())).collect();
    for (group, state) in live {
        let figures = all.entry(group).or_default();
        match state {
            EnrolmentState::Enrolled => figures.enrolled += 1,
            EnrolmentState::Offered => figures.offered += 1,
            _ => figures.waiting += 1,
        }
    }
    Ok(all)
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
    diesel::update(therapy_groups::table.find(id)).set(therapy_groups::laid_out_until.eq(until)).execute(tx.conn)?;
    Ok(())
}

/// A few slow-open groups whose sessions are not yet planned up to this day.
pub fn due_for_extension(tx: &mut Tx, horizon: NaiveDate, limit: i64) -> Result<Vec<Id>> {
    Ok(therapy_groups::table
        .filter(therapy_groups::kind.eq(GroupKind::SlowOpen))
        .filter(therapy_groups::state.eq_any([GroupState::Forming, GroupState::Running]))
        .filter(therapy_groups::laid_out_until.lt(horizon))
        .select(therapy_groups::id)
        .limit(limit)
        .load(tx.conn)?)
}
