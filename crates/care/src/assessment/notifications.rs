//! Notifications about risk alerts, without the practitioner's name or the kind of risk, and about requested questionnaires.
//!
//! Every alert reaches a member of staff who can act on it: the coordinators without a conflict with the practitioner, and the
//! clinicians who treat them. If there are none, the privacy officers (or the administrators) are asked for another coordinator, who
//! then sees the alert like any other; staff with a conflict never see it.

use chrono::TimeDelta;

use super::messages;
use super::model::AssessmentState;
use super::queries::alerts::AlertSource;
use super::queries::{self, alerts};
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications;
use people::relationships::{Known, Protected, conflicts, escalation};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};
use scheduling::booking::care_relationship;

const RAISED: &str = "risk_alert_raised";
const UNREACHABLE: &str = "risk_alert_unreached";
const REQUESTED: &str = "assessment_asked";

/// How long a notification about waiting questionnaires is useful.
const USEFUL_FOR: TimeDelta = TimeDelta::days(14);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] =
    [(RAISED, render_alert), (UNREACHABLE, render_unreachable_alert), (REQUESTED, render_assessment_request)];

/// Raises an alert and notifies everyone who can see it.
pub(super) fn raise_alert(tx: &mut Tx, practitioner: Id, about: AlertSource, questionnaire: &str) -> Result<()> {
    let alert = alerts::raise(tx, practitioner, about, questionnaire)?;
    Known::for_the_service(practitioner).record(tx, "risk_alert.raised", ("risk_alert", Some(alert)))?;
    notify_alert_raised(tx, alert, practitioner)
}

/// Notifies everyone who can see the alert, at any hour: a life may be in danger.
fn notify_alert_raised(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let readers = alert_readers(tx, practitioner)?;
    if readers.is_empty() {
        return escalate(tx, alert, practitioner);
    }
    notify_readers(tx, alert, readers)
}

fn notify_readers(tx: &mut Tx, alert: Id, readers: Vec<Id>) -> Result<()> {
    for reader in readers {
        if !outbox::is_waiting(tx, RAISED, reader, alert)? {
            outbox::schedule_notification(tx, RAISED, reader, ("risk_alert", alert), tx.now)?;
        }
    }
    Ok(())
}

/// Checks a practitioner's open alerts after their list of blocked or conflicting staff has changed, and escalates alerts that no
/// member of staff may see any more.
///
/// # Errors
/// When the database fails.
pub fn escalate_unreachable_alerts(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let open = alerts::open_alerts_of(tx, practitioner)?;
    if open.is_empty() || !alert_readers(tx, practitioner)?.is_empty() {
        return Ok(());
    }
    open.into_iter().try_for_each(|alert| escalate(tx, alert, practitioner))
}

/// Notifies those who may still see a practitioner's open alerts once more: the clinician who was to act on them no longer may.
///
/// # Errors
/// When the database fails.
pub fn notify_other_readers(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let open = alerts::open_alerts_of(tx, practitioner)?;
    if open.is_empty() {
        return Ok(());
    }
    let readers = alert_readers(tx, practitioner)?;
    open.into_iter().try_for_each(|alert| notify_readers(tx, alert, readers.clone()))
}

/// Who can see alerts about a practitioner: coordinators without a conflict, and the clinicians who treat them.
fn alert_readers(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let coordinators = people_queries::active_with_role(tx, Role::Coordinator)?;
    let mut readers = conflicts::permitted_staff(tx, practitioner, coordinators)?;
    readers.extend(care_relationship::treating_clinicians(tx, practitioner)?);
    Ok(readers)
}

/// Asks for a member of staff who may see the alert.
fn escalate(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    for recipient in escalation::recipients(tx, practitioner)? {
        if !outbox::is_waiting(tx, UNREACHABLE, recipient, alert)? {
            outbox::schedule_notification(tx, UNREACHABLE, recipient, ("risk_alert", alert), tx.now)?;
        }
    }
    Ok(())
}

fn render_alert(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(alert) = alerts::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let alert = alert.for_the_service();
    if alert.acknowledged.is_some() || conflicts::are_in_conflict(tx, alert.practitioner, notification.recipient)? {
        return Ok(Decision::Discard);
    }
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Please look at the app now",
        sentence: "something has come in that cannot wait. Please look at it now.".to_owned(),
        path: "/alerts".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}

fn render_unreachable_alert(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(alert) = alerts::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let alert = alert.for_the_service();
    if alert.acknowledged.is_some() || !alert_readers(tx, alert.practitioner)?.is_empty() {
        return Ok(Decision::Discard);
    }
    let (request, path) = escalation::request_to(tx, notification.recipient)?;
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Another coordinator is needed now",
        sentence: format!("something has come in that cannot wait, and no coordinator may look at it. {request}"),
        path: path.to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}

/// Notifies a practitioner that a clinician has requested questionnaires.
pub(super) fn notify_assessment_requested(tx: &mut Tx, assessment: Id, practitioner: Id) -> Result<()> {
    outbox::schedule_notification(tx, REQUESTED, practitioner, ("assessment", assessment), tx.now)
}

fn render_assessment_request(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let asked = queries::find(tx, notification.subject)?.map(Protected::for_the_service);
    if asked.is_none_or(|assessment| assessment.state != AssessmentState::Draft) {
        return Ok(Decision::Discard);
    }
    let draft = messages::questionnaires_waiting(notification.subject, (notification.created_at + USEFUL_FOR).get());
    notifications::decide_delivery(tx, notification.recipient, &draft)
}
