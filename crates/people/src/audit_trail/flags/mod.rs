//! Unusual use of records by staff, and practitioners who may have two records: found by background jobs and reviewed by privacy officers.

pub mod duplicates;
pub mod jobs;
pub mod model;
pub mod notifications;
pub mod queries;
pub mod rules;

use chrono::NaiveTime;

use model::{ExportReason, FlagKind};
use platform::Tx;
use platform::audit::ActorWindow;
use platform::clock::london_time;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// How many flags a filter of the audit trail looks at; the description of `flagged` says so.
const MOST_WINDOWS: i64 = 200;

/// The days of the newest flags, within a time and of an account where these are given.
///
/// # Errors
/// When the database fails.
pub fn windows(tx: &mut Tx, actor: Option<Id>, from: Option<UtcTime>, until: Option<UtcTime>) -> Result<Vec<ActorWindow>> {
    let days = (from.map(UtcTime::london_day), until.map(UtcTime::london_day));
    let flagged = queries::flagged_days(tx, actor, days, MOST_WINDOWS)?;
    Ok(flagged.into_iter().map(|(actor, day)| window(actor, day)).collect())
}

/// Flags an export of these rows of the trail. The flag holds their number and the reason; it is returned.
///
/// # Errors
/// When the database fails.
pub fn flag_export(tx: &mut Tx, actor: Id, rows: usize, reason: ExportReason) -> Result<Id> {
    let flag = queries::raise_export(tx, actor, i32::try_from(rows).unwrap_or(i32::MAX), reason)?;
    notifications::notify_reviewers(tx, &[(flag, actor)])?;
    Ok(flag)
}

/// Flags a list of these rows of the trail that was asked for without a filter.
///
/// # Errors
/// When the database fails.
pub fn flag_listed(tx: &mut Tx, actor: Id, rows: usize) -> Result<()> {
    match queries::count_listed(tx, actor, i32::try_from(rows).unwrap_or(i32::MAX))? {
        Some(flag) => notifications::notify_reviewers(tx, &[(flag, actor)]),
        None => Ok(()),
    }
}

/// Flags a coordinator who has raised this many alerts today from contacts whose caller they recorded themselves, from the number of
/// the settings on.
///
/// # Errors
/// When the database fails.
pub fn flag_contact_alerts(tx: &mut Tx, actor: Id, alerts: usize) -> Result<()> {
    let count = i32::try_from(alerts).unwrap_or(i32::MAX);
    if !rules::contact_alerts_are_unusual(count, tx.policy.flag_contact_alerts) {
        return Ok(());
    }
    match queries::raise(tx, FlagKind::ContactAlerts, actor, tx.now.london_day(), count)? {
        Some(flag) => notifications::notify_reviewers(tx, &[(flag, actor)]),
        None => Ok(()),
    }
}

/// The hours of a day in Britain.
fn window(actor: Id, day: chrono::NaiveDate) -> ActorWindow {
    let start = |day| UtcTime::from(london_time(day, NaiveTime::MIN));
    ActorWindow { actor, from: start(day), until: start(day.succ_opt().unwrap_or(day)) }
}
