//! Notifications about funding requests: to the practitioner, by the channels they chose, and to the staff who must answer. What
//! is sent, and whether anything is, is decided when the notification is due: no one is asked for an answer given meanwhile.

use super::model::FundingState;
use super::queries::{self, FundingRequest, sessions};
use super::{messages, responders};
use people::accounts;
use people::notifications as practitioner_notifications;
use people::relationships::Protected;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const UPDATED: &str = "funding_news";
const ANSWER_DUE: &str = "funding_answer_awaited";
const UNFUNDED: &str = "funding_uncovered";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] = [(UPDATED, render_updated), (ANSWER_DUE, render_answer_due), (UNFUNDED, render_unfunded)];

/// Notifies the practitioner of an update.
pub(super) fn notify_updated(tx: &mut Tx, request: &FundingRequest) -> Result<()> {
    schedule(tx, UPDATED, &[request.practitioner], request.id)
}

/// Notifies these people that the request waits for their answer.
pub(super) fn notify_answer_due(tx: &mut Tx, recipients: &[Id], request: Id) -> Result<()> {
    schedule(tx, ANSWER_DUE, recipients, request)
}

/// Notifies the coordinators that they must decide about upcoming appointments.
pub(super) fn notify_unfunded(tx: &mut Tx, request: &FundingRequest) -> Result<()> {
    let coordinators = responders::coordinators(tx, request)?;
    schedule(tx, UNFUNDED, &coordinators, request.id)
}

/// A notification that has not been sent yet covers all of it.
fn schedule(tx: &mut Tx, kind: &'static str, recipients: &[Id], request: Id) -> Result<()> {
    for recipient in recipients {
        if !outbox::is_waiting(tx, kind, *recipient, request)? {
            outbox::schedule_notification(tx, kind, *recipient, ("funding_request", request), tx.now)?;
        }
    }
    Ok(())
}

fn render_updated(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let draft = messages::request_updated(notification.subject, notification.created_at);
    practitioner_notifications::decide_delivery(tx, notification.recipient, &draft)
}

fn render_answer_due(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(request) = queries::find(tx, notification.subject)?.map(Protected::for_the_service) else {
        return Ok(Decision::Discard);
    };
    let Some(due_on) = request.due_on else { return Ok(Decision::Discard) };
    if !responders::for_request(tx, &request)?.contains(&notification.recipient) {
        return Ok(Decision::Discard);
    }
    let (id, today) = (request.id, tx.now.london_day());
    if notification.recipient == request.practitioner {
        let draft = messages::answer_due(id, notification.created_at, due_on, today);
        return practitioner_notifications::decide_delivery(tx, notification.recipient, &draft);
    }
    accounts::decide_staff_email(tx, notification.recipient, &messages::staff_answer_due(id, due_on, today))
}

fn render_unfunded(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(request) = queries::find(tx, notification.subject)?.map(Protected::for_the_service) else {
        return Ok(Decision::Discard);
    };
    let pays = matches!(request.state, FundingState::Approved | FundingState::ApprovedLimited);
    if pays
        || conflicts::are_in_conflict(tx, request.practitioner, notification.recipient)?
        || sessions::upcoming(tx, notification.subject)?.is_empty()
    {
        return Ok(Decision::Discard);
    }
    accounts::decide_staff_email(tx, notification.recipient, &messages::bookings_to_decide(notification.subject))
}
