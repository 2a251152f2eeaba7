//! Notifications about referrals. Practitioners get them by their message preferences; people without an account get neutrally
//! worded ones if they agreed to that; staff who have a referral to answer get a neutrally worded email.

use chrono::TimeDelta;

use super::letters;
use super::model::{ReferralKind, ReferralState};
use super::queries::coordinators;
use super::queries::referrals::{self, Referral};
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications;
use people::notifications::model::Draft;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};
use platform::rests;
use platform::rests::Rest;

const NEWS: &str = "referral_news";
const WAITS: &str = "referral_waits";
const ANSWERED: &str = "referral_answered";

/// How many messages with referral codes are sent to one address or number.
pub const CODES: Rest = Rest { kind: "referral_code", most: 20, within: TimeDelta::days(1) };
/// How many messages about updates are sent to one address or number.
const NEWS_SENT: Rest = Rest { kind: NEWS, most: 20, within: TimeDelta::days(1) };

/// How long a message about an update is still of use.
const WORTH: TimeDelta = TimeDelta::days(14);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Compose); 3] = [(NEWS, compose_news), (WAITS, compose_waits), (ANSWERED, compose_answered)];

/// Notifies the person that there is an update.
pub(super) fn tell_person(tx: &mut Tx, referral: &Referral) -> Result<()> {
    match referral.practitioner {
        Some(practitioner) => ask(tx, NEWS, practitioner, referral.id),
        None => match letters::news(&referral.told, &tx.policy.app_url) {
            // The message says only that there is an update, so that leaving out a further one loses nothing.
            Some(message) if rests::count(tx, &rests::recipient(tx.sealer, &message), &NEWS_SENT, tx.now)?.is_none() => {
                outbox::queue_message(tx, NEWS, &message).map(|_| ())
            }
            Some(_) => Ok(()),
            None => Ok(()),
        },
    }
}

/// Notifies those who are asked to help, except those the person is in conflict with.
pub(super) fn tell_receivers(tx: &mut Tx, referral: &Referral) -> Result<()> {
    let receivers = match referral.kind {
        ReferralKind::HubToService => people_queries::active_of(tx, Role::Coordinator)?,
        ReferralKind::ServiceToHub => coordinators::active_of(tx, referral.hub)?,
        ReferralKind::HubToHelp => Vec::new(),
    };
    for receiver in receivers {
        if referrals::may_know(tx, referral, receiver)? {
            ask(tx, WAITS, receiver, referral.id)?;
        }
    }
    Ok(())
}

/// Notifies the account that created the referral.
pub(super) fn tell_maker(tx: &mut Tx, referral: &Referral) -> Result<()> {
    ask(tx, ANSWERED, referral.made_by, referral.id)
}

/// Schedules a notification, unless one is already waiting.
fn ask(tx: &mut Tx, kind: &'static str, recipient: Id, referral: Id) -> Result<()> {
    if !outbox::is_waiting(tx, kind, recipient, referral)? {
        outbox::notice(tx, kind, recipient, ("hub_referral", referral), tx.now)?;
    }
    Ok(())
}

fn compose_news(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let Some(referral) = referrals::find(tx, notification.subject)? else { return Ok(Verdict::NotAnyMore) };
    if referral.practitioner != Some(notification.recipient) {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = Draft {
        subject: "There is news about your request",
        sentence: "there is news about your request.".to_owned(),
        path: format!("/requests/{}", referral.id),
        text: "There is news about your request.".to_owned(),
        essential: false,
        until: (notification.created_at + WORTH).get(),
    };
    notifications::address(tx, notification.recipient, &draft)
}

fn compose_waits(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    match referrals::find(tx, notification.subject)? {
        Some(referral)
            if referral.state == ReferralState::Sent && referrals::may_know(tx, &referral, notification.recipient)? => {}
        _ => return Ok(Verdict::NotAnyMore),
    }
    let task = accounts::letters::Errand {
        subject: "A request waits for you",
        sentence: "a request waits for your answer.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::write_to_staff(tx, notification.recipient, &task)
}

fn compose_answered(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    match referrals::find(tx, notification.subject)? {
        Some(referral) if referrals::may_know(tx, &referral, notification.recipient)? => {}
        _ => return Ok(Verdict::NotAnyMore),
    }
    let task = accounts::letters::Errand {
        subject: "There is an answer to a request",
        sentence: "there is an answer to a request that you made.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::write_to_staff(tx, notification.recipient, &task)
}
