//! Notifications about reasons for confidentiality that were given in words: to the staff who decide, and to the practitioner. What is
//! sent, and whether anything is, is decided when the notification is due.

use super::queries::reasons;
use super::{deciders, messages};
use people::accounts::queries as account_records;
use people::notifications as practitioner_notifications;
use people::relationships::{Protected, conflicts, escalation};
use people::{Role, accounts};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const WAITS: &str = "reason_waits";
const UNREACHED: &str = "reason_unreached";
const DECIDED: &str = "reason_decided";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] = [(WAITS, render_waits), (UNREACHED, render_unreached), (DECIDED, render_decided)];

/// Notifies these coordinators that a reason waits for their decision.
pub(super) fn notify_coordinators(tx: &mut Tx, coordinators: &[Id], reason: Id) -> Result<()> {
    schedule(tx, WAITS, coordinators, reason)
}

/// Notifies the privacy officers that they decide, because no coordinator may know of the practitioner. While there is none, the
/// administrators are asked for another coordinator.
pub(super) fn notify_unreached(tx: &mut Tx, practitioner: Id, reason: Id) -> Result<()> {
    let recipients = escalation::recipients(tx, practitioner)?;
    schedule(tx, UNREACHED, &recipients, reason)
}

/// Notifies the practitioner that a decision was made.
pub(super) fn notify_decided(tx: &mut Tx, practitioner: Id, reason: Id) -> Result<()> {
    schedule(tx, DECIDED, &[practitioner], reason)
}

/// A notification that has not been sent yet covers all of it.
fn schedule(tx: &mut Tx, kind: &'static str, recipients: &[Id], reason: Id) -> Result<()> {
    for recipient in recipients {
        if !outbox::is_waiting(tx, kind, *recipient, reason)? {
            outbox::schedule_notification(tx, kind, *recipient, ("confidentiality_reason", reason), tx.now)?;
        }
    }
    Ok(())
}

fn render_waits(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(reason) = reasons::find(tx, notification.subject)?.map(Protected::for_the_service) else {
        return Ok(Decision::Discard);
    };
    if !reason.is_waiting() || !deciders::coordinators(tx, reason.practitioner)?.contains(&notification.recipient) {
        return Ok(Decision::Discard);
    }
    let task = messages::decision_due(reason.id, reason.decide_by, tx.now.london_day());
    accounts::decide_staff_email(tx, notification.recipient, &task)
}

fn render_unreached(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(reason) = reasons::find(tx, notification.subject)?.map(Protected::for_the_service) else {
        return Ok(Decision::Discard);
    };
    if !reason.is_waiting() || !deciders::is_for_privacy_officers(tx, reason.practitioner)? {
        return Ok(Decision::Discard);
    }
    let recipient = notification.recipient;
    let decides = !account_records::active_among(tx, &[recipient], Role::PrivacyOfficer)?.is_empty()
        && !conflicts::are_in_conflict(tx, reason.practitioner, recipient)?;
    let task = if decides {
        messages::decision_for_privacy_officer(reason.id)
    } else {
        let (request, path) = escalation::request_to(tx, recipient)?;
        messages::coordinator_needed(request, path)
    };
    accounts::decide_staff_email(tx, recipient, &task)
}

fn render_decided(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    practitioner_notifications::decide_delivery(tx, notification.recipient, &messages::decided(notification.created_at))
}
