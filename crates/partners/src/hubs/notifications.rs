//! Notifications about referrals. Practitioners get them by their message preferences; people without an account get neutrally
//! worded ones if they agreed to that; staff who have a referral to answer get a neutrally worded email.

use chrono::TimeDelta;

use super::messages;
use super::model::{ReferralKind, ReferralState};
use super::queries::coordinators;
use super::queries::referrals::{self, ProtectedReferral, Referral};
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications;
use people::notifications::model::Draft;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};
use platform::recipient_limits;
use platform::recipient_limits::RecipientLimit;

const UPDATE: &str = "referral_news";
const WAITING: &str = "referral_waits";
const ANSWERED: &str = "referral_answered";

/// How many messages with referral codes are sent to one address or number.
pub const CODES_LIMIT: RecipientLimit = RecipientLimit { kind: "referral_code", max: 20, within: TimeDelta::days(1) };
/// How many messages about updates are sent to one address or number.
const UPDATES_LIMIT: RecipientLimit = RecipientLimit { kind: UPDATE, max: 20, within: TimeDelta::days(1) };

/// How long a message about an update is still of use.
const UPDATE_USEFUL_FOR: TimeDelta = TimeDelta::days(14);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] = [(UPDATE, render_update), (WAITING, render_waiting), (ANSWERED, render_answered)];

/// Notifies the person that there is an update.
pub(super) fn notify_person(tx: &mut Tx, referral: &Referral) -> Result<()> {
    match referral.practitioner {
        Some(practitioner) => schedule(tx, UPDATE, practitioner, referral.id),
        None => match messages::update(&referral.details, &tx.policy.app_url) {
            // The message says only that there is an update, so that leaving out a further one loses nothing.
            Some(message)
                if recipient_limits::count(tx, &recipient_limits::recipient(tx.sealer, &message), &UPDATES_LIMIT, tx.now)?
                    .is_none() =>
            {
                outbox::queue_message(tx, UPDATE, &message).map(|_| ())
            }
            Some(_) => Ok(()),
            None => Ok(()),
        },
    }
}

/// Notifies those who are asked to help, except those the person is in conflict with.
pub(super) fn notify_receivers(tx: &mut Tx, referral: &Referral) -> Result<()> {
    let receivers = match referral.kind {
        ReferralKind::HubToService => people_queries::active_with_role(tx, Role::Coordinator)?,
        ReferralKind::ServiceToHub => coordinators::active_of(tx, referral.hub)?,
        ReferralKind::HubToHelp => Vec::new(),
    };
    for receiver in receivers {
        if referrals::may_know(tx, referral, receiver)? {
            schedule(tx, WAITING, receiver, referral.id)?;
        }
    }
    Ok(())
}

/// Notifies the account that created the referral.
pub(super) fn notify_creator(tx: &mut Tx, referral: &Referral) -> Result<()> {
    schedule(tx, ANSWERED, referral.created_by, referral.id)
}

/// Schedules a notification, unless one is already waiting.
fn schedule(tx: &mut Tx, kind: &'static str, recipient: Id, referral: Id) -> Result<()> {
    if !outbox::is_waiting(tx, kind, recipient, referral)? {
        outbox::schedule_notification(tx, kind, recipient, ("hub_referral", referral), tx.now)?;
    }
    Ok(())
}

fn render_update(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(referral) = referrals::find(tx, notification.subject)?.map(ProtectedReferral::for_the_service) else {
        return Ok(Decision::Discard);
    };
    if referral.practitioner != Some(notification.recipient) {
        return Ok(Decision::Discard);
    }
    let draft = Draft {
        subject: "There is news about your request",
        sentence: "there is news about your request.".to_owned(),
        path: format!("/requests/{}", referral.id),
        text: "There is news about your request.".to_owned(),
        essential: false,
        expires_at: (notification.created_at + UPDATE_USEFUL_FOR).get(),
    };
    notifications::decide_delivery(tx, notification.recipient, &draft)
}

fn render_waiting(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    match referrals::find(tx, notification.subject)?.map(ProtectedReferral::for_the_service) {
        Some(referral)
            if referral.state == ReferralState::Sent && referrals::may_know(tx, &referral, notification.recipient)? => {}
        _ => return Ok(Decision::Discard),
    }
    let task = accounts::emails::StaffTaskNotification {
        subject: "A request waits for you",
        sentence: "a request waits for your answer.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &task)
}

fn render_answered(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    match referrals::find(tx, notification.subject)?.map(ProtectedReferral::for_the_service) {
        Some(referral) if referrals::may_know(tx, &referral, notification.recipient)? => {}
        _ => return Ok(Decision::Discard),
    }
    let task = accounts::emails::StaffTaskNotification {
        subject: "There is an answer to a request",
        sentence: "there is an answer to a request that you made.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &task)
}
