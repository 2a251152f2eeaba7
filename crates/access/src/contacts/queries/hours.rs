//! SQL about the opening hours of the contact line. `contact_hours` has the hours that apply, and `contact_hours_changes` what
//! administrators proposed, with what became of it.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::contacts::model::{ContactChannel, ContactHoursKind, ContactHoursState, Hours, Span};
use crate::schema::{contact_hours, contact_hours_changes};
use platform::Tx;
use platform::db::{Conn, Json, as_json};
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::local_time::Day;

/// Hours as they were proposed, with what became of them.
#[derive(Debug, Clone)]
pub struct ContactHoursRecord {
    pub id: Id,
    pub hours: Hours,
    /// As it is stored: whether hours that wait have expired is decided when they are read.
    pub state: ContactHoursState,
    /// The administrator who proposed them; none for the initial hours.
    pub proposed_by: Option<Id>,
    pub proposed_at: UtcTime,
    pub approved_by: Option<Id>,
    pub approved_at: Option<UtcTime>,
    pub withdrawn_by: Option<Id>,
    pub withdrawn_at: Option<UtcTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contact_hours)]
struct AppliedRow {
    channel: ContactChannel,
    kind: ContactHoursKind,
    starts_on: NaiveDate,
    closed_on_bank_holidays: bool,
    hours: Json<Vec<StoredSpan>>,
    reason: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contact_hours_changes)]
struct Row {
    id: Id,
    channel: ContactChannel,
    kind: ContactHoursKind,
    starts_on: NaiveDate,
    closed_on_bank_holidays: bool,
    hours: Json<Vec<StoredSpan>>,
    reason: Option<String>,
    state: ContactHoursState,
    proposed_by: Option<Id>,
    proposed_at: UtcTime,
    approved_by: Option<Id>,
    approved_at: Option<UtcTime>,
    withdrawn_by: Option<Id>,
    withdrawn_at: Option<UtcTime>,
}

/// A span as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredSpan {
    weekday: Option<Day>,
    from: u16,
    until: u16,
}

impl AppliedRow {
    fn read(self) -> Hours {
        let span = |StoredSpan { weekday, from, until }| Span { weekday, from, until };
        Hours {
            channel: self.channel,
            kind: self.kind,
            starts_on: self.starts_on,
            closed_on_bank_holidays: self.closed_on_bank_holidays,
            spans: self.hours.0.into_iter().map(span).collect(),
            reason: self.reason,
        }
    }
}

impl Row {
    fn read(self) -> ContactHoursRecord {
        let Self { channel, kind, starts_on, closed_on_bank_holidays, hours, reason, .. } = self;
        ContactHoursRecord {
            id: self.id,
            hours: AppliedRow { channel, kind, starts_on, closed_on_bank_holidays, hours, reason }.read(),
            state: self.state,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
            approved_by: self.approved_by,
            approved_at: self.approved_at,
            withdrawn_by: self.withdrawn_by,
            withdrawn_at: self.withdrawn_at,
        }
    }
}

/// All hours that apply from a day on: every weekly entry, and single days that are not past.
pub fn in_force_from(tx: &mut Tx, day: NaiveDate) -> Result<Vec<Hours>> {
    let weeks = contact_hours::kind.eq(ContactHoursKind::Week);
    let rows: Vec<AppliedRow> = contact_hours::table
        .filter(weeks.or(contact_hours::starts_on.ge(day)))
        .order(contact_hours::id)
        .select(AppliedRow::as_select())
        .load(tx.conn)?;
    Ok(rows.into_iter().map(AppliedRow::read).collect())
}

/// Hours in every state, latest day first.
pub fn list(
    tx: &mut Tx,
    channel: Option<ContactChannel>,
    before: Option<(NaiveDate, Id)>,
    limit: i64,
) -> Result<Vec<ContactHoursRecord>> {
    let mut query = contact_hours_changes::table.select(Row::as_select()).into_boxed();
    if let Some(channel) = channel {
        query = query.filter(contact_hours_changes::channel.eq(channel));
    }
    if let Some((day, id)) = before {
        let earlier = contact_hours_changes::starts_on.lt(day);
        let same_day = contact_hours_changes::starts_on.eq(day).and(contact_hours_changes::id.lt(id));
        query = query.filter(earlier.or(same_day));
    }
    let order = (contact_hours_changes::starts_on.desc(), contact_hours_changes::id.desc());
    let rows: Vec<Row> = query.order(order).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(Row::read).collect())
}

/// The hours with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<ContactHoursRecord>> {
    let row: Option<Row> = contact_hours_changes::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    Ok(row.map(Row::read))
}

fn written(hours: &Hours) -> Result<String> {
    let span = |span: &Span| StoredSpan { weekday: span.weekday, from: span.from, until: span.until };
    as_json(&hours.spans.iter().map(span).collect::<Vec<_>>())
}

/// Stores hours that wait; see [`approve`].
pub fn insert(tx: &mut Tx, hours: &Hours, by: Id) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(contact_hours_changes::table)
        .values((
            contact_hours_changes::id.eq(id),
            contact_hours_changes::channel.eq(hours.channel),
            contact_hours_changes::kind.eq(hours.kind),
            contact_hours_changes::starts_on.eq(hours.starts_on),
            contact_hours_changes::closed_on_bank_holidays.eq(hours.closed_on_bank_holidays),
            contact_hours_changes::hours.eq(written(hours)?),
            contact_hours_changes::reason.eq(hours.reason.as_deref()),
            contact_hours_changes::state.eq(ContactHoursState::Pending),
            contact_hours_changes::proposed_by.eq(Some(by)),
            contact_hours_changes::proposed_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Whether other hours of the same channel and kind (of a single day: of the same day) were approved after these were proposed.
pub fn are_overtaken(tx: &mut Tx, record: &ContactHoursRecord) -> Result<bool> {
    let mut approved = contact_hours_changes::table
        .filter(contact_hours_changes::channel.eq(record.hours.channel))
        .filter(contact_hours_changes::kind.eq(record.hours.kind))
        .filter(contact_hours_changes::state.eq(ContactHoursState::Approved))
        .filter(contact_hours_changes::approved_at.gt(Some(record.proposed_at)))
        .select(contact_hours_changes::id)
        .into_boxed();
    if record.hours.kind == ContactHoursKind::Day {
        approved = approved.filter(contact_hours_changes::starts_on.eq(record.hours.starts_on));
    }
    Ok(approved.limit(1).load::<Id>(tx.conn)?.pop().is_some())
}

/// Lets hours that wait apply as they are in `hours`. They replace those of the same channel, kind and day.
pub fn approve(tx: &mut Tx, record: &ContactHoursRecord, hours: &Hours, by: Id) -> Result<()> {
    let pending =
        contact_hours_changes::table.find(record.id).filter(contact_hours_changes::state.eq(ContactHoursState::Pending));
    let approved = diesel::update(pending)
        .set((
            contact_hours_changes::state.eq(ContactHoursState::Approved),
            contact_hours_changes::starts_on.eq(hours.starts_on),
            contact_hours_changes::approved_by.eq(Some(by)),
            contact_hours_changes::approved_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    if approved != 1 {
        return Err(Error::internal("hours that do not wait are approved"));
    }
    let replaced = contact_hours::table
        .filter(contact_hours::channel.eq(hours.channel))
        .filter(contact_hours::kind.eq(hours.kind))
        .filter(contact_hours::starts_on.eq(hours.starts_on));
    diesel::delete(replaced).execute(tx.conn)?;
    diesel::insert_into(contact_hours::table)
        .values((
            contact_hours::id.eq(record.id),
            contact_hours::channel.eq(hours.channel),
            contact_hours::kind.eq(hours.kind),
            contact_hours::starts_on.eq(hours.starts_on),
            contact_hours::closed_on_bank_holidays.eq(hours.closed_on_bank_holidays),
            contact_hours::hours.eq(written(hours)?),
            contact_hours::reason.eq(hours.reason.as_deref()),
            contact_hours::set_by.eq(record.proposed_by),
            contact_hours::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Withdraws hours that wait.
pub fn withdraw(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    diesel::update(contact_hours_changes::table.find(id))
        .set((
            contact_hours_changes::state.eq(ContactHoursState::Withdrawn),
            contact_hours_changes::withdrawn_by.eq(Some(by)),
            contact_hours_changes::withdrawn_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Makes changes of hours wait for each other: each is checked against all others.
pub fn lock(tx: &mut Tx) -> Result<()> {
    if let Conn::Postgres(inner) = tx.conn {
        diesel::sql_query("SELECT pg_advisory_xact_lock(7270120)").execute(inner)?;
    }
    Ok(())
}
