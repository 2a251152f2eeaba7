//! Tells those who can act on a risk alert that there is one, without the practitioner's name or the kind of risk; and practitioners that
//! questions wait for them.
//!
//! An alert always reaches a member of staff who can act on it. Coordinators whom the practitioner has not blocked get it, and the
//! clinicians who treat the practitioner. Where there is none of either, the administrators are asked to open an account for another coordinator, who
//! then sees the alert like any other: those whom the practitioner keeps away never do. Of the administrators, those who may know of
//! the practitioner are asked first, and only if there is none of them all, because the message names nobody.

use chrono::TimeDelta;

use super::letters;
use super::model::AssessmentState;
use super::queries::{self, alerts};
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications as messages;
use people::relationships::conflicts;
use platform::Platform;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};
use scheduling::booking::treating;

const RAISED: &str = "risk_alert_raised";
const UNREACHED: &str = "risk_alert_unreached";
const ASKED: &str = "assessment_asked";

/// For how long it is worth telling that questions wait.
const WORTH_TELLING: TimeDelta = TimeDelta::days(14);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 3] = [(RAISED, compose), (UNREACHED, compose_unreached), (ASKED, compose_asked)];

/// Asks for a message to everybody who can look at the alert. At any hour: it may be a matter of life.
pub(super) fn raised(conn: &mut Conn, alert: Id, practitioner: Id, now: UtcTime) -> Result<()> {
    let readers = readers(conn, practitioner)?;
    if readers.is_empty() {
        return unreached(conn, alert, practitioner, now);
    }
    for reader in readers {
        outbox::notice(conn, RAISED, reader, ("risk_alert", alert), now, now)?;
    }
    Ok(())
}

/// Looks at a practitioner's open alerts after their list of blocked or conflicting staff changed: the administrators are told of
/// those that no member of staff may see any more.
///
/// # Errors
/// When the database refuses.
pub fn look_for_readers(conn: &mut Conn, practitioner: Id, now: UtcTime) -> Result<()> {
    let open = alerts::open_about(conn, practitioner)?;
    if open.is_empty() || !readers(conn, practitioner)?.is_empty() {
        return Ok(());
    }
    open.into_iter().try_for_each(|alert| unreached(conn, alert, practitioner, now))
}

/// Who can look at alerts about a practitioner: coordinators who may know of them, and the clinicians who treat them.
fn readers(conn: &mut Conn, practitioner: Id) -> Result<Vec<Id>> {
    let coordinators = people_queries::active_of(conn, Role::Coordinator)?;
    let mut readers = conflicts::who_may_know(conn, practitioner, coordinators)?;
    readers.extend(treating::who_treats(conn, practitioner)?);
    Ok(readers)
}

/// Asks the administrators to appoint a member of staff who may see the alert.
fn unreached(conn: &mut Conn, alert: Id, practitioner: Id, now: UtcTime) -> Result<()> {
    let all = people_queries::active_of(conn, Role::Administrator)?;
    let free = conflicts::who_may_know(conn, practitioner, all.clone())?;
    for administrator in if free.is_empty() { all } else { free } {
        if !outbox::is_waiting(conn, UNREACHED, administrator, alert)? {
            outbox::notice(conn, UNREACHED, administrator, ("risk_alert", alert), now, now)?;
        }
    }
    Ok(())
}

fn compose(conn: &mut Conn, platform: &Platform, notice: &Notice, _: UtcTime) -> Result<Verdict> {
    let Some(alert) = alerts::open(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    if alert.acknowledged.is_some() || conflicts::are_in_conflict(conn, alert.practitioner, notice.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Please look at the app now",
        sentence: "something has come in that cannot wait. Please look at it now.".to_owned(),
        path: "/alerts".to_owned(),
    };
    accounts::write_to_staff(conn, platform, notice.recipient, &draft)
}

fn compose_unreached(conn: &mut Conn, platform: &Platform, notice: &Notice, _: UtcTime) -> Result<Verdict> {
    let Some(alert) = alerts::open(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    if alert.acknowledged.is_some() || !readers(conn, alert.practitioner)?.is_empty() {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Another coordinator is needed now",
        sentence:
            "something has come in that cannot wait, and no coordinator may look at it. Please open an account for another \
            coordinator now."
                .to_owned(),
        path: "/staff".to_owned(),
    };
    accounts::write_to_staff(conn, platform, notice.recipient, &draft)
}

/// Tells a practitioner that a clinician asked.
pub(super) fn asked(conn: &mut Conn, assessment: Id, practitioner: Id, now: UtcTime) -> Result<()> {
    outbox::notice(conn, ASKED, practitioner, ("assessment", assessment), now, now)
}

fn compose_asked(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let open = queries::find(conn, notice.subject)?.is_some_and(|assessment| assessment.state == AssessmentState::Draft);
    if !open {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = letters::questions_wait(notice.subject, (notice.created_at + WORTH_TELLING).get());
    messages::address(conn, platform, notice.recipient, &draft, now)
}
