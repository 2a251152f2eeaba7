//! What people are told of their places and sessions: practitioners as they wish to be written to, from what is true when the
//! message is due; guests, who have no account, at once by e-mail.

use chrono::TimeDelta;

use super::letters::News;
use super::model::{EnrolmentState, GroupSessionState};
use super::queries::{enrolments, groups, sessions};
use people::notifications as messages;
use platform::Platform;
use platform::db::Conn;
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

/// For how long it is worth telling what has no time of its own.
const WORTH_TELLING: TimeDelta = TimeDelta::days(7);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 6] = [
    (OFFERED, of_a_place),
    (ENROLLED, of_a_place),
    (MOVED, of_a_session),
    (CANCELLED, of_a_session),
    (CHANGED, of_a_group),
    (OVER, of_a_group),
];

/// A place is kept for a practitioner.
pub(super) fn offered(conn: &mut Conn, practitioner: Id, enrolment: Id, now: UtcTime) -> Result<()> {
    outbox::notice(conn, OFFERED, practitioner, ("group_enrolment", enrolment), now, now)
}

/// A practitioner has a place.
pub(super) fn enrolled(conn: &mut Conn, practitioner: Id, enrolment: Id, now: UtcTime) -> Result<()> {
    outbox::drop_waiting(conn, enrolment, now)?;
    outbox::notice(conn, ENROLLED, practitioner, ("group_enrolment", enrolment), now, now)
}

/// A session was moved to this time.
pub(super) fn moved(conn: &mut Conn, platform: &Platform, group: Id, session: Id, to: UtcTime, now: UtcTime) -> Result<()> {
    outbox::drop_waiting(conn, session, now)?;
    tell_members(conn, platform, group, (MOVED, News::Moved(to)), ("group_session", session), now)
}

/// A session that was to be at this time does not take place.
pub(super) fn cancelled(conn: &mut Conn, platform: &Platform, group: Id, session: Id, from: UtcTime, now: UtcTime) -> Result<()> {
    outbox::drop_waiting(conn, session, now)?;
    tell_members(conn, platform, group, (CANCELLED, News::Cancelled(from)), ("group_session", session), now)
}

/// The times of a group have changed.
pub(super) fn changed(conn: &mut Conn, platform: &Platform, group: Id, now: UtcTime) -> Result<()> {
    outbox::drop_waiting(conn, group, now)?;
    tell_members(conn, platform, group, (CHANGED, News::Changed), ("group", group), now)
}

/// A group is over. Ask before its members are let go.
pub(super) fn over(conn: &mut Conn, platform: &Platform, group: Id, now: UtcTime) -> Result<()> {
    outbox::drop_waiting(conn, group, now)?;
    tell_members(conn, platform, group, (OVER, News::Over), ("group", group), now)
}

/// Tells those who lead a group of a change that `by` made.
pub(super) fn to_facilitators(conn: &mut Conn, group: Id, by: Id, change: Change, now: UtcTime) -> Result<()> {
    let leading: Vec<Id> = groups::facilitators(conn, group)?.into_iter().map(|(clinician, _)| clinician).collect();
    to_clinicians(conn, &leading, by, change, now)
}

/// Tells these clinicians of a change that `by` made.
pub(super) fn to_clinicians(conn: &mut Conn, clinicians: &[Id], by: Id, change: Change, now: UtcTime) -> Result<()> {
    for clinician in clinicians {
        scheduling::calendar::messages::tell(conn, *clinician, Some(by), change, now)?;
    }
    Ok(())
}

fn tell_members(
    conn: &mut Conn,
    platform: &Platform,
    group: Id,
    (kind, news): (&'static str, News),
    subject: (&'static str, Id),
    now: UtcTime,
) -> Result<()> {
    for member in enrolments::standing(conn, &platform.sealer, group, &[EnrolmentState::Enrolled])? {
        match (member.practitioner, member.guest.and_then(|guest| guest.email)) {
            (Some(practitioner), _) => {
                outbox::notice(conn, kind, practitioner, subject, now, now)?;
            }
            (None, Some(email)) => {
                outbox::queue_about(conn, &platform.sealer, kind, subject, &news.letter_to_guest(&email), now)?;
            }
            (None, None) => {}
        }
    }
    Ok(())
}

fn of_a_place(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(kept) = enrolments::find(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let draft = match (notice.kind.as_str(), kept.state, kept.offer_expires_at) {
        (OFFERED, EnrolmentState::Offered, Some(until)) => News::Offered(until).draft(until.get()),
        (ENROLLED, EnrolmentState::Enrolled, _) => News::Enrolled.draft((notice.created_at + WORTH_TELLING).get()),
        _ => return Ok(Verdict::NotAnyMore),
    };
    messages::address(conn, platform, notice.recipient, &draft, now)
}

fn of_a_session(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(session) = sessions::find(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let news = match (notice.kind.as_str(), session.state) {
        (MOVED, GroupSessionState::Planned) => News::Moved(session.starts_at),
        (CANCELLED, GroupSessionState::Cancelled) => News::Cancelled(session.starts_at),
        _ => return Ok(Verdict::NotAnyMore),
    };
    if !is_member(conn, platform, session.group, notice.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    messages::address(conn, platform, notice.recipient, &news.draft(session.starts_at.get()), now)
}

fn of_a_group(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(group) = groups::find(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let news = match notice.kind.as_str() {
        OVER if !group.state.is_open() => News::Over,
        CHANGED if group.state.is_open() && is_member(conn, platform, group.id, notice.recipient)? => News::Changed,
        _ => return Ok(Verdict::NotAnyMore),
    };
    messages::address(conn, platform, notice.recipient, &news.draft((notice.created_at + WORTH_TELLING).get()), now)
}

fn is_member(conn: &mut Conn, platform: &Platform, group: Id, practitioner: Id) -> Result<bool> {
    let members = enrolments::standing(conn, &platform.sealer, group, &[EnrolmentState::Enrolled])?;
    Ok(members.iter().any(|member| member.practitioner == Some(practitioner)))
}
