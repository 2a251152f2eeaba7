//! Notifications about places and sessions. Practitioners are notified by the channel they chose, with what is true when the
//! message is due. Guests have no account and are emailed at once.

use chrono::TimeDelta;

use super::letters::News;
use super::model::{EnrolmentState, GroupSessionState};
use super::queries::{enrolments, groups, sessions};
use people::notifications as messages;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};
use scheduling::calendar::messages::Change;

const OFFERED: &str = "place_offered";
const ENROLLED: &str = "place_confirmed";
const MOVED: &str = "session_moved";
const CANCELLED: &str = "session_cancelled";
const CHANGED: &str = "sessions_changed";
const OVER: &str = "sessions_over";

/// How long a message may be sent that is about no particular time.
const WORTH_TELLING: TimeDelta = TimeDelta::days(7);

/// The kinds of notification about groups, and what renders each.
pub const KINDS: [(&str, Compose); 6] = [
    (OFFERED, of_a_place),
    (ENROLLED, of_a_place),
    (MOVED, of_a_session),
    (CANCELLED, of_a_session),
    (CHANGED, of_a_group),
    (OVER, of_a_group),
];

/// A place is offered to a practitioner.
pub(super) fn offered(tx: &mut Tx, practitioner: Id, enrolment: Id) -> Result<()> {
    outbox::notice(tx, OFFERED, practitioner, ("group_enrolment", enrolment), tx.now)
}

/// A practitioner has a place.
pub(super) fn enrolled(tx: &mut Tx, practitioner: Id, enrolment: Id) -> Result<()> {
    outbox::drop_waiting(tx, enrolment)?;
    outbox::notice(tx, ENROLLED, practitioner, ("group_enrolment", enrolment), tx.now)
}

/// A session was moved to this time.
pub(super) fn moved(tx: &mut Tx, group: Id, session: Id, to: UtcTime) -> Result<()> {
    outbox::drop_waiting(tx, session)?;
    tell_members(tx, group, (MOVED, News::Moved(to)), ("group_session", session))
}

/// The session at this time is cancelled.
pub(super) fn cancelled(tx: &mut Tx, group: Id, session: Id, from: UtcTime) -> Result<()> {
    outbox::drop_waiting(tx, session)?;
    tell_members(tx, group, (CANCELLED, News::Cancelled(from)), ("group_session", session))
}

/// The times of a group's sessions have changed.
pub(super) fn changed(tx: &mut Tx, group: Id) -> Result<()> {
    outbox::drop_waiting(tx, group)?;
    tell_members(tx, group, (CHANGED, News::Changed), ("group", group))
}

/// A group has ended. Call this before its enrolments are ended.
pub(super) fn over(tx: &mut Tx, group: Id) -> Result<()> {
    outbox::drop_waiting(tx, group)?;
    tell_members(tx, group, (OVER, News::Over), ("group", group))
}

/// Notifies a group's facilitators of a change that `by` made.
pub(super) fn to_facilitators(tx: &mut Tx, group: Id, by: Id, change: Change) -> Result<()> {
    let facilitators: Vec<Id> = groups::facilitators(tx, group)?.into_iter().map(|(clinician, _)| clinician).collect();
    to_clinicians(tx, &facilitators, by, change)
}

/// Notifies these clinicians of a change that `by` made.
pub(super) fn to_clinicians(tx: &mut Tx, clinicians: &[Id], by: Id, change: Change) -> Result<()> {
    for clinician in clinicians {
        scheduling::calendar::messages::tell(tx, *clinician, Some(by), change)?;
    }
    Ok(())
}

fn tell_members(tx: &mut Tx, group: Id, (kind, message): (&'static str, News), subject: (&'static str, Id)) -> Result<()> {
    for member in enrolments::standing(tx, group, &[EnrolmentState::Enrolled])? {
        match (member.practitioner, member.guest.and_then(|guest| guest.email)) {
            (Some(practitioner), _) => {
                outbox::notice(tx, kind, practitioner, subject, tx.now)?;
            }
            (None, Some(email)) => {
                outbox::queue_about(tx, kind, subject, &message.letter_to_guest(&email))?;
            }
            (None, None) => {}
        }
    }
    Ok(())
}

fn of_a_place(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let Some(enrolment) = enrolments::find(tx, notification.subject)? else { return Ok(Verdict::NotAnyMore) };
    let draft = match (notification.kind.as_str(), enrolment.state, enrolment.offer_expires_at) {
        (OFFERED, EnrolmentState::Offered, Some(until)) => News::Offered(until).draft(until.get()),
        (ENROLLED, EnrolmentState::Enrolled, _) => News::Enrolled.draft((notification.created_at + WORTH_TELLING).get()),
        _ => return Ok(Verdict::NotAnyMore),
    };
    messages::address(tx, notification.recipient, &draft)
}

fn of_a_session(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let Some(session) = sessions::find(tx, notification.subject)? else { return Ok(Verdict::NotAnyMore) };
    let message = match (notification.kind.as_str(), session.state) {
        (MOVED, GroupSessionState::Planned) => News::Moved(session.starts_at),
        (CANCELLED, GroupSessionState::Cancelled) => News::Cancelled(session.starts_at),
        _ => return Ok(Verdict::NotAnyMore),
    };
    if !is_member(tx, session.group, notification.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    messages::address(tx, notification.recipient, &message.draft(session.starts_at.get()))
}

fn of_a_group(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let Some(group) = groups::find(tx, notification.subject)? else { return Ok(Verdict::NotAnyMore) };
    let message = match notification.kind.as_str() {
        OVER if !group.state.is_open() => News::Over,
        CHANGED if group.state.is_open() && is_member(tx, group.id, notification.recipient)? => News::Changed,
        _ => return Ok(Verdict::NotAnyMore),
    };
    messages::address(tx, notification.recipient, &message.draft((notification.created_at + WORTH_TELLING).get()))
}

fn is_member(tx: &mut Tx, group: Id, practitioner: Id) -> Result<bool> {
    let members = enrolments::standing(tx, group, &[EnrolmentState::Enrolled])?;
    Ok(members.iter().any(|member| member.practitioner == Some(practitioner)))
}
