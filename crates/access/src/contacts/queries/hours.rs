//! SQL about the opening hours of the contact line.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::contacts::model::{ContactChannel, ContactHoursDay, ContactHoursKind, Hours, Span};
use crate::schema::contact_hours;
use platform::Tx;
use platform::db::{Conn, Json, as_json};
use platform::error::{Error, Result, violates};
use platform::ids::Id;
use platform::refusal::Reason;

/// Hours as they are stored.
#[derive(Debug, Clone)]
pub struct ContactHoursRecord {
    pub id: Id,
    pub hours: Hours,
    /// The administrator who set them; none for the initial hours.
    pub set_by: Option<Id>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contact_hours)]
struct Row {
    id: Id,
    channel: ContactChannel,
    kind: ContactHoursKind,
    starts_on: NaiveDate,
    closed_on_bank_holidays: bool,
    hours: Json<Vec<StoredSpan>>,
    reason: Option<String>,
    set_by: Option<Id>,
}

/// A span as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredSpan {
    weekday: Option<ContactHoursDay>,
    from: u16,
    until: u16,
}

impl Row {
    fn read(self) -> ContactHoursRecord {
        let span = |StoredSpan { weekday, from, until }| Span { weekday, from, until };
        let hours = Hours {
            channel: self.channel,
            kind: self.kind,
            starts_on: self.starts_on,
            closed_on_bank_holidays: self.closed_on_bank_holidays,
            spans: self.hours.0.into_iter().map(span).collect(),
            reason: self.reason,
        };
        ContactHoursRecord { id: self.id, hours, set_by: self.set_by }
    }
}

/// All hours that matter from a day on: every weekly entry, and single days that are not past.
pub fn in_force_from(tx: &mut Tx, day: NaiveDate) -> Result<Vec<Hours>> {
    let weeks = contact_hours::kind.eq(ContactHoursKind::Week);
    let rows: Vec<Row> = contact_hours::table
        .filter(weeks.or(contact_hours::starts_on.ge(day)))
        .order(contact_hours::id)
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|row| row.read().hours).collect())
}

/// Hours, latest day first.
pub fn list(
    tx: &mut Tx,
    channel: Option<ContactChannel>,
    before: Option<(NaiveDate, Id)>,
    limit: i64,
) -> Result<Vec<ContactHoursRecord>> {
    let mut query = contact_hours::table.select(Row::as_select()).into_boxed();
    if let Some(channel) = channel {
        query = query.filter(contact_hours::channel.eq(channel));
    }
    if let Some((day, id)) = before {
        let earlier = contact_hours::starts_on.lt(day);
        query = query.filter(earlier.or(contact_hours::starts_on.eq(day).and(contact_hours::id.lt(id))));
    }
    let rows: Vec<Row> = query.order((contact_hours::starts_on.desc(), contact_hours::id.desc())).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(Row::read).collect())
}

/// The hours with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<ContactHoursRecord>> {
    let row: Option<Row> = contact_hours::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    Ok(row.map(Row::read))
}

/// Stores hours.
///
/// # Errors
/// 409 when there are hours of this channel, kind and day already.
pub fn insert(tx: &mut Tx, hours: &Hours, by: Id) -> Result<Id> {
    let written = |span: &Span| StoredSpan { weekday: span.weekday, from: span.from, until: span.until };
    let written: Vec<StoredSpan> = hours.spans.iter().map(written).collect();
    let id = Id::new(tx.now);
    diesel::insert_into(contact_hours::table)
        .values((
            contact_hours::id.eq(id),
            contact_hours::channel.eq(hours.channel),
            contact_hours::kind.eq(hours.kind),
            contact_hours::starts_on.eq(hours.starts_on),
            contact_hours::closed_on_bank_holidays.eq(hours.closed_on_bank_holidays),
            contact_hours::hours.eq(as_json(&written)?),
            contact_hours::reason.eq(hours.reason.as_deref()),
            contact_hours::set_by.eq(Some(by)),
            contact_hours::created_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            let there = "contact_hours_once|contact_hours.channel, contact_hours.kind, contact_hours.starts_on";
            if violates(&error, there) { Reason::HoursSet.into() } else { Error::from(error) }
        })?;
    Ok(id)
}

pub fn delete(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::delete(contact_hours::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Makes changes of hours wait for each other: each is checked against all others.
pub fn lock(tx: &mut Tx) -> Result<()> {
    if let Conn::Postgres(inner) = tx.conn {
        diesel::sql_query("SELECT pg_advisory_xact_lock(7270120)").execute(inner)?;
    }
    Ok(())
}
