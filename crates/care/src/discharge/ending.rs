//! Ends everything that ends with a person's care.

use super::EndsElsewhere;
use crate::assessment::queries as assessments;
use crate::assessment::queries::alerts;
use crate::records::rules::ends;
use crate::{follow_ups, groups, prescriptions};
use access::{contacts, funding};
use people::accounts::queries as accounts;
use people::notifications::queries as messages;
use people::practitioners::queries as registration;
use people::relationships::model::{DischargeReason, EndedPart};
use people::sign_in::model::EndReason;
use people::sign_in::queries as sessions;
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::outbox::silence;
use scheduling::booking;

/// Ends, part by part, what ends for this reason. Returns the parts of which there was something to end, and how many of each.
///
/// # Errors
/// When the database refuses: then care has not ended either.
pub(super) fn end_parts(
    conn: &mut Conn,
    (platform, elsewhere): (&Platform, &EndsElsewhere),
    practitioner: Id,
    reason: DischargeReason,
    actor: Actor,
    now: UtcTime,
) -> Result<Vec<(EndedPart, usize)>> {
    let mut ended = Vec::new();
    for part in EndedPart::ALL.iter().copied().filter(|part| ends(reason, *part)) {
        let count = end(conn, (platform, elsewhere), practitioner, part, actor, now)?;
        if count > 0 {
            ended.push((part, count));
        }
    }
    Ok(ended)
}

fn end(
    conn: &mut Conn,
    (platform, elsewhere): (&Platform, &EndsElsewhere),
    practitioner: Id,
    part: EndedPart,
    actor: Actor,
    now: UtcTime,
) -> Result<usize> {
    let (sealer, by) = (&platform.sealer, actor.id.ok_or_else(|| Error::internal("nobody ends care"))?);
    match part {
        EndedPart::Appointments => booking::ending::cancel_ahead(conn, platform, practitioner, actor, now),
        EndedPart::Holds => booking::ending::release_holds(conn, practitioner, now),
        EndedPart::GroupPlaces => groups::ending::end_places(conn, platform, practitioner, actor, now),
        EndedPart::FollowUps => follow_ups::ending::close_all(conn, practitioner, now),
        EndedPart::Prescriptions => prescriptions::ending::cancel_for_death(conn, sealer, practitioner, actor, now),
        EndedPart::Questionnaires => assessments::delete_unanswered(conn, practitioner),
        EndedPart::RiskAlerts => {
            let all = alerts::acknowledge_all(conn, sealer, practitioner, by, "The practitioner has died.", now)?;
            audit::record_each(conn, actor, "risk_alert.acknowledged", "risk_alert", &all, now)?;
            Ok(all.len())
        }
        EndedPart::FundingRequests => funding::ending::end_for(conn, sealer, practitioner, actor, now),
        EndedPart::HubReferrals => (elsewhere.referrals)(conn, sealer, practitioner, actor, now),
        EndedPart::ContactTasks => match email(conn, platform, practitioner)? {
            Some(email) => contacts::ending::end_for(conn, sealer, practitioner, &email, actor, now),
            None => Ok(0),
        },
        EndedPart::Messages => {
            let email = email(conn, platform, practitioner)?;
            let mobile = messages::wishes(conn, sealer, practitioner)?.mobile;
            let phone = registration::open(conn, sealer, practitioner)?.and_then(|person| person.told.phone);
            let all: Vec<String> = email.iter().cloned().chain(mobile).chain(phone).collect();
            (elsewhere.outreach)(conn, sealer, &all, now)?;
            // A number may belong to a family, who may ask for a message themselves; an address is one person's.
            silence::begin(conn, sealer, practitioner, email.as_slice(), now)
        }
        EndedPart::Account => {
            sessions::end_all(conn, practitioner, EndReason::Deactivated, now)?;
            accounts::delete_tokens(conn, practitioner)?;
            accounts::set_active(conn, practitioner, false, now)?;
            audit::record(conn, actor, "account.closed", ("account", Some(practitioner)), now)?;
            Ok(1)
        }
    }
}

fn email(conn: &mut Conn, platform: &Platform, practitioner: Id) -> Result<Option<String>> {
    Ok(accounts::open(conn, &platform.sealer, practitioner)?.map(|open| open.email.into_revealed()))
}

/// Opens what death had closed: the account, and the way for messages. What ended otherwise stays ended, and is begun again by
/// those whose it is.
///
/// # Errors
/// When the database refuses.
pub(super) fn undo_death(conn: &mut Conn, practitioner: Id, actor: Actor, now: UtcTime) -> Result<()> {
    accounts::set_active(conn, practitioner, true, now)?;
    silence::end(conn, practitioner)?;
    audit::record(conn, actor, "practitioner.death_recorded_in_error", ("practitioner", Some(practitioner)), now)
}
