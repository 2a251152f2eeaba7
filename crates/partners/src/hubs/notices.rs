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

/// How many codes of referrals go to one address or number.
pub const CODES: Rest = Rest { kind: "referral_code", most: 20, within: TimeDelta::days(1) };
/// How often one address or number hears that there is news.
const NEWS_SENT: Rest = Rest { kind: NEWS, most: 20, within: TimeDelta::days(1) };

/// How long news of a referral is worth telling.
const WORTH: TimeDelta = TimeDelta::days(14);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 3] = [(NEWS, compose_news), (WAITS, compose_waits), (ANSWERED, compose_answered)];

/// Tells the person that there is news.
pub(super) fn tell_person(tx: &mut Tx, referral: &Referral) -> Result<()> {
    match referral.practitioner {
        Some(practitioner) => ask(tx, NEWS, practitioner, referral.id),
        None => match letters::news(&referral.told, &tx.policy.app_url) {
            // It says no more than that there is news, so one more of the kind is not missed.
            Some(message) if rests::count(tx, &rests::recipient(tx.sealer, &message), &NEWS_SENT, tx.now)?.is_none() => {
                outbox::queue_message(tx, NEWS, &message).map(|_| ())
            }
            Some(_) => Ok(()),
            None => Ok(()),
        },
    }
}

/// Sends those who are asked to help to look, but for those whom the person keeps away.
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

/// Sends whoever made the referral to look.
pub(super) fn tell_maker(tx: &mut Tx, referral: &Referral) -> Result<()> {
    ask(tx, ANSWERED, referral.made_by, referral.id)
}

/// Asks for a notice, unless one waits already.
fn ask(tx: &mut Tx, kind: &'static str, recipient: Id, referral: Id) -> Result<()> {
    if !outbox::is_waiting(tx, kind, recipient, referral)? {
        outbox::notice(tx, kind, recipient, ("hub_referral", referral), tx.now)?;
    }
    Ok(())
}

fn compose_news(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let Some(referral) = referrals::find(tx, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
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
    messages::address(tx, notice.recipient, &draft)
}

fn compose_waits(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    match referrals::find(tx, notice.subject)? {
        Some(referral) if referral.state == ReferralState::Sent && referrals::may_know(tx, &referral, notice.recipient)? => {}
        _ => return Ok(Verdict::NotAnyMore),
    }
    let errand = accounts::letters::Errand {
        subject: "A request waits for you",
        sentence: "a request waits for your answer.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::write_to_staff(tx, notice.recipient, &errand)
}

fn compose_answered(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    match referrals::find(tx, notice.subject)? {
        Some(referral) if referrals::may_know(tx, &referral, notice.recipient)? => {}
        _ => return Ok(Verdict::NotAnyMore),
    }
    let errand = accounts::letters::Errand {
        subject: "There is an answer to a request",
        sentence: "there is an answer to a request that you made.".to_owned(),
        path: "/requests".to_owned(),
    };
    accounts::write_to_staff(tx, notice.recipient, &errand)
}
