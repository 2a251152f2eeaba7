//! Ends everything that ends with a practitioner's care.

use crate::assessment::queries as assessments;
use crate::records::model::EndedItemKind;
use crate::records::rules::ends_with_care;
use crate::risk::queries as alerts;
use crate::risk::queries::assessments as assessments_of_risk;
use crate::risk::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use crate::{follow_ups, groups, letters, prescriptions, risk};
use access::{contacts, funding};
use people::accounts::queries as accounts;
use people::notifications::queries as preferences;
use people::practitioners::queries as registration;
use people::relationships::Permit;
use people::relationships::model::DischargeReason;
use people::sign_in::model::EndReason;
use people::sign_in::queries as sessions;
use platform::Tx;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::outbox::silence;
use platform::private::Private;
use scheduling::booking;

/// What other crates end with a practitioner's care, in the same transaction. Those crates are above this one and supply the
/// functions.
#[derive(Clone, Copy)]
pub struct DischargeHooks {
    /// Ends a practitioner's referrals from and to hubs; returns how many.
    pub end_referrals: fn(&mut Tx, Id, Actor) -> Result<usize>,
    /// Removes these addresses from every outreach campaign.
    pub remove_from_outreach: fn(&mut Tx, &[String]) -> Result<()>,
}

/// Ends everything that ends for this reason, one kind after the other. Returns the kinds that had something to end, with counts.
///
/// # Errors
/// When the database fails; then care has not ended either.
pub(super) fn end_items(
    tx: &mut Tx,
    hooks: &DischargeHooks,
    permit: &Permit,
    reason: DischargeReason,
) -> Result<Vec<(String, usize)>> {
    let mut ended = Vec::new();
    for kind in EndedItemKind::ALL.iter().copied().filter(|kind| ends_with_care(reason, *kind)) {
        let count = end_item(tx, hooks, permit, kind)?;
        if count > 0 {
            ended.push((kind.as_str().to_owned(), count));
        }
    }
    Ok(ended)
}

fn end_item(tx: &mut Tx, hooks: &DischargeHooks, permit: &Permit, kind: EndedItemKind) -> Result<usize> {
    let (practitioner, actor) = (permit.practitioner(), permit.actor());
    let by = actor.id.ok_or_else(|| Error::internal("care is ended without an actor"))?;
    match kind {
        EndedItemKind::Appointments => booking::end_of_care::cancel_upcoming(tx, practitioner, actor),
        EndedItemKind::Holds => booking::end_of_care::release_holds(tx, practitioner),
        EndedItemKind::GroupPlaces => groups::end_of_care::end_places(tx, permit),
        EndedItemKind::FollowUps => follow_ups::end_of_care::close_all(tx, practitioner),
        EndedItemKind::Prescriptions => prescriptions::on_death::cancel_for_death(tx, permit),
        EndedItemKind::Letters => letters::on_death::cancel_for_death(tx, permit),
        EndedItemKind::Questionnaires => assessments::delete_unanswered(tx, practitioner),
        EndedItemKind::RiskAlerts => {
            let all = alerts::close_all(tx, practitioner, by, "The practitioner has died.")?;
            let recorded: Vec<(Id, Permit)> = all.iter().map(|alert| (*alert, *permit)).collect();
            Permit::record_each(tx, "risk_alert.closed", "risk_alert", &recorded)?;
            Ok(all.len())
        }
        EndedItemKind::FundingRequests => funding::ending::end_for(tx, practitioner, actor),
        EndedItemKind::Referrals => (hooks.end_referrals)(tx, practitioner, actor),
        EndedItemKind::ContactTasks => match email_address(tx, practitioner)? {
            Some(email) => contacts::ending::end_for(tx, practitioner, &email, actor),
            None => Ok(0),
        },
        EndedItemKind::Messages => {
            let email = email_address(tx, practitioner)?;
            let mobile = preferences::preferences(tx, practitioner)?.mobile;
            let phone = registration::find(tx, practitioner)?.and_then(|person| person.details.phone);
            let all: Vec<String> = email.iter().cloned().chain(mobile).chain(phone).collect();
            (hooks.remove_from_outreach)(tx, &all)?;
            // Only the email address belongs to one person; a family that shares the phone number may want messages of its own.
            silence::begin(tx, practitioner, email.as_slice())
        }
        EndedItemKind::Account => {
            sessions::end_all(tx, practitioner, EndReason::Deactivated)?;
            accounts::delete_tokens(tx, practitioner)?;
            accounts::set_active(tx, practitioner, false)?;
            permit.record(tx, "account.closed", ("account", Some(practitioner)))?;
            Ok(1)
        }
    }
}

fn email_address(tx: &mut Tx, practitioner: Id) -> Result<Option<String>> {
    Ok(accounts::find(tx, practitioner)?.map(|open| open.email.into_revealed()))
}

/// Opens again what a recorded death had closed: the account, and messages to it. Risk alerts that it closed are raised again, because no
/// one has assessed the risk. Everything else stays ended; the people concerned start it again. `recorded_at` is when the death was
/// recorded. The caller has moved the pathway on: about someone who is recorded as dead nothing can be raised.
///
/// # Errors
/// When the database fails.
pub(super) fn undo_recorded_death(tx: &mut Tx, permit: &Permit, recorded_at: UtcTime) -> Result<()> {
    let practitioner = permit.practitioner();
    accounts::set_active(tx, practitioner, true)?;
    silence::end(tx, practitioner)?;
    raise_closed_alerts(tx, permit, recorded_at)?;
    permit.record(tx, "practitioner.death_recorded_in_error", ("practitioner", Some(practitioner)))
}

/// Raises one alert for those that a recorded death closed.
fn raise_closed_alerts(tx: &mut Tx, permit: &Permit, recorded_at: UtcTime) -> Result<()> {
    let by = permit.actor().id.ok_or_else(|| Error::internal("a recorded death is undone without an actor"))?;
    let mut severities = Vec::new();
    for alert in assessments_of_risk::closed_without(tx, permit.practitioner(), recorded_at)? {
        severities.push(alerts::severity_of(tx, alert)?);
    }
    let Some(severity) = RiskSeverity::highest(severities) else { return Ok(()) };
    let note = "A death was recorded in error. It closed a risk alert, and no one has assessed the risk since.";
    let event = NewRiskEvent {
        kind: RiskEventKind::StaffConcern,
        severity,
        source: RiskEventSource::Staff(by),
        questionnaire: None,
        note: Some(Private::new(note.to_owned())),
    };
    risk::raise(tx, permit.practitioner(), event).map(|_| ())
}
