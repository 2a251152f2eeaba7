//! Who is told of a request: the person it is about, as they wish to be written to, and the staff whose answer it waits for. What is
//! said, and whether anything is, is decided when it is due: nobody is asked for an answer that was given meanwhile.

use super::model::FundingState;
use super::queries::{self, Request, uses};
use super::{letters, watch};
use people::accounts;
use people::notifications as messages;
use people::relationships::conflicts;
use platform::Platform;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const NEWS: &str = "funding_news";
const AWAITED: &str = "funding_answer_awaited";
const UNCOVERED: &str = "funding_uncovered";

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 3] = [(NEWS, compose_news), (AWAITED, compose_awaited), (UNCOVERED, compose_uncovered)];

/// There is news for the person.
pub(super) fn news(conn: &mut Conn, request: &Request, now: UtcTime) -> Result<()> {
    ask(conn, NEWS, &[request.practitioner], request.id, now)
}

/// The request waits for the answer of these people.
pub(super) fn answer_awaited(conn: &mut Conn, whom: &[Id], request: Id, now: UtcTime) -> Result<()> {
    ask(conn, AWAITED, whom, request, now)
}

/// The coordinators are to decide what becomes of appointments to come.
pub(super) fn uncovered(conn: &mut Conn, request: &Request, now: UtcTime) -> Result<()> {
    let coordinators = watch::coordinators(conn, request)?;
    ask(conn, UNCOVERED, &coordinators, request.id, now)
}

/// One that has not gone yet tells all of it.
fn ask(conn: &mut Conn, kind: &'static str, whom: &[Id], request: Id, now: UtcTime) -> Result<()> {
    for recipient in whom {
        if !outbox::is_waiting(conn, kind, *recipient, request)? {
            outbox::notice(conn, kind, *recipient, ("funding_request", request), now, now)?;
        }
    }
    Ok(())
}

fn compose_news(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let draft = letters::news(notice.subject, notice.created_at);
    messages::address(conn, platform, notice.recipient, &draft, now)
}

fn compose_awaited(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(request) = queries::find(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let Some(due_on) = request.due_on else { return Ok(Verdict::NotAnyMore) };
    if !watch::waited_for(conn, &request, now)?.contains(&notice.recipient) {
        return Ok(Verdict::NotAnyMore);
    }
    let (id, today) = (request.id, now.london_day());
    if notice.recipient == request.practitioner {
        let draft = letters::answer_awaited(id, notice.created_at, due_on, today);
        return messages::address(conn, platform, notice.recipient, &draft, now);
    }
    accounts::write_to_staff(conn, platform, notice.recipient, &letters::errand_awaited(id, due_on, today))
}

fn compose_uncovered(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(request) = queries::find(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let pays = matches!(request.state, FundingState::Approved | FundingState::ApprovedLimited);
    if pays
        || conflicts::are_in_conflict(conn, request.practitioner, notice.recipient)?
        || uses::to_come(conn, notice.subject, now)?.is_empty()
    {
        return Ok(Verdict::NotAnyMore);
    }
    accounts::write_to_staff(conn, platform, notice.recipient, &letters::to_decide(notice.subject))
}
