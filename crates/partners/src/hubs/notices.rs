//! Who is told of a referral. Practitioners are written to as they wish; people without an account in neutral words, if they
//! agreed; those who have something to answer are sent to look.

use chrono::TimeDelta;

use super::letters;
use super::model::{ReferralKind, ReferralState};
use super::queries::coordinators;
use super::queries::referrals::{self, Referral};
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications as messages;
use people::notifications::model::Draft;
use platform::Platform;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};
use platform::rests;
use platform::rests::Rest;

const NEWS: &str = "referral_news";
const WAITS: &str = "referral_waits";
const ANSWERED: &str = "referral_answered";

/// How many codes of referrals go to one address or number.
pub const CODES: Rest = Rest { kind: "referral_code", most: 20, within: TimeDelta::days(1) };
/// How often one address or number hears that there is news.
const NEWS_SENT: Rest = Rest { kind: NEWS, most: 20, within: TimeDelta::days(1) };

/// How long news of a referral is worth telling.
const WORTH: TimeDelta = TimeDelta::days(14);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 3] = [(NEWS, compose_news), (WAITS, compose_waits), (ANSWERED, compose_answered)];

/// Tells the person that there is news.
pub(super) fn tell_person(conn: &mut Conn, platform: &Platform, referral: &Referral, now: UtcTime) -> Result<()> {
    match referral.practitioner {
        Some(practitioner) => ask(conn, NEWS, practitioner, referral.id, now),
        None => match letters::news(&referral.told, &platform.policy.app_url) {
            // It says no more than that there is news, so one more of the kind is not missed.
            Some(message) if rests::count(conn, &rests::recipient(&platform.sealer, &message), &NEWS_SENT, now)?.is_none() => {
                outbox::queue_message(conn, &platform.sealer, NEWS, &message, now).map(|_| ())
            }
            Some(_) => Ok(()),
            None => Ok(()),
        },
    }
}

/// Sends those who are asked to help to look, but for those whom the person keeps away.
pub(super) fn tell_receivers(conn: &mut Conn, referral: &Referral, now: UtcTime) -> Result<()> {
    let receivers = match referral.kind {
        ReferralKind::HubToService => people_queries::active_of(conn, Role::Coordinator)?,
        ReferralKind::ServiceToHub => coordinators::active_of(conn, referral.hub)?,
        ReferralKind::HubToHelp => Vec::new(),
    };
    for receiver in receivers {
        if referrals::may_know(conn, referral, receiver)? {
            ask(conn, WAITS, receiver, referral.id, now)?;
        }
    }
    Ok(())
}

/// Sends whoever made the referral to look.
pub(super) fn tell_maker(conn: &mut Conn, referral: &Referral, now: UtcTime) -> Result<()> {
    ask(conn, ANSWERED, referral.made_by, referral.id, now)
}

/// Asks for a notice, unless one waits already.
fn ask(conn: &mut Conn, kind: &'static str, recipient: Id, referral: Id, now: UtcTime) -> Result<()> {
    if !outbox::is_waiting(conn, kind, recipient, referral)? {
        outbox::notice(conn, kind, recipient, ("hub_referral", referral), now, now)?;
    }
    Ok(())
}

fn compose_news(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(referral) = referrals::find(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    if referral.practitioner != Some(notice.recipient) {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = Draft {
        subject: "There is news about your request",
        sentence: "there is news about your request.".to_owned(),
        path: format!("/requests/{}", referral.id),
        text: "There is news about your request.".to_owned(),
        essential: false,
        until: (notice.created_at + WORTH).get(),
    };
    messages::address(conn, platform, notice.recipient, &draft, now)
}

fn compose_waits(conn: &mut Conn, platform: &Platform, notice: &Notice, _: UtcTime) -> Result<Verdict> {
    match referrals::find(conn, &platform.sealer, notice.subject)? {
        Some(referral) if referral.state == ReferralState::Sent && referrals::may_know(conn, &referral, notice.recipient)? => {}
        _ => return Ok(Verdict::NotAnyMore),
    }
    let errand = accounts::letters::Errand {
        subject: "A request waits for you",
        sentence: "a request waits for your answer.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::write_to_staff(conn, platform, notice.recipient, &errand)
}

fn compose_answered(conn: &mut Conn, platform: &Platform, notice: &Notice, _: UtcTime) -> Result<Verdict> {
    match referrals::find(conn, &platform.sealer, notice.subject)? {
        Some(referral) if referrals::may_know(conn, &referral, notice.recipient)? => {}
        _ => return Ok(Verdict::NotAnyMore),
    }
    let errand = accounts::letters::Errand {
        subject: "There is an answer to a request",
        sentence: "there is an answer to a request that you made.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::write_to_staff(conn, platform, notice.recipient, &errand)
}
