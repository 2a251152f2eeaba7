//! Notifications about funding requests: to the practitioner, by the channels they chose, and to the staff who must answer. What
//! is sent, and whether anything is, is decided when the notification is due: no one is asked for an answer given meanwhile.

use super::model::FundingState;
use super::queries::{self, Request, uses};
use super::{awaited, letters};
use people::accounts;
use people::notifications as practitioner_notifications;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const NEWS: &str = "funding_news";
const AWAITED: &str = "funding_answer_awaited";
const UNCOVERED: &str = "funding_uncovered";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Compose); 3] = [(NEWS, compose_news), (AWAITED, compose_awaited), (UNCOVERED, compose_uncovered)];

/// Notifies the practitioner of an update.
pub(super) fn news(tx: &mut Tx, request: &Request) -> Result<()> {
    ask(tx, NEWS, &[request.practitioner], request.id)
}

/// Notifies these people that the request waits for their answer.
pub(super) fn answer_awaited(tx: &mut Tx, recipients: &[Id], request: Id) -> Result<()> {
    ask(tx, AWAITED, recipients, request)
}

/// Notifies the coordinators that they must decide about upcoming appointments.
pub(super) fn uncovered(tx: &mut Tx, request: &Request) -> Result<()> {
    let coordinators = awaited::coordinators(tx, request)?;
    ask(tx, UNCOVERED, &coordinators, request.id)
}

/// A notification that has not been sent yet covers all of it.
fn ask(tx: &mut Tx, kind: &'static str, recipients: &[Id], request: Id) -> Result<()> {
    for recipient in recipients {
        if !outbox::is_waiting(tx, kind, *recipient, request)? {
            outbox::notice(tx, kind, *recipient, ("funding_request", request), tx.now)?;
        }
    }
    Ok(())
}

fn compose_news(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let draft = letters::news(notice.subject, notice.created_at);
    practitioner_notifications::address(tx, notice.recipient, &draft)
}

fn compose_awaited(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let Some(request) = queries::find(tx, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let Some(due_on) = request.due_on else { return Ok(Verdict::NotAnyMore) };
    if !awaited::waited_for(tx, &request)?.contains(&notice.recipient) {
        return Ok(Verdict::NotAnyMore);
    }
    let (id, today) = (request.id, tx.now.london_day());
    if notice.recipient == request.practitioner {
        let draft = letters::answer_awaited(id, notice.created_at, due_on, today);
        return practitioner_notifications::address(tx, notice.recipient, &draft);
    }
    accounts::write_to_staff(tx, notice.recipient, &letters::errand_awaited(id, due_on, today))
}

fn compose_uncovered(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let Some(request) = queries::find(tx, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let pays = matches!(request.state, FundingState::Approved | FundingState::ApprovedLimited);
    if pays
        || conflicts::are_in_conflict(tx, request.practitioner, notice.recipient)?
        || uses::to_come(tx, notice.subject)?.is_empty()
    {
        return Ok(Verdict::NotAnyMore);
    }
    accounts::write_to_staff(tx, notice.recipient, &letters::to_decide(notice.subject))
}
