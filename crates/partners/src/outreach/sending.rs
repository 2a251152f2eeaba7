//! The job that sends a campaign's messages at its pace. One run is one transaction: the campaign's state, opt-outs, each
//! recipient's state and each message are read and written together, so that an instance that fails in the middle has done
//! nothing, and several instances share the work without sending twice.

use chrono::TimeDelta;

use super::links::{AddressKey, Token};
use super::model::{DueCampaign, OptOutSource, SendDecision};
use super::queries::{self, opt_outs, recipients};
use super::{addresses, messages, rules};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::recipient_limits;
use platform::recipient_limits::RecipientLimit;
use platform::seal::{Place, log_unreadable};

/// How many messages of all campaigns together are sent to one address or number. A further campaign skips it, as it skips
/// addresses that opted out.
pub const MESSAGES_LIMIT: RecipientLimit = RecipientLimit { kind: "outreach", max: 3, within: TimeDelta::days(1) };

/// How long a campaign that could not be sent gives way to the others.
const RETRY_AFTER: TimeDelta = TimeDelta::minutes(1);

/// One run; returns how many recipients were handled, and at least one while there is more to do at once.
///
/// # Errors
/// When the database cannot be reached. A campaign that cannot be sent is logged, and tried again a minute later.
pub fn run_due(tx: &mut Tx) -> Result<usize> {
    let Some(campaign) = queries::due(tx)? else { return Ok(0) };
    let done = tx.alone("outreach", campaign.id, |tx| send_some(tx, &campaign))?;
    if done.is_none() {
        queries::set_next_send(tx, campaign.id, Some(tx.now + RETRY_AFTER))?;
    }
    Ok(done.unwrap_or(1))
}

/// Sends some messages of a campaign.
fn send_some(tx: &mut Tx, campaign: &DueCampaign) -> Result<usize> {
    let (count, next_at) = match rules::decide_send(campaign, tx.now) {
        SendDecision::Over => {
            queries::set_next_send(tx, campaign.id, None)?;
            return Ok(1);
        }
        SendDecision::Later(when) => {
            queries::set_next_send(tx, campaign.id, Some(when))?;
            return Ok(1);
        }
        SendDecision::Send { count, next_at } => (count, next_at),
    };
    let batch = recipients::next_waiting(tx, campaign.id, count)?;
    let done = batch.len();
    send(tx, campaign, batch)?;
    let more = recipients::is_any_waiting(tx, campaign.id)?;
    // No recipient could be taken although some are waiting: they are opting out at this moment.
    let next_at = if done == 0 { next_at.max(tx.now + rules::CATCH_UP) } else { next_at };
    queries::set_next_send(tx, campaign.id, more.then_some(next_at))?;
    if done > 0 {
        audit::record(tx, Actor::SYSTEM, "outreach_campaign.sent", ("outreach_campaign", Some(campaign.id)))?;
    }
    Ok(done.max(1))
}

fn send(tx: &mut Tx, campaign: &DueCampaign, batch: Vec<recipients::WaitingRecipient>) -> Result<()> {
    let app_url = &tx.policy.app_url;
    let indexes: Vec<String> = batch.iter().map(|recipient| recipient.index.clone()).collect();
    let opted_out = opt_outs::opted_out(tx, &indexes)?;
    let (mut skipped, mut remaining) = (Vec::new(), Vec::new());
    for recipient in batch {
        if recipient.address.is_empty() || opted_out.contains(&recipient.index) {
            skipped.push(recipient.id);
            continue;
        }
        if recipient_limits::count(tx, &recipient.index, &MESSAGES_LIMIT, tx.now)?.is_some() {
            skipped.push(recipient.id);
            continue;
        }
        // An address that cannot be decrypted does not keep the others from getting their messages.
        match tx.sealer.open_text(Place(recipients::ADDRESS, recipient.id), &recipient.address) {
            Ok(to) => remaining.push((recipient, to)),
            Err(error) => skipped.push(log_unreadable(error)?),
        }
    }
    recipients::mark_skipped(tx, &skipped)?;
    let mut outgoing = Vec::with_capacity(remaining.len());
    let mut tags = Vec::with_capacity(remaining.len());
    for (recipient, to) in &remaining {
        let token = Token::generate(AddressKey::of(tx.sealer, to));
        outgoing.push(messages::message(campaign.wording, recipient.channel, to, app_url, &token.text(tx.sealer)));
        tags.push(token.tag(tx.sealer));
    }
    let ids = outbox::queue_messages(tx, "outreach", &outgoing)?;
    for (((recipient, _), tag), message) in remaining.iter().zip(&tags).zip(ids) {
        recipients::mark_sent(tx, recipient.id, tag, message)?;
    }
    Ok(())
}

/// Records permanently that an address has opted out, and cancels queued messages to it.
///
/// # Errors
/// When the database fails.
pub fn opt_out(tx: &mut Tx, key: AddressKey, source: OptOutSource) -> Result<()> {
    let index = key.index(tx.sealer);
    opt_outs::add(tx, &index, source)?;
    let queued: Vec<Id> = opt_outs::erase_address(tx, &index)?;
    outbox::cancel_queued(tx, &queued)?;
    Ok(())
}

/// The same for the addresses of a person who has died.
///
/// # Errors
/// When the database fails.
pub fn opt_out_addresses(tx: &mut Tx, person_addresses: &[String]) -> Result<()> {
    for address in person_addresses.iter().filter_map(|typed| addresses::normalise(typed)).map(|(_, address)| address) {
        opt_out(tx, AddressKey::of(tx.sealer, &address), OptOutSource::Coordinator)?;
    }
    Ok(())
}
