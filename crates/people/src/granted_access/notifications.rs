//! Who is informed of access for an hour. Of break-glass: privacy officers at once, the practitioner later. Of a call: the
//! practitioner, at once. The messages are as neutral as all others.

use chrono::TimeDelta;

use super::{queries, rules};
use crate::Role;
use crate::accounts;
use crate::accounts::queries as people;
use crate::notifications;
use crate::notifications::model::Draft;
use crate::relationships::{Permit, conflicts, escalation};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const REVIEW_DUE: &str = "break_glass_begun";
const INFORMED: &str = "break_glass_disclosed";
const CALL_RECORDED: &str = "phone_call_recorded";

const INFORMED_TEXT: &str =
    "Someone looked at your details outside their usual work. You can see in which role and when in your app.";
const CALL_TEXT: &str = "We noted that you called. If you did not, please tell us. Your app shows more.";

/// How long a message to the practitioner is useful.
const USEFUL_FOR: TimeDelta = TimeDelta::days(30);

/// How many practitioners one run of the job informs.
const BATCH: usize = 100;

/// How many one run examines, so that those that cannot be informed do not keep the others waiting.
const MAX_EXAMINED: i64 = 500;

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] =
    [(REVIEW_DUE, render_for_privacy_officer), (INFORMED, render_for_practitioner), (CALL_RECORDED, render_call)];

/// Tells every privacy officer who may know of the practitioner. If there is none, those who see that another is found are informed.
pub(super) fn notify_privacy_officers(tx: &mut Tx, id: Id, practitioner: Id) -> Result<()> {
    for recipient in escalation::recipients(tx, practitioner)? {
        outbox::schedule_notification(tx, REVIEW_DUE, recipient, ("break_glass", id), tx.now)?;
    }
    Ok(())
}

/// Tells the practitioner that a member of staff recorded a call of theirs, so that one who did not call can ask.
pub(super) fn notify_call_recorded(tx: &mut Tx, id: Id, practitioner: Id) -> Result<()> {
    outbox::schedule_notification(tx, CALL_RECORDED, practitioner, ("phone_call", id), tx.now)
}

/// Tells the practitioner that a member of staff had access.
pub(super) fn tell_practitioner(tx: &mut Tx, id: Id, permit: &Permit) -> Result<()> {
    queries::set_informed(tx, id)?;
    permit.record(tx, "break_glass.disclosed", ("break_glass", Some(id)))?;
    outbox::schedule_notification(tx, INFORMED, permit.practitioner(), ("break_glass", id), tx.now)
}

/// Tells the practitioners whose access no one has reviewed in time; returns how many. Publishes how much waits for a review.
///
/// # Errors
/// When the database cannot be reached. A practitioner who cannot be informed is logged, and the next run tries again.
pub fn notify_due(tx: &mut Tx) -> Result<usize> {
    let mut informed = 0;
    for (id, practitioner) in queries::due_to_inform(tx, MAX_EXAMINED)? {
        if informed >= BATCH {
            break;
        }
        let work = |tx: &mut Tx| tell_practitioner(tx, id, &Permit::for_the_service(practitioner));
        informed += usize::from(tx.alone("break_glass", id, work)?.is_some());
    }
    let unreviewed = i32::try_from(queries::count_unreviewed(tx)?).unwrap_or(i32::MAX);
    metrics::gauge!("confide_break_glass_unreviewed").set(unreviewed);
    Ok(informed)
}

fn render_for_privacy_officer(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(access) = queries::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let (access, recipient) = (access.for_the_service(), notification.recipient);
    if rules::check_not_reviewed(access.review.as_ref()).is_err()
        || !escalation::recipients(tx, access.practitioner)?.contains(&recipient)
    {
        return Ok(Decision::Discard);
    }
    let is_officer = people::active_with_role(tx, Role::PrivacyOfficer)?.contains(&recipient);
    let draft = if is_officer && !conflicts::are_in_conflict(tx, access.practitioner, recipient)? {
        accounts::emails::StaffTaskNotification {
            subject: "Something needs your review",
            sentence: "something was opened in an emergency. Please review it.".to_owned(),
            path: format!("/break-glass/{}", notification.subject),
        }
    } else {
        another_officer_needed(is_officer)
    };
    accounts::decide_staff_email(tx, recipient, &draft)
}

/// What those get who cannot review the access themselves.
fn another_officer_needed(is_officer: bool) -> accounts::emails::StaffTaskNotification {
    let (request, path) = if is_officer {
        ("Please ask an administrator to open an account for another privacy officer.", "/")
    } else {
        ("Please open an account for a privacy officer.", "/staff")
    };
    accounts::emails::StaffTaskNotification {
        subject: "Another privacy officer is needed",
        sentence: format!("something was opened in an emergency, and no privacy officer may review it. {request}"),
        path: path.to_owned(),
    }
}

fn render_for_practitioner(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let draft = Draft {
        subject: "Please look at your account",
        sentence: "someone looked at your details outside their usual work. You can see in which role and when.".to_owned(),
        path: "/access".to_owned(),
        text: INFORMED_TEXT.to_owned(),
        essential: true,
        expires_at: (notification.created_at + USEFUL_FOR).get(),
    };
    notifications::decide_delivery(tx, notification.recipient, &draft)
}

fn render_call(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let draft = Draft {
        subject: "Please look at your account",
        sentence: "we noted that you called. If you did not, please tell us. Your account shows more.".to_owned(),
        path: "/access".to_owned(),
        text: CALL_TEXT.to_owned(),
        essential: true,
        expires_at: (notification.created_at + USEFUL_FOR).get(),
    };
    notifications::decide_delivery(tx, notification.recipient, &draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_messages_fit() {
        for text in [INFORMED_TEXT, CALL_TEXT] {
            assert!(crate::notifications::rules::fits_one_text_message(text), "{text}");
        }
    }
}
