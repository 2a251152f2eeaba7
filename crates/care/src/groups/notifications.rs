//! Notifications about places and sessions. Practitioners are notified by the channel they chose, with what is true when the
//! message is due. Guests have no account and are emailed at once.

use chrono::TimeDelta;

use super::messages::GroupMessage;
use super::model::{EnrolmentState, GroupSessionState};
use super::queries::{enrolments, facilitators, groups, sessions};
use people::notifications as messages;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};
use scheduling::calendar::messages::Change;

const OFFERED: &str = "place_offered";
const OFFER_EXPIRED: &str = "place_offer_expired";
const NOT_AVAILABLE: &str = "place_not_available";
const ENROLLED: &str = "place_confirmed";
const MOVED: &str = "session_moved";
const CANCELLED: &str = "session_cancelled";
const CHANGED: &str = "sessions_changed";
const OVER: &str = "sessions_over";

/// How long a message may be sent that is about no particular time.
const DEFAULT_VALIDITY: TimeDelta = TimeDelta::days(7);

/// The kinds of notification about groups, and what renders each.
pub const KINDS: [(&str, Render); 8] = [
    (OFFERED, render_place),
    (OFFER_EXPIRED, render_place),
    (NOT_AVAILABLE, render_place),
    (ENROLLED, render_place),
    (MOVED, render_session),
    (CANCELLED, render_session),
    (CHANGED, render_group),
    (OVER, render_group),
];

/// A place is offered to a practitioner.
pub(super) fn place_offered(tx: &mut Tx, practitioner: Id, enrolment: Id) -> Result<()> {
    outbox::schedule_notification(tx, OFFERED, practitioner, ("group_enrolment", enrolment), tx.now)
}

/// The offer of a place to a practitioner has expired.
pub(super) fn offer_expired(tx: &mut Tx, practitioner: Id, enrolment: Id) -> Result<()> {
    outbox::discard_waiting(tx, enrolment)?;
    outbox::schedule_notification(tx, OFFER_EXPIRED, practitioner, ("group_enrolment", enrolment), tx.now)
}

/// A group has ended before a practitioner who waited, or had an offer, got a place.
pub(super) fn place_not_available(tx: &mut Tx, practitioner: Id, enrolment: Id) -> Result<()> {
    outbox::discard_waiting(tx, enrolment)?;
    outbox::schedule_notification(tx, NOT_AVAILABLE, practitioner, ("group_enrolment", enrolment), tx.now)
}

/// A practitioner has a place.
pub(super) fn place_confirmed(tx: &mut Tx, practitioner: Id, enrolment: Id) -> Result<()> {
    outbox::discard_waiting(tx, enrolment)?;
    outbox::schedule_notification(tx, ENROLLED, practitioner, ("group_enrolment", enrolment), tx.now)
}

/// A session was moved to this time.
pub(super) fn session_moved(tx: &mut Tx, group: Id, session: Id, to: UtcTime) -> Result<()> {
    outbox::discard_waiting(tx, session)?;
    notify_members(tx, group, (MOVED, GroupMessage::SessionMoved(to)), ("group_session", session))
}

/// The session at this time is cancelled.
pub(super) fn session_cancelled(tx: &mut Tx, group: Id, session: Id, from: UtcTime) -> Result<()> {
    outbox::discard_waiting(tx, session)?;
    notify_members(tx, group, (CANCELLED, GroupMessage::SessionCancelled(from)), ("group_session", session))
}

/// The times of a group's sessions have changed.
pub(super) fn times_changed(tx: &mut Tx, group: Id) -> Result<()> {
    outbox::discard_waiting(tx, group)?;
    notify_members(tx, group, (CHANGED, GroupMessage::TimesChanged), ("group", group))
}

/// A group has ended. Call this before its enrolments are ended.
pub(super) fn group_ended(tx: &mut Tx, group: Id) -> Result<()> {
    outbox::discard_waiting(tx, group)?;
    notify_members(tx, group, (OVER, GroupMessage::GroupEnded), ("group", group))
}

/// Notifies a group's facilitators of a change that `by` made.
pub(super) fn notify_facilitators(tx: &mut Tx, group: Id, by: Id, change: Change) -> Result<()> {
    let facilitators: Vec<Id> = facilitators::of(tx, group)?.into_iter().map(|(clinician, _)| clinician).collect();
    notify_clinicians(tx, &facilitators, by, change)
}

/// Notifies these clinicians of a change that `by` made.
pub(super) fn notify_clinicians(tx: &mut Tx, clinicians: &[Id], by: Id, change: Change) -> Result<()> {
    for clinician in clinicians {
        scheduling::calendar::messages::notify(tx, *clinician, Some(by), change)?;
    }
    Ok(())
}

/// Notifies the members of a group. A guest whose address is damaged is not reached; that is logged.
fn notify_members(
    tx: &mut Tx,
    group: Id,
    (kind, message): (&'static str, GroupMessage),
    subject: (&'static str, Id),
) -> Result<()> {
    for member in enrolments::in_states(tx, group, &[EnrolmentState::Enrolled])? {
        match (member.practitioner, member.guest.and_then(|guest| guest.email)) {
            (Some(practitioner), _) => {
                outbox::schedule_notification(tx, kind, practitioner, subject, tx.now)?;
            }
            (None, Some(email)) => {
                outbox::queue_email_about(tx, kind, subject, &message.guest_email(&email))?;
            }
            (None, None) => {}
        }
    }
    Ok(())
}

fn render_place(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(enrolment) = enrolments::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let until = (notification.created_at + DEFAULT_VALIDITY).get();
    let draft = match (notification.kind.as_str(), enrolment.state, enrolment.offer_expires_at) {
        (OFFERED, EnrolmentState::Offered, Some(expires_at)) => GroupMessage::PlaceOffered(expires_at).draft(expires_at.get()),
        (OFFER_EXPIRED, EnrolmentState::Expired, _) => GroupMessage::OfferExpired.draft(until),
        (NOT_AVAILABLE, EnrolmentState::Expired, _) => GroupMessage::NotAvailable.draft(until),
        (ENROLLED, EnrolmentState::Enrolled, _) => GroupMessage::PlaceConfirmed.draft(until),
        _ => return Ok(Decision::Discard),
    };
    messages::decide_delivery(tx, notification.recipient, &draft)
}

fn render_session(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(session) = sessions::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let message = match (notification.kind.as_str(), session.state) {
        (MOVED, GroupSessionState::Planned) => GroupMessage::SessionMoved(session.starts_at),
        (CANCELLED, GroupSessionState::Cancelled) => GroupMessage::SessionCancelled(session.starts_at),
        _ => return Ok(Decision::Discard),
    };
    if !enrolments::is_member(tx, session.group, notification.recipient)? {
        return Ok(Decision::Discard);
    }
    messages::decide_delivery(tx, notification.recipient, &message.draft(session.starts_at.get()))
}

fn render_group(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(group) = groups::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let message = match notification.kind.as_str() {
        OVER if !group.state.is_open() => GroupMessage::GroupEnded,
        CHANGED if group.state.is_open() && enrolments::is_member(tx, group.id, notification.recipient)? => {
            GroupMessage::TimesChanged
        }
        _ => return Ok(Decision::Discard),
    };
    messages::decide_delivery(tx, notification.recipient, &message.draft((notification.created_at + DEFAULT_VALIDITY).get()))
}
