//! Notifications about risk alerts, without the practitioner's name or the kind of risk, and about requested questionnaires.
//!
//! Every alert reaches a member of staff who can act on it: the coordinators without a conflict with the practitioner, and the
//! clinicians who treat them. If there are none, the administrators are asked to open an account for another coordinator, who
//! then sees the alert like any other; staff with a conflict never see it. Administrators without a conflict are asked first.
//! If every administrator has one, all of them are asked, because the message names no practitioner.

use chrono::TimeDelta;

use super::letters;
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
use platform::outbox::{Compose, Notice, Verdict};
use scheduling::booking::treating;

const RAISED: &str = "risk_alert_raised";
const UNREACHED: &str = "risk_alert_unreached";
const ASKED: &str = "assessment_asked";

/// How long a notification about waiting questionnaires is useful.
const WORTH_TELLING: TimeDelta = TimeDelta::days(14);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Compose); 3] = [(RAISED, compose), (UNREACHED, compose_unreached), (ASKED, compose_asked)];

/// Notifies everyone who can see the alert, at any hour: a life may be in danger.
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

/// Checks a practitioner's open alerts after their list of blocked or conflicting staff has changed, and notifies the
/// administrators of alerts that no member of staff may see any more.
///
/// # Errors
/// When the database fails.
pub fn look_for_readers(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let open = alerts::open_about(tx, practitioner)?;
    if open.is_empty() || !readers(tx, practitioner)?.is_empty() {
        return Ok(());
    }
    open.into_iter().try_for_each(|alert| unreached(tx, alert, practitioner))
}

/// Who can see alerts about a practitioner: coordinators without a conflict, and the clinicians who treat them.
fn readers(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let coordinators = people_queries::active_of(tx, Role::Coordinator)?;
    let mut readers = conflicts::who_may_know(tx, practitioner, coordinators)?;
    readers.extend(treating::who_treats(tx, practitioner)?);
    Ok(readers)
}

/// Asks the administrators for a member of staff who may see the alert.
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

fn compose(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let Some(alert) = alerts::open(tx, notification.subject)? else { return Ok(Verdict::NotAnyMore) };
    if alert.acknowledged.is_some() || conflicts::are_in_conflict(tx, alert.practitioner, notification.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Please look at the app now",
        sentence: "something has come in that cannot wait. Please look at it now.".to_owned(),
        path: "/alerts".to_owned(),
    };
    accounts::write_to_staff(tx, notification.recipient, &draft)
}

fn compose_unreached(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let Some(alert) = alerts::open(tx, notification.subject)? else { return Ok(Verdict::NotAnyMore) };
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
    accounts::write_to_staff(tx, notification.recipient, &draft)
}

/// Notifies a practitioner that a clinician has requested questionnaires.
pub(super) fn asked(tx: &mut Tx, assessment: Id, practitioner: Id) -> Result<()> {
    outbox::notice(tx, ASKED, practitioner, ("assessment", assessment), tx.now)
}

fn compose_asked(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let open = queries::find(tx, notification.subject)?.is_some_and(|assessment| assessment.state == AssessmentState::Draft);
    if !open {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = letters::questions_wait(notification.subject, (notification.created_at + WORTH_TELLING).get());
    notifications::address(tx, notification.recipient, &draft)
}
