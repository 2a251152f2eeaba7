//! Tells those who can act on a risk alert that there is one, saying neither of whom nor of what kind; and practitioners that
//! questions wait for them.

use chrono::TimeDelta;

use super::letters;
use super::model::AssessmentState;
use super::queries::{self, alerts};
use crate::access::{conflicts, messages};
use crate::identity::Role;
use crate::identity::accounts::{self, queries as people};
use crate::platform::Platform;
use crate::platform::db::Conn;
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};
use crate::platform::outbox::{self, Compose, Notice, Verdict};
use crate::scheduling::booking::treating;

const RAISED: &str = "risk_alert_raised";
const ASKED: &str = "assessment_asked";

/// For how long it is worth telling that questions wait.
const WORTH_TELLING: TimeDelta = TimeDelta::days(14);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 2] = [(RAISED, compose), (ASKED, compose_asked)];

/// Asks for a letter to each coordinator and to whoever treats the practitioner. At any hour: it may be a matter of life.
pub(super) fn raised(conn: &mut Conn, alert: Id, practitioner: Id, now: UtcTime) -> Result<()> {
    let mut readers = people::active_of(conn, Role::Coordinator)?;
    readers.extend(treating::who_treats(conn, practitioner)?);
    let themselves = conflicts::accounts_of(conn, practitioner)?;
    readers.retain(|reader| !themselves.contains(reader));
    for reader in readers {
        outbox::notice(conn, RAISED, reader, ("risk_alert", alert), now, now)?;
    }
    Ok(())
}

fn compose(conn: &mut Conn, platform: &Platform, notice: &Notice, _: UtcTime) -> Result<Verdict> {
    let Some(alert) = alerts::open(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    if alert.acknowledged.is_some() {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Please look at the app now",
        sentence: "something has come in that cannot wait. Please look at it now.".to_owned(),
        path: "/alerts".to_owned(),
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
