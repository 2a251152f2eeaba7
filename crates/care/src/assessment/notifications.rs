//! Notifications about risk alerts, without the practitioner's name or the kind of risk, and about requested questionnaires.
//!
//! Every alert reaches a member of staff who can act on it: the coordinators without a conflict with the practitioner, and the
//! clinicians who treat them. If there are none, the administrators are asked to open an account for another coordinator, who
//! then sees the alert like any other; staff with a conflict never see it. Administrators without a conflict are asked first.
//! If every administrator has one, all of them are asked, because the message names no practitioner.

use chrono::TimeDelta;

use super::messages;
use super::model::AssessmentState;
use super::queries::{self, alerts};
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications;
use people::relationships::conflicts;
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

/// Notifies everyone who can see the alert, at any hour: a life may be in danger.
pub(super) fn notify_alert_raised(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let readers = alert_readers(tx, practitioner)?;
    if readers.is_empty() {
        return notify_administrators(tx, alert, practitioner);
    }
    for reader in readers {
        outbox::schedule_notification(tx, RAISED, reader, ("risk_alert", alert), tx.now)?;
    }
    Ok(())
}

/// Checks a practitioner's open alerts after their list of blocked or conflicting staff has changed, and notifies the
/// administrators of alerts that no member of staff may see any more.
///
/// # Errors
/// When the database fails.
pub fn escalate_unreachable_alerts(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let open = alerts::open_alerts_of(tx, practitioner)?;
    if open.is_empty() || !alert_readers(tx, practitioner)?.is_empty() {
        return Ok(());
    }
    open.into_iter().try_for_each(|alert| notify_administrators(tx, alert, practitioner))
}

/// Who can see alerts about a practitioner: coordinators without a conflict, and the clinicians who treat them.
fn alert_readers(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let coordinators = people_queries::active_with_role(tx, Role::Coordinator)?;
    let mut readers = conflicts::permitted_staff(tx, practitioner, coordinators)?;
    readers.extend(care_relationship::treating_clinicians(tx, practitioner)?);
    Ok(readers)
}

/// Asks the administrators for a member of staff who may see the alert.
fn notify_administrators(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let all = people_queries::active_with_role(tx, Role::Administrator)?;
    let free = conflicts::permitted_staff(tx, practitioner, all.clone())?;
    for administrator in if free.is_empty() { all } else { free } {
        if !outbox::is_waiting(tx, UNREACHABLE, administrator, alert)? {
            outbox::schedule_notification(tx, UNREACHABLE, administrator, ("risk_alert", alert), tx.now)?;
        }
    }
    Ok(())
}

fn render_alert(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(alert) = alerts::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
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
    if alert.acknowledged.is_some() || !alert_readers(tx, alert.practitioner)?.is_empty() {
        return Ok(Decision::Discard);
    }
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Another coordinator is needed now",
        sentence:
            "something has come in that cannot wait, and no coordinator may look at it. Please open an account for another \
            coordinator now."
                .to_owned(),
        path: "/staff".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}

/// Notifies a practitioner that a clinician has requested questionnaires.
pub(super) fn notify_assessment_requested(tx: &mut Tx, assessment: Id, practitioner: Id) -> Result<()> {
    outbox::schedule_notification(tx, REQUESTED, practitioner, ("assessment", assessment), tx.now)
}

fn render_assessment_request(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let open = queries::find(tx, notification.subject)?.is_some_and(|assessment| assessment.state == AssessmentState::Draft);
    if !open {
        return Ok(Decision::Discard);
    }
    let draft = messages::questionnaires_waiting(notification.subject, (notification.created_at + USEFUL_FOR).get());
    notifications::decide_delivery(tx, notification.recipient, &draft)
}
