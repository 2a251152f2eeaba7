//! What the service does about follow-ups by itself: it reminds, chases, asks a person to ring, and closes. Each is decided
//! when its time comes, from what is true then. Any number of instances may do this at once: each follow-up is looked at in a
//! transaction of its own that first locks its practitioner, so nobody books while a letter about not booking is written, and
//! whoever comes second finds that it has been looked at.

use chrono::TimeDelta;

use super::model::Step;
use super::plan::plan;
use super::queries::{self, chasing as records};
use super::{notices, rules};
use people::practitioners::queries as registration;
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::refusal::Code;
use scheduling::booking::policies;

/// How many follow-ups one round looks at.
const BATCH: i64 = 50;
/// How long one that cannot be looked at is left alone, so that it keeps nobody else waiting.
const LEFT_ALONE: TimeDelta = TimeDelta::hours(1);

/// Looks at every follow-up whose time has come, up to a batch; returns how many.
///
/// # Errors
/// When the database cannot be reached.
pub async fn look_at_due(platform: &Platform) -> Result<usize> {
    let now = platform.clock.now();
    let due = platform.db.read(move |conn| records::to_look_at(conn, now, BATCH)).await?;
    for id in &due {
        let (work, id) = (platform.clone(), *id);
        match platform.db.write(move |conn| look_at(conn, &work, id, now)).await {
            Ok(()) => {}
            Err(error) if error.code() == Code::Unavailable => return Err(error),
            Err(error) => {
                tracing::warn!(follow_up.id = %id, code = error.code().as_str(), "a follow-up could not be looked at");
                platform.db.write(move |conn| records::look_again(conn, id, now + LEFT_ALONE)).await?;
            }
        }
    }
    Ok(due.len())
}

fn look_at(conn: &mut Conn, platform: &Platform, id: Id, now: UtcTime) -> Result<()> {
    let (sealer, plan) = (&platform.sealer, plan()?);
    let Some(practitioner) = queries::practitioner_of(conn, id)? else { return Ok(()) };
    registration::lock_pathway(conn, practitioner)?;
    if !records::is_due(conn, id, now)? {
        return Ok(());
    }
    let Some(one) = queries::find(conn, sealer, id)? else { return Ok(()) };
    let facts = records::letters(conn, sealer, &one)?;
    let step = rules::step(&one.standing, &facts, now.get(), policies().attendance_correction, plan);
    let did = match step {
        Step::Wait => None,
        Step::Remind => {
            notices::remind(conn, practitioner, id, now)?;
            records::reminded(conn, id, now)?;
            Some("follow_up.reminded")
        }
        Step::Chase => {
            notices::chase(conn, practitioner, id, now)?;
            records::chased(conn, id, now)?;
            Some("follow_up.chased")
        }
        Step::AskForCall => {
            records::ask_for_call(conn, id, now)?;
            Some("follow_up.call_asked")
        }
        Step::Close(closed_as) => {
            let appointment = one.standing.appointment.map(|appointment| appointment.id).or(one.row.appointment_id);
            records::close(conn, id, closed_as, appointment, now)?;
            Some("follow_up.closed")
        }
    };
    if !matches!(step, Step::Close(_)) {
        records::look_again(conn, id, rules::next_look(now.get(), plan).into())?;
    }
    match did {
        Some(action) => audit::record(conn, Actor::SYSTEM, action, ("follow_up", Some(id)), now),
        None => Ok(()),
    }
}
