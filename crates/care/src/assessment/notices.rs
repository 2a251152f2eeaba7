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
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
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
pub(super) fn raised(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let readers = readers(tx, practitioner)?;
    if readers.is_empty() {
        return unreached(tx, alert, practitioner);
    }
    for reader in readers {
        outbox::notice(tx, RAISED, reader, ("risk_alert", alert), tx.now)?;
    }
    Ok(())
}

/// Looks at a practitioner's open alerts after their list of blocked or conflicting staff changed: the administrators are told of
/// those that no member of staff may see any more.
///
/// # Errors
/// When the database refuses.
pub fn look_for_readers(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let open = alerts::open_about(tx, practitioner)?;
    if open.is_empty() || !readers(tx, practitioner)?.is_empty() {
        return Ok(());
    }
    open.into_iter().try_for_each(|alert| unreached(tx, alert, practitioner))
}

/// Who can look at alerts about a practitioner: coordinators who may know of them, and the clinicians who treat them.
fn readers(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let coordinators = people_queries::active_of(tx, Role::Coordinator)?;
    let mut readers = conflicts::who_may_know(tx, practitioner, coordinators)?;
    readers.extend(treating::who_treats(tx, practitioner)?);
    Ok(readers)
}

/// Asks the administrators to appoint a member of staff who may see the alert.
fn unreached(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let all = people_queries::active_of(tx, Role::Administrator)?;
    let free = conflicts::who_may_know(tx, practitioner, all.clone())?;
    for administrator in if free.is_empty() { all } else { free } {
        if !outbox::is_waiting(tx, UNREACHED, administrator, alert)? {
            outbox::notice(tx, UNREACHED, administrator, ("risk_alert", alert), tx.now)?;
        }
    }
    Ok(())
}

fn compose(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let Some(alert) = alerts::open(tx, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    if alert.acknowledged.is_some() || conflicts::are_in_conflict(tx, alert.practitioner, notice.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Please look at the app now",
        sentence: "something has come in that cannot wait. Please look at it now.".to_owned(),
        path: "/alerts".to_owned(),
    };
    accounts::write_to_staff(tx, notice.recipient, &draft)
}

fn compose_unreached(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let Some(alert) = alerts::open(tx, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    if alert.acknowledged.is_some() || !readers(tx, alert.practitioner)?.is_empty() {
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
    accounts::write_to_staff(tx, notice.recipient, &draft)
}

/// Tells a practitioner that a clinician asked.
pub(super) fn asked(tx: &mut Tx, assessment: Id, practitioner: Id) -> Result<()> {
    outbox::notice(tx, ASKED, practitioner, ("assessment", assessment), tx.now)
}

fn compose_asked(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let open = queries::find(tx, notice.subject)?.is_some_and(|assessment| assessment.state == AssessmentState::Draft);
    if !open {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = letters::questions_wait(notice.subject, (notice.created_at + WORTH_TELLING).get());
    messages::address(tx, notice.recipient, &draft)
}
