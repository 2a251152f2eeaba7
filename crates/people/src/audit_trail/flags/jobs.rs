//! Finds unusual use of records.

use chrono::{NaiveDate, NaiveTime};

use super::model::FlagThresholds;
use super::rules::{DayCounts, flags};
use super::{notifications, queries, window};
use crate::Role;
use crate::granted_access;
use crate::relationships::conflicts::practitioners_excluded_from;
use platform::Tx;
use platform::audit::{Usage, usage_between};
use platform::clock::london_time;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// The end of the night in Britain.
const NIGHT_ENDS: Option<NaiveTime> = NaiveTime::from_hms_opt(5, 0, 0);

/// Flags what was unusual today and yesterday, and notifies privacy officers of new flags. Returns how many are new, and none when a
/// repeated run finds the same.
///
/// # Errors
/// When the database cannot be reached. An account whose use cannot be compared is logged, and the next run tries again.
pub fn find_unusual(tx: &mut Tx) -> Result<usize> {
    let today = tx.now.london_day();
    let mut raised = Vec::new();
    for day in [today.pred_opt().unwrap_or(today), today] {
        raised.extend(flag_day(tx, day)?);
    }
    notifications::notify_reviewers(tx, &raised)?;
    Ok(raised.len())
}

/// The new flags of a day, each with the account that it is about.
fn flag_day(tx: &mut Tx, day: NaiveDate) -> Result<Vec<(Id, Id)>> {
    let thresholds = thresholds(tx);
    let hours = window(Id::new(tx.now), day);
    let night_ends = NIGHT_ENDS.map_or(hours.from, |end| UtcTime::from(london_time(day, end)));
    let night = usage_between(tx, hours.from, night_ends)?;
    let lookups = granted_access::practitioners_looked_up(tx, hours.from, hours.until)?;
    let mut raised = Vec::new();
    for (actor, usage) in usage_between(tx, hours.from, hours.until)? {
        let Some(role) = Role::parse(&usage.role).filter(|role| *role != Role::Practitioner) else { continue };
        let night_uses = night.get(&actor).map_or(0, |night| night.uses);
        let work = |tx: &mut Tx| -> Result<Vec<(Id, Id)>> {
            let counts = counts(tx, actor, &usage, night_uses, lookups.get(&actor).copied().unwrap_or(0))?;
            let mut own = Vec::new();
            for (kind, count) in flags(role, counts, thresholds) {
                own.extend(queries::raise(tx, kind, actor, day, count)?.map(|flag| (flag, actor)));
            }
            Ok(own)
        };
        raised.extend(tx.alone("audit_flags", actor, work)?.unwrap_or_default());
    }
    Ok(raised)
}

fn counts(tx: &mut Tx, actor: Id, usage: &Usage, night_uses: i32, lookups: usize) -> Result<DayCounts> {
    let practitioners: Vec<Id> = usage.practitioners.iter().copied().collect();
    let conflicts = practitioners_excluded_from(tx, actor, &practitioners)?;
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    Ok(DayCounts {
        practitioners: number(practitioners.len()),
        listed: number(usage.listed.len()),
        night_uses,
        conflicts: number(conflicts.len()),
        refusals: usage.refusals,
        phone_lookups: number(lookups),
    })
}

fn thresholds(tx: &Tx) -> FlagThresholds {
    let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    FlagThresholds {
        clinician_practitioners: number(tx.policy.flag_clinician_reads),
        staff_practitioners: number(tx.policy.flag_staff_reads),
        listed: number(tx.policy.flag_lists),
        refusals: number(tx.policy.flag_refusals),
        phone_lookups: number(tx.policy.flag_phone_lookups),
    }
}
