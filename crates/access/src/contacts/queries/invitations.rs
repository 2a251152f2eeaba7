//! SQL about invitations.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::contacts::model::{InvitationFacts, InvitationOrigin, InvitationRecipient, Prefill};
use crate::contacts::visibility::{ContactPermit, OfContact};
use crate::schema::{contacts, invitations};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::outbox::MessageCarrier;
use platform::refusal::Reason;
use platform::seal::{Place, Sealer};

const DETAILS: &str = "invitations.details";

/// The sealed part of an invitation.
#[derive(Clone, Serialize, Deserialize)]
pub struct InvitationDetails {
    /// The recipient.
    pub to: InvitationRecipient,
    /// The details that it prefills.
    #[serde(rename = "brought")]
    pub prefill: Prefill,
}

/// An invitation.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    pub id: Id,
    /// Whether it comes from a contact or a referral.
    pub origin: InvitationOrigin,
    /// The contact or referral.
    pub subject_id: Id,
    pub contact_id: Option<Id>,
    /// How it was sent.
    pub channel: MessageCarrier,
    details: Vec<u8>,
    /// The message that carried it.
    pub message_id: Option<Id>,
    /// When it was sent.
    pub created_at: UtcTime,
    /// When it expires.
    pub expires_at: UtcTime,
    /// When someone registered with it.
    pub used_at: Option<UtcTime>,
    /// When it became invalid, by staff or because someone registered with another one.
    pub revoked_at: Option<UtcTime>,
    /// When staff revoked it or sent another one, also after it was used.
    pub ended_by_staff_at: Option<UtcTime>,
}

impl Invitation {
    /// The facts that decide whether it is valid.
    pub fn facts(&self) -> InvitationFacts {
        InvitationFacts {
            expires_at: self.expires_at.get(),
            used_at: self.used_at.map(UtcTime::get),
            revoked_at: self.revoked_at.map(UtcTime::get),
            ended_by_staff_at: self.ended_by_staff_at.map(UtcTime::get),
        }
    }

    /// Opens the sealed part.
    ///
    /// # Errors
    /// 409 when it was erased.
    pub fn unseal(&self, sealer: &Sealer) -> Result<InvitationDetails> {
        if self.details.is_empty() {
            return Err(Reason::ContactErased.into());
        }
        sealer.open_json(Place(DETAILS, self.id), &self.details)
    }
}

/// An invitation to be stored.
pub struct NewInvitation<'a> {
    pub id: Id,
    /// Whether it comes from a contact or a referral.
    pub origin: InvitationOrigin,
    /// The contact or referral.
    pub subject: Id,
    /// The keyed tag of its token.
    pub token_tag: &'a str,
    /// The recipient and the prefilled details.
    pub details: &'a InvitationDetails,
    /// Who sends it.
    pub by: Option<Id>,
    /// The message that carries it.
    pub message: Id,
    /// When it expires.
    pub expires_at: UtcTime,
}

pub fn insert(tx: &mut Tx, new: &NewInvitation<'_>) -> Result<()> {
    let contact = (new.origin == InvitationOrigin::Contact).then_some(new.subject);
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(new.id),
            invitations::origin.eq(new.origin),
            invitations::subject_id.eq(new.subject),
            invitations::contact_id.eq(contact),
            invitations::channel.eq(new.details.to.channel()),
            invitations::token_tag.eq(new.token_tag),
            invitations::details.eq(tx.sealer.seal_json(Place(DETAILS, new.id), new.details)?),
            invitations::issued_by.eq(new.by),
            invitations::message_id.eq(Some(new.message)),
            invitations::created_at.eq(tx.now),
            invitations::expires_at.eq(new.expires_at),
            invitations::retention_starts_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The invitation of a contact with this id. Staff of the contact line do not see those of referrals.
pub fn find_of_contact(tx: &mut Tx, id: Id) -> Result<Option<OfContact<Invitation>>> {
    let found = find_for_the_service(tx, id)?;
    Ok(found.and_then(|invitation| invitation.contact_id.map(|contact| OfContact::new(contact, invitation))))
}

/// The message that carried an invitation.
pub fn message_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    let found: Option<Option<Id>> = invitations::table.find(id).select(invitations::message_id).get_result(tx.conn).optional()?;
    Ok(found.flatten())
}

/// The invitation with this id, for what the service does itself. No handler may use it.
pub(in crate::contacts) fn find_for_the_service(tx: &mut Tx, id: Id) -> Result<Option<Invitation>> {
    Ok(invitations::table.find(id).select(Invitation::as_select()).get_result(tx.conn).optional()?)
}

/// The invitation with this token.
pub fn by_token(tx: &mut Tx, token_tag: &str) -> Result<Option<Invitation>> {
    let same = invitations::table.filter(invitations::token_tag.eq(token_tag));
    Ok(same.select(Invitation::as_select()).get_result(tx.conn).optional()?)
}

/// The invitations of a contact, newest first.
pub fn for_contact(tx: &mut Tx, contact: &ContactPermit, before: Option<Id>, limit: i64) -> Result<Vec<Invitation>> {
    let mut query =
        invitations::table.filter(invitations::contact_id.eq(Some(contact.id()))).select(Invitation::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(invitations::id.lt(before));
    }
    Ok(query.order(invitations::id.desc()).limit(limit).load(tx.conn)?)
}

/// Makes every valid invitation of a contact or a referral invalid. Staff do not see it.
pub fn invalidate_for(tx: &mut Tx, subject: Id) -> Result<()> {
    let live = invitations::table
        .filter(invitations::subject_id.eq(subject))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    diesel::update(live).set(invitations::revoked_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

/// Revokes every invitation of a contact or a referral. For staff it ends also one that was used.
pub fn revoke_for(tx: &mut Tx, subject: Id) -> Result<()> {
    invalidate_for(tx, subject)?;
    let shown = invitations::table.filter(invitations::subject_id.eq(subject)).filter(invitations::ended_by_staff_at.is_null());
    diesel::update(shown).set(invitations::ended_by_staff_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

/// Revokes an invitation; false when staff revoked it before. For staff it ends also one that was used.
pub fn revoke(tx: &mut Tx, id: Id) -> Result<bool> {
    let live = invitations::table.find(id).filter(invitations::used_at.is_null()).filter(invitations::revoked_at.is_null());
    diesel::update(live).set(invitations::revoked_at.eq(Some(tx.now))).execute(tx.conn)?;
    let shown = invitations::table.find(id).filter(invitations::ended_by_staff_at.is_null());
    Ok(diesel::update(shown).set(invitations::ended_by_staff_at.eq(Some(tx.now))).execute(tx.conn)? == 1)
}

/// Marks an invitation as used. The row decides which of several attempts was first: false when it was used before.
pub fn use_up(tx: &mut Tx, id: Id) -> Result<bool> {
    let unused = invitations::table.find(id).filter(invitations::used_at.is_null());
    let used = (invitations::used_at.eq(Some(tx.now)), invitations::revoked_at.eq(None::<UtcTime>));
    Ok(diesel::update(unused).set(used).execute(tx.conn)? == 1)
}

/// Records who registered with it.
pub fn link(tx: &mut Tx, id: Id, practitioner: Id) -> Result<()> {
    let linked =
        diesel::update(invitations::table.find(id)).set(invitations::practitioner_id.eq(Some(practitioner))).execute(tx.conn)?;
    if linked == 1 { Ok(()) } else { Err(Error::internal("an invitation was deleted while it was used")) }
}

/// When the person who registered with an invitation first contacted the service: when the contact was created, or when the
/// invitation of the referral was sent.
pub fn first_contact_of(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    let row: Option<(UtcTime, Option<UtcTime>)> = invitations::table
        .left_join(contacts::table)
        .filter(invitations::practitioner_id.eq(Some(practitioner)))
        .select((invitations::created_at, contacts::created_at.nullable()))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(sent, contacted)| contacted.unwrap_or(sent)))
}

/// Erases the personal data of old invitations; returns how many.
pub fn erase_older_than(tx: &mut Tx, since: UtcTime, limit: i64) -> Result<usize> {
    let over: Vec<Id> = invitations::table
        .filter(invitations::retention_starts_at.lt(Some(since)))
        .order(invitations::retention_starts_at)
        .limit(limit)
        .select(invitations::id)
        .load(tx.conn)?;
    if over.is_empty() {
        return Ok(0);
    }
    let emptied = (invitations::details.eq(Vec::<u8>::new()), invitations::retention_starts_at.eq(None::<UtcTime>));
    Ok(diesel::update(invitations::table.filter(invitations::id.eq_any(over))).set(emptied).execute(tx.conn)?)
}

/// Erases the personal data of the invitations of one contact.
pub fn erase_for_contact(tx: &mut Tx, contact: Id) -> Result<()> {
    let emptied = (invitations::details.eq(Vec::<u8>::new()), invitations::retention_starts_at.eq(None::<UtcTime>));
    diesel::update(invitations::table.filter(invitations::contact_id.eq(Some(contact)))).set(emptied).execute(tx.conn)?;
    Ok(())
}
