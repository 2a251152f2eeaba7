//! Notifies a practitioner that a letter waits for their agreement, by the channel that they prefer, and its author by email that the
//! practitioner has answered, or that what the practitioner agreed to cannot be sent any more.

use chrono::TimeDelta;

use super::facts::AgreedLetter;
use super::model::LetterState;
use super::queries::Letter;
use super::rules::sending::Obstacle;
use super::{facts, messages, queries, rules};
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications;
use people::relationships::{Protected, Purpose, access_rules, conflicts, episodes};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const WAITS: &str = "letter_waits";
const ANSWERED: &str = "letter_answered";
const UNSENDABLE: &str = "letter_unsendable";

/// How long the notification is useful.
const USEFUL_FOR: TimeDelta = TimeDelta::days(14);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] = [(WAITS, render), (ANSWERED, render_answered), (UNSENDABLE, render_unsendable)];

/// Notifies a practitioner that a letter waits for their agreement.
pub(super) fn answer_awaited(tx: &mut Tx, practitioner: Id, letter: Id) -> Result<()> {
    outbox::schedule_notification(tx, WAITS, practitioner, ("letter", letter), tx.now)
}

/// Notifies the author that the practitioner has agreed, declined or withdrawn consent. When the author's account is closed, the lead
/// clinician gets the message; without one, no one does.
pub(super) fn answered(tx: &mut Tx, letter: &Letter) -> Result<()> {
    let author = people_queries::active_among(tx, &[letter.clinician], Role::Clinician)?.pop();
    let recipient = match author {
        Some(author) => Some(author),
        None => episodes::current_lead(tx, letter.practitioner)?,
    };
    let Some(recipient) = recipient else { return Ok(()) };
    outbox::schedule_notification(tx, ANSWERED, recipient, ("letter", letter.id), tx.now)
}

/// Notifies the author that a letter that the practitioner agreed to cannot be sent any more.
pub(super) fn unsendable(tx: &mut Tx, letter: &Letter) -> Result<()> {
    outbox::schedule_notification(tx, UNSENDABLE, letter.clinician, ("letter", letter.id), tx.now)
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let letter = queries::find(tx, notification.subject)?.map(Protected::for_the_service);
    if letter.is_none_or(|letter| letter.state != LetterState::AwaitingAgreement) {
        return Ok(Decision::Discard);
    }
    let draft = messages::answer_awaited(notification.subject, (notification.created_at + USEFUL_FOR).get());
    notifications::decide_delivery(tx, notification.recipient, &draft)
}

/// Sends the message only while the answer is news, and its recipient may read the record and meet the practitioner.
fn render_answered(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let found = queries::find(tx, notification.subject)?.map(Protected::for_the_service);
    let Some(letter) = found.filter(|letter| rules::answer_is_news(letter.state, letter.withdrawn_at.is_some())) else {
        return Ok(Decision::Discard);
    };
    let recipient = notification.recipient;
    if !may_read(tx, recipient, letter.practitioner)? {
        return Ok(Decision::Discard);
    }
    accounts::decide_staff_email(tx, recipient, &messages::answered(letter.id))
}

/// Sends the message only while the letter is agreed and cannot be sent, and its author may read the record and meet the practitioner.
fn render_unsendable(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let found = queries::find(tx, notification.subject)?.map(Protected::for_the_service);
    let Some(letter) = found.filter(|letter| letter.state == LetterState::Agreed) else { return Ok(Decision::Discard) };
    let obstacle = facts::sending_obstacle(tx, &AgreedLetter::of(&letter)?)?;
    let recipient = notification.recipient;
    if !obstacle.is_some_and(Obstacle::is_for_author) || !may_read(tx, recipient, letter.practitioner)? {
        return Ok(Decision::Discard);
    }
    accounts::decide_staff_email(tx, recipient, &messages::unsendable(letter.id))
}

fn may_read(tx: &mut Tx, reader: Id, practitioner: Id) -> Result<bool> {
    let Some(found) = people_queries::find(tx, reader)? else { return Ok(false) };
    let staff = (reader, found.account.role);
    let reads = access_rules::allow_all(tx, staff, practitioner, &[Purpose::ReadRecord])?;
    Ok(reads && !conflicts::are_in_conflict(tx, practitioner, reader)?)
}
