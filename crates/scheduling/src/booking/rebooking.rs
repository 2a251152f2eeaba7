//! Which appointments cannot take place as they are, so that staff move or cancel them.

use std::collections::{BTreeMap, BTreeSet};

use super::model::AppointmentState;
use super::queries::appointments::AppointmentRecord;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Those of these appointments that are still to take place and have lost their slot, or whose practitioner and clinician must not
/// meet.
///
/// # Errors
/// When the database fails.
pub fn needed(tx: &mut Tx, appointments: &[AppointmentRecord]) -> Result<BTreeSet<Id>> {
    let (now, mut needed) = (tx.now.get(), BTreeSet::new());
    let mut with: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    let is_live = |appointment: &&AppointmentRecord| {
        appointment.facts.status == AppointmentState::Booked && appointment.facts.starts_at > now
    };
    let live: Vec<&AppointmentRecord> = appointments.iter().filter(is_live).collect();
    for appointment in &live {
        with.entry(appointment.clinician).or_default().push(appointment.facts.practitioner);
    }
    for (clinician, practitioners) in with {
        let excluded = conflicts::practitioners_excluded_from(tx, clinician, &practitioners)?;
        let kept_apart = |appointment: &&&AppointmentRecord| {
            appointment.clinician == clinician && excluded.contains(&appointment.facts.practitioner)
        };
        needed.extend(live.iter().filter(kept_apart).map(|appointment| appointment.facts.id));
    }
    needed.extend(live.iter().filter(|appointment| appointment.orphaned_at.is_some()).map(|appointment| appointment.facts.id));
    Ok(needed)
}
