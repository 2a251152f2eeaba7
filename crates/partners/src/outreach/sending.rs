//! Messages move from a campaign into the post, at its pace. A round is one transaction: the campaign's state, who does not want
//! to be written to, each recipient's state and each message are looked at and written together, so that an instance that dies in
//! the middle has done nothing, and several instances share the work without doubling.

use chrono::TimeDelta;

use super::links::{AddressKey, Token};
use super::model::{OptOutSource, Sending, Turn};
use super::queries::{self, opt_outs, recipients};
use super::{addresses, letters, rules};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::rests;
use platform::rests::Rest;
use platform::seal::{Place, left_out};

/// How many messages of all campaigns together go to one address or number. A further campaign leaves it out, as one that is not to be
/// written to.
pub const SENT: Rest = Rest { kind: "outreach", most: 3, within: TimeDelta::days(1) };

/// One round; returns how many recipients had their turn, and at least one while there is more to do at once.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn round(tx: &mut Tx) -> Result<usize> {
    let Some(campaign) = queries::due(tx)? else { return Ok(0) };
    let (count, next_at) = match rules::turn(&campaign, tx.now) {
        Turn::Over => {
            queries::set_next(tx, campaign.id, None)?;
            return Ok(1);
        }
        Turn::Later(when) => {
            queries::set_next(tx, campaign.id, Some(when))?;
            return Ok(1);
        }
        Turn::Send { count, next_at } => (count, next_at),
    };
    let turn = recipients::take(tx, campaign.id, count)?;
    let done = turn.len();
    send(tx, &campaign, turn)?;
    let more = recipients::is_any_waiting(tx, campaign.id)?;
    // Nobody could be taken although somebody waits: they are changing their mind just now.
    let next_at = if done == 0 { next_at.max(tx.now + rules::CATCH_UP) } else { next_at };
    queries::set_next(tx, campaign.id, more.then_some(next_at))?;
    if done > 0 {
        audit::record(tx, Actor::SYSTEM, "outreach_campaign.sent", ("outreach_campaign", Some(campaign.id)))?;
    }
    Ok(done.max(1))
}

fn send(tx: &mut Tx, campaign: &Sending, turn: Vec<recipients::Waiting>) -> Result<()> {
    let app_url = &tx.policy.app_url;
    let indexes: Vec<String> = turn.iter().map(|one| one.index.clone()).collect();
    let unwilling = opt_outs::among(tx, &indexes)?;
    let (mut skipped, mut willing) = (Vec::new(), Vec::new());
    for one in turn {
        if one.address.is_empty() || unwilling.contains(&one.index) {
            skipped.push(one.id);
            continue;
        }
        if rests::count(tx, &one.index, &SENT, tx.now)?.is_some() {
            skipped.push(one.id);
            continue;
        }
        // A damaged address keeps nobody else from being written to.
        match tx.sealer.open_text(Place(recipients::ADDRESS, one.id), &one.address) {
            Ok(to) => willing.push((one, to)),
            Err(error) => skipped.push(left_out(error)?),
        }
    }
    recipients::skip(tx, &skipped)?;
    let mut messages = Vec::with_capacity(willing.len());
    let mut tags = Vec::with_capacity(willing.len());
    for (one, to) in &willing {
        let token = Token::fresh(AddressKey::of(tx.sealer, to));
        messages.push(letters::message(campaign.wording, one.channel, to, app_url, &token.text(tx.sealer)));
        tags.push(token.tag(tx.sealer));
    }
    let ids = outbox::queue_messages(tx, "outreach", &messages)?;
    for (((one, _), tag), message) in willing.iter().zip(&tags).zip(ids) {
        recipients::sent(tx, one.id, tag, message)?;
    }
    Ok(())
}

/// Writes down, for ever, that an address is not to be written to, and calls back what is under way to it.
///
/// # Errors
/// When the database refuses.
pub fn opt_out(tx: &mut Tx, key: AddressKey, source: OptOutSource) -> Result<()> {
    let index = key.index(tx.sealer);
    opt_outs::add(tx, &index, source)?;
    let under_way: Vec<Id> = opt_outs::forget_address(tx, &index)?;
    outbox::call_back(tx, &under_way)?;
    Ok(())
}

/// The same for the addresses of a person who has died.
///
/// # Errors
/// When the database refuses.
pub fn end_for(tx: &mut Tx, person_addresses: &[String]) -> Result<()> {
    for address in person_addresses.iter().filter_map(|typed| addresses::normal(typed)).map(|(_, address)| address) {
        opt_out(tx, AddressKey::of(tx.sealer, &address), OptOutSource::Coordinator)?;
    }
    Ok(())
}
