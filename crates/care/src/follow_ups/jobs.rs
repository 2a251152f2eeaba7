//! Background job of follow-ups: it sends reminders, chases overdue follow-ups, asks for a phone call, and closes follow-ups.
//! Each step is decided when it is due, from the facts at that time. Several instances may run at once: each follow-up is
//! processed in its own transaction, which first locks the practitioner. So no booking is made while a message about a missing
//! booking is written, and a second instance finds the follow-up already processed.

use chrono::TimeDelta;

use super::in_force::policy;
use super::model::Step;
use super::queries::{self, jobs as records};
use super::{notifications, rules};
use people::practitioners::queries as registration;
use people::relationships::{Permit, Protected};
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::policies;

/// How many follow-ups one run processes.
const BATCH: i64 = 50;
/// When a follow-up whose processing failed is tried again, so that it does not delay others.
const RETRY_AFTER: TimeDelta = TimeDelta::hours(1);

/// Processes the follow-ups that are due, up to a batch; returns how many.
///
/// # Errors
/// When the database cannot be reached.
pub async fn run_due(platform: &Platform) -> Result<usize> {
    let due = platform.read(move |tx| records::due(tx, BATCH)).await?;
    for id in &due {
        let id = *id;
        match platform.write(move |tx| process(tx, id)).await {
            Ok(()) => {}
            Err(error) if error.reason() == Reason::Unavailable => return Err(error),
            Err(error) => {
                tracing::warn!(follow_up.id = %id, code = error.reason().code().as_str(), "a follow-up could not be processed");
                platform.write(move |tx| records::set_next_check(tx, id, tx.now + RETRY_AFTER)).await?;
            }
        }
    }
    Ok(due.len())
}

fn process(tx: &mut Tx, id: Id) -> Result<()> {
    let policy = policy(tx)?;
    let Some(practitioner) = queries::practitioner_of(tx, id)? else { return Ok(()) };
    registration::lock_practitioner(tx, practitioner)?;
    if !records::is_due(tx, id)? {
        return Ok(());
    }
    let Some(one) = queries::find(tx, id)?.map(Protected::for_the_service) else { return Ok(()) };
    let facts = records::message_facts(tx, &one)?;
    let step = rules::next_step(&one.facts, &facts, tx.now.get(), policies().attendance_correction, &policy);
    let action = match step {
        Step::Wait => None,
        Step::Remind => {
            notifications::remind(tx, practitioner, id)?;
            records::record_reminder(tx, id)?;
            Some("follow_up.reminded")
        }
        Step::Chase => {
            notifications::chase(tx, practitioner, id)?;
            records::record_chase(tx, id)?;
            Some("follow_up.chased")
        }
        Step::RequestCall => {
            records::request_call(tx, id)?;
            Some("follow_up.call_asked")
        }
        Step::Close(closed_as) => {
            let appointment = one.facts.appointment.map(|appointment| appointment.id).or(one.row.appointment_id);
            records::close(tx, id, closed_as, appointment)?;
            Some("follow_up.closed")
        }
    };
    if !matches!(step, Step::Close(_)) {
        records::set_next_check(tx, id, rules::next_check(tx.now.get(), &policy).into())?;
    }
    match action {
        Some(action) => Permit::for_the_service(practitioner).record(tx, action, ("follow_up", Some(id))),
        None => Ok(()),
    }
}
