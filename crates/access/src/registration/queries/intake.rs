//! SQL about intake periods, which administrators change.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::registration::model::{Cohort, IntakePeriod};
use crate::schema::{intake_period_changes, intake_periods};
use people::practitioners::model::EligibilityReason;
use platform::Tx;
use platform::db::{Json, as_json};
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use reference::signposts::model::SignpostNeed;

/// An intake period as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = intake_periods)]
pub struct IntakePeriodRecord {
    pub id: Id,
    /// The cohort it applies to.
    pub cohort: Cohort,
    /// The first day.
    pub starts_on: NaiveDate,
    /// Whether new registrations are accepted.
    pub is_open: bool,
    /// The stable code of the reason.
    pub reason_code: String,
    /// The reason given to people who register.
    pub reason: String,
    /// The needs for which people are shown sources of help while intake is closed.
    #[diesel(deserialize_as = Json<Vec<SignpostNeed>>)]
    pub signposts: Vec<SignpostNeed>,
    /// The source.
    pub source: String,
    pub version: i32,
}

/// The content of an intake period as an administrator sets it.
#[derive(Debug, Clone)]
pub struct NewIntakePeriod {
    /// The first day.
    pub starts_on: NaiveDate,
    /// Whether new registrations are accepted.
    pub is_open: bool,
    /// The reason given to people who register.
    pub reason: String,
    /// The needs for which people are shown sources of help.
    pub signposts: Vec<SignpostNeed>,
}

/// One version of an intake period.
#[derive(Debug, Clone, Queryable)]
pub struct IntakePeriodChange {
    /// The version number.
    pub version: i32,
    pub at: UtcTime,
    pub changed_by: Id,
    /// The first day.
    pub starts_on: NaiveDate,
    /// Whether new registrations were to be accepted.
    pub is_open: bool,
    pub reason: String,
}

impl IntakePeriodRecord {
    fn into_period(self) -> IntakePeriod {
        IntakePeriod {
            signposts: self.signposts,
            cohort: self.cohort,
            from: self.starts_on,
            open: self.is_open,
            reason: EligibilityReason { code: self.reason_code, text: self.reason },
            source: self.source,
        }
    }
}

/// Every intake period, as the rules know them.
pub fn all_periods(tx: &mut Tx) -> Result<Vec<IntakePeriod>> {
    let periods: Vec<IntakePeriodRecord> =
        intake_periods::table.order(intake_periods::id).select(IntakePeriodRecord::as_select()).load(tx.conn)?;
    Ok(periods.into_iter().map(IntakePeriodRecord::into_period).collect())
}

/// The intake periods, latest day first.
pub fn list(tx: &mut Tx, cohort: Option<Cohort>, before: Option<(NaiveDate, Id)>, limit: i64) -> Result<Vec<IntakePeriodRecord>> {
    let mut query = intake_periods::table.select(IntakePeriodRecord::as_select()).into_boxed();
    if let Some(cohort) = cohort {
        query = query.filter(intake_periods::cohort.eq(cohort));
    }
    if let Some((day, id)) = before {
        let earlier = intake_periods::starts_on.lt(day);
        query = query.filter(earlier.or(intake_periods::starts_on.eq(day).and(intake_periods::id.lt(id))));
    }
    Ok(query.order((intake_periods::starts_on.desc(), intake_periods::id.desc())).limit(limit).load(tx.conn)?)
}

/// The intake period with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<IntakePeriodRecord>> {
    Ok(intake_periods::table.find(id).select(IntakePeriodRecord::as_select()).get_result(tx.conn).optional()?)
}

/// The versions of these intake periods, oldest first.
pub fn changes(tx: &mut Tx, periods: &[Id]) -> Result<Vec<(Id, IntakePeriodChange)>> {
    let rows: Vec<(Id, i32, UtcTime, Id, NaiveDate, bool, String)> = intake_period_changes::table
        .filter(intake_period_changes::period_id.eq_any(periods.to_vec()))
        .order((intake_period_changes::period_id, intake_period_changes::version))
        .select((
            intake_period_changes::period_id,
            intake_period_changes::version,
            intake_period_changes::at,
            intake_period_changes::changed_by,
            intake_period_changes::starts_on,
            intake_period_changes::is_open,
            intake_period_changes::reason,
        ))
        .load(tx.conn)?;
    let change = |(period, version, at, changed_by, starts_on, is_open, reason)| {
        (period, IntakePeriodChange { version, at, changed_by, starts_on, is_open, reason })
    };
    Ok(rows.into_iter().map(change).collect())
}

/// Adds an intake period.
///
/// # Errors
/// 409 when the cohort has a period from that day already.
pub fn insert(tx: &mut Tx, cohort: Cohort, new: &NewIntakePeriod, by: Id) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(intake_periods::table)
        .values((
            intake_periods::id.eq(id),
            intake_periods::cohort.eq(cohort),
            intake_periods::starts_on.eq(new.starts_on),
            intake_periods::is_open.eq(new.is_open),
            intake_periods::reason_code.eq(reason_code(cohort, new.is_open)),
            intake_periods::reason.eq(&new.reason),
            intake_periods::signposts.eq(as_json(&new.signposts)?),
            intake_periods::source.eq("administrator"),
            intake_periods::version.eq(1),
            intake_periods::created_at.eq(tx.now),
            intake_periods::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(map_duplicate)?;
    append_change(tx, id, 1, new, by)?;
    Ok(id)
}

/// Replaces an intake period; the earlier version stays in its history.
///
/// # Errors
/// As [`insert`].
pub fn replace(tx: &mut Tx, period: &IntakePeriodRecord, new: &NewIntakePeriod, by: Id) -> Result<()> {
    diesel::update(intake_periods::table.find(period.id))
        .set((
            intake_periods::starts_on.eq(new.starts_on),
            intake_periods::is_open.eq(new.is_open),
            intake_periods::reason_code.eq(reason_code(period.cohort, new.is_open)),
            intake_periods::reason.eq(&new.reason),
            intake_periods::signposts.eq(as_json(&new.signposts)?),
            intake_periods::source.eq("administrator"),
            intake_periods::version.eq(period.version + 1),
            intake_periods::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(map_duplicate)?;
    append_change(tx, period.id, period.version + 1, new, by)
}

fn append_change(tx: &mut Tx, period: Id, version: i32, new: &NewIntakePeriod, by: Id) -> Result<()> {
    diesel::insert_into(intake_period_changes::table)
        .values((
            intake_period_changes::period_id.eq(period),
            intake_period_changes::version.eq(version),
            intake_period_changes::at.eq(tx.now),
            intake_period_changes::changed_by.eq(by),
            intake_period_changes::starts_on.eq(new.starts_on),
            intake_period_changes::is_open.eq(new.is_open),
            intake_period_changes::reason.eq(&new.reason),
            intake_period_changes::signposts.eq(as_json(&new.signposts)?),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn reason_code(cohort: Cohort, open: bool) -> String {
    if open { "intake_open".to_owned() } else { format!("intake_closed_{}", cohort.as_str()) }
}

fn map_duplicate(error: diesel::result::Error) -> Error {
    if violates(&error, "intake_periods_start|intake_periods.cohort, intake_periods.starts_on") {
        Reason::IntakeTurned.into()
    } else {
        error.into()
    }
}

/// Locks an intake period until the transaction ends; `None` when it does not exist.
pub fn lock_period(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(platform::lock_row!(tx.conn, intake_periods, id)?)
}
