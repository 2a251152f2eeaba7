//! What follows for slots when a day becomes a bank holiday, or is one no longer.
//!
//! Free slots of a new bank holiday are withdrawn at once, so that no one books them. The rest is left to a background job, clinician by
//! clinician, as when a clinic changes: appointments on that day are marked orphaned, and slots of a day that is no bank holiday any
//! more are offered again.

use chrono::{NaiveDate, NaiveTime};

use super::queries::{clinics, slots as slot_records, updates};
use super::slots::{lock_available, update_slots};
use people::Role;
use platform::Tx;
use platform::audit::Actor;
use platform::clock::london_time;
use platform::error::Result;
use platform::ids::Id;
use reference::reference_data;

/// How many clinicians one run of [`update_requested`] looks at.
const CLINICIANS_PER_RUN: i64 = 5;

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
/// When the database fails; the next run tries again.
pub fn update_requested(tx: &mut Tx) -> Result<usize> {
    // Before other rows are locked: who adds a bank holiday locks in this order.
    reference_data::hold(tx)?;
    let asked = updates::next(tx, CLINICIANS_PER_RUN)?;
    let free = lock_available(tx, asked.iter().map(|(clinician, _)| *clinician).collect())?;
    let mut done = 0;
    for (clinician, by) in asked.into_iter().filter(|(clinician, _)| free.contains(clinician)) {
        update_slots(tx, clinician, Some(Actor { id: Some(by), role: Role::Administrator.as_str() }))?;
        updates::done(tx, clinician)?;
        done += 1;
    }
    Ok(done)
}
