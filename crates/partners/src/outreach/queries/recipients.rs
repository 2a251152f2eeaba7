//! The statements about recipients.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::outreach::model::{OutreachDelivery, OutreachResponse, RecipientState, SentRecipient};
use crate::schema::outreach_recipients as recipients;
use crate::schema::outreach_recipients::dsl;
use platform::Tx;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::on;
use platform::outbox::lookup::states_of;
use platform::outbox::{MessageCarrier, MessageState};
use platform::seal::Place;

/// The place that a sealed address is bound to.
pub const ADDRESS: &str = "outreach_recipients.address";

/// How many recipients are read at a time.
const PAGE_SIZE: i64 = 500;

/// A recipient to be added.
#[derive(Debug)]
pub struct NewRecipient {
    pub channel: MessageCarrier,
    /// The address; none for one that has opted out.
    pub address: Option<String>,
    /// The hash of the address.
    pub index: String,
}

#[derive(Insertable)]
#[diesel(table_name = recipients, treat_none_as_default_value = false)]
struct RecipientRow {
    id: Id,
    campaign_id: Id,
    state: RecipientState,
    channel: MessageCarrier,
    address: Vec<u8>,
    address_index: String,
    created_at: UtcTime,
}

/// Which of these address hashes a campaign already has.
pub fn known_addresses(tx: &mut Tx, campaign: Id, indexes: &[String]) -> Result<HashSet<String>> {
    let known =
        dsl::outreach_recipients.filter(dsl::campaign_id.eq(campaign)).filter(dsl::address_index.eq_any(indexes.to_vec()));
    Ok(known.select(dsl::address_index).load::<String>(tx.conn)?.into_iter().collect())
}

/// Adds recipients. The campaign must not have them already, and the caller must have locked the campaign.
pub fn add(tx: &mut Tx, campaign: Id, new: Vec<NewRecipient>) -> Result<()> {
    let fresh = |new: NewRecipient| {
        let id = Id::new(tx.now);
        let address = match &new.address {
            Some(address) => tx.sealer.seal_text(Place(ADDRESS, id), address)?,
            None => Vec::new(),
        };
        let (state, channel, address_index) = (RecipientState::Waiting, new.channel, new.index);
        Ok(RecipientRow { id, campaign_id: campaign, state, channel, address, address_index, created_at: tx.now })
    };
    let rows: Vec<RecipientRow> = new.into_iter().map(fresh).collect::<Result<_>>()?;
    for some in rows.chunks(500) {
        on!(tx.conn, |inner| diesel::insert_into(dsl::outreach_recipients).values(some).execute(inner))?;
    }
    Ok(())
}

/// The number of recipients of a campaign, and how many of them wait.
pub fn count(tx: &mut Tx, campaign: Id) -> Result<(i64, i64)> {
    let all = dsl::outreach_recipients.filter(dsl::campaign_id.eq(campaign));
    Ok((all.count().get_result(tx.conn)?, all.filter(dsl::state.eq(RecipientState::Waiting)).count().get_result(tx.conn)?))
}

/// A recipient whose message is next.
#[derive(Queryable, Debug)]
pub struct WaitingRecipient {
    pub id: Id,
    pub channel: MessageCarrier,
    /// The sealed address; empty for one that has opted out.
    pub address: Vec<u8>,
    /// The hash of the address.
    pub index: String,
}

/// The next waiting recipients, locked until the transaction ends. One that is opting out at this moment is skipped.
pub fn next_waiting(tx: &mut Tx, campaign: Id, limit: i64) -> Result<Vec<WaitingRecipient>> {
    let waiting = dsl::outreach_recipients
        .filter(dsl::campaign_id.eq(campaign))
        .filter(dsl::state.eq(RecipientState::Waiting))
        .order(dsl::id)
        .limit(limit)
        .select((dsl::id, dsl::channel, dsl::address, dsl::address_index));
    Ok(match tx.conn {
        Conn::Postgres(inner) => waiting.for_update().skip_locked().load(inner)?,
        Conn::Sqlite(inner) => waiting.load(inner)?,
    })
}

/// True while a recipient waits.
pub fn is_any_waiting(tx: &mut Tx, campaign: Id) -> Result<bool> {
    let waiting = dsl::outreach_recipients.filter(dsl::campaign_id.eq(campaign)).filter(dsl::state.eq(RecipientState::Waiting));
    Ok(waiting.select(dsl::id).limit(1).get_result::<Id>(tx.conn).optional()?.is_some())
}

/// Records the message that was sent to a recipient, and the hash of the link in it.
pub fn mark_sent(tx: &mut Tx, id: Id, token_tag: &str, message: Id) -> Result<()> {
    diesel::update(dsl::outreach_recipients.find(id))
        .set((
            dsl::state.eq(RecipientState::Sent),
            dsl::token_tag.eq(Some(token_tag)),
            dsl::message_id.eq(Some(message)),
            dsl::sent_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Marks these recipients as skipped, and erases their addresses.
pub fn mark_skipped(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    diesel::update(dsl::outreach_recipients.filter(dsl::id.eq_any(ids.to_vec())))
        .set((dsl::state.eq(RecipientState::Skipped), dsl::address.eq(Vec::<u8>::new())))
        .execute(tx.conn)?;
    Ok(())
}

/// A recipient who responds.
#[derive(Queryable, Debug)]
pub struct Respondent {
    pub id: Id,
    pub campaign: Id,
    /// The sealed address; empty for one that has opted out.
    pub address: Vec<u8>,
    /// Their last response.
    pub response: Option<OutreachResponse>,
}

/// The recipient of a link, locked until the transaction ends; none once they are deleted.
pub fn by_link(tx: &mut Tx, token_tag: &str) -> Result<Option<Respondent>> {
    let found = dsl::outreach_recipients.filter(dsl::token_tag.eq(Some(token_tag))).select((
        dsl::id,
        dsl::campaign_id,
        dsl::address,
        dsl::response,
    ));
    Ok(match tx.conn {
        Conn::Postgres(inner) => found.for_update().get_result(inner).optional()?,
        Conn::Sqlite(inner) => found.get_result(inner).optional()?,
    })
}

/// Records a recipient's response.
pub fn record_response(tx: &mut Tx, id: Id, response: OutreachResponse) -> Result<()> {
    diesel::update(dsl::outreach_recipients.find(id))
        .set((dsl::response.eq(Some(response)), dsl::responded_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// Records for up to `limit` of a campaign's messages whether they were delivered, as far as the outbox knows; returns for how
/// many.
pub fn record_deliveries(tx: &mut Tx, campaign: Id, limit: i64) -> Result<usize> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut known, mut after) = (Vec::new(), None);
    while known.len() < most {
        let sent = undelivered_page(tx, campaign, after)?;
        let Some((last, _)) = sent.last() else { break };
        after = Some(*last);
        let states = states_of(tx, &sent.iter().map(|(_, message)| *message).collect::<Vec<_>>())?;
        let settled = sent.into_iter().filter_map(|(id, message)| match states.get(&message) {
            Some(state @ (MessageState::Delivered | MessageState::Failed)) => Some((id, *state)),
            _ => None,
        });
        known.extend(settled);
    }
    known.truncate(most);
    for (state, delivery) in
        [(MessageState::Delivered, OutreachDelivery::Delivered), (MessageState::Failed, OutreachDelivery::Failed)]
    {
        let ids: Vec<Id> = known.iter().filter(|(_, known)| *known == state).map(|(id, _)| *id).collect();
        for some in ids.chunks(500) {
            diesel::update(dsl::outreach_recipients.filter(dsl::id.eq_any(some.to_vec())))
                .set(dsl::delivery.eq(Some(delivery)))
                .execute(tx.conn)?;
        }
    }
    Ok(known.len())
}

/// A page of recipients whose message was sent but whose delivery is not known yet, after `after`, each with the message.
fn undelivered_page(tx: &mut Tx, campaign: Id, after: Option<Id>) -> Result<Vec<(Id, Id)>> {
    let mut query = dsl::outreach_recipients
        .filter(dsl::campaign_id.eq(campaign))
        .filter(dsl::state.eq(RecipientState::Sent))
        .filter(dsl::delivery.is_null())
        .filter(dsl::message_id.is_not_null())
        .select((dsl::id, dsl::message_id.assume_not_null()))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(dsl::id.gt(after));
    }
    Ok(query.order(dsl::id).limit(PAGE_SIZE).load(tx.conn)?)
}

/// Everyone whose message was sent, for counting.
pub fn sent_recipients(tx: &mut Tx, campaign: Id) -> Result<Vec<SentRecipient>> {
    let sent = dsl::outreach_recipients.filter(dsl::campaign_id.eq(campaign)).filter(dsl::state.eq(RecipientState::Sent));
    let rows: Vec<(Id, Option<OutreachResponse>, Option<OutreachDelivery>)> =
        sent.select((dsl::id, dsl::response, dsl::delivery)).load(tx.conn)?;
    Ok(rows.into_iter().map(|(recipient, response, delivery)| SentRecipient { recipient, response, delivery }).collect())
}

/// Some of a campaign's recipients, each with their message.
pub fn page_of(tx: &mut Tx, campaign: Id, limit: i64) -> Result<Vec<(Id, Option<Id>)>> {
    let all = dsl::outreach_recipients.filter(dsl::campaign_id.eq(campaign));
    Ok(all.limit(limit).select((dsl::id, dsl::message_id)).load(tx.conn)?)
}

/// Deletes these recipients permanently.
pub fn delete(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    diesel::delete(dsl::outreach_recipients.filter(dsl::id.eq_any(ids.to_vec()))).execute(tx.conn)?;
    Ok(())
}
