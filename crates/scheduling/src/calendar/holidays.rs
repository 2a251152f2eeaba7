//! What follows for slots when a day becomes a bank holiday, or is one no longer.
//!
//! Free slots of a new bank holiday are withdrawn at once, so that no one books them. The rest is left to a background job, clinician by
//! clinician, as when a clinic changes: appointments on that day are marked orphaned, and slots of a day that is no bank holiday any
//! more are offered again.

use chrono::{NaiveDate, NaiveTime};

use super::queries::{clinics, slots as slot_records, updates};
use super::slots::{lock_if_available, update_slots};
use people::Role;
use platform::Tx;
use platform::audit::Actor;
use platform::clock::london_time;
use platform::error::Result;
use platform::ids::Id;
use reference::reference_data;

/// How many clinicians one run of [`update_requested`] looks at.
const CLINICIANS_PER_RUN: usize = 5;

/// How many one run examines, so that those whose slots cannot be updated do not keep the others waiting.
const MAX_EXAMINED: i64 = 100;

/// Carries out that a day has become a bank holiday (`closed`) or is one no longer; returns for how many clinicians. The caller has locked
/// the reference data.
///
/// # Errors
/// When the database fails.
pub fn change_day(tx: &mut Tx, day: NaiveDate, closed: bool, by: Id) -> Result<usize> {
    let affected = clinics::without_bank_holidays(tx, day)?;
    if closed && let Some(next) = day.succ_opt() {
        let clinics: Vec<Id> = affected.iter().map(|(clinic, _)| *clinic).collect();
        let midnight = |day| london_time(day, NaiveTime::MIN).into();
        slot_records::withdraw_between(tx, &clinics, midnight(day), midnight(next))?;
    }
    let mut clinicians: Vec<Id> = affected.into_iter().map(|(_, clinician)| clinician).collect();
    clinicians.sort_unstable();
    clinicians.dedup();
    updates::request(tx, &clinicians, by)?;
    Ok(clinicians.len())
}

/// Makes the slots of some of the clinicians match their clinics again; returns of how many. Several instances share the work.
///
/// # Errors
/// When the database cannot be reached. A clinician whose slots cannot be updated is logged, and the next run tries again.
pub fn update_requested(tx: &mut Tx) -> Result<usize> {
    // Before other rows are locked: who adds a bank holiday locks in this order.
    reference_data::lock_version(tx)?;
    let mut done = 0;
    for (clinician, by) in updates::next(tx, MAX_EXAMINED)? {
        if done >= CLINICIANS_PER_RUN {
            break;
        }
        let work = |tx: &mut Tx| -> Result<bool> {
            let free = lock_if_available(tx, clinician)?;
            if free {
                update_slots(tx, clinician, Some(Actor { id: Some(by), role: Role::Administrator.as_str() }))?;
                updates::done(tx, clinician)?;
            }
            Ok(free)
        };
        done += usize::from(tx.alone("slot_updates", clinician, work)?.unwrap_or_default());
    }
    Ok(done)
}
