//! Invitations.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::contacts::model::{Brought, InvitationChannel, InvitationFacts, InvitationOrigin, SendTo};
use crate::schema::{contacts, invitations};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Place, Sealer};

const DETAILS: &str = "invitations.details";

/// What is sealed of an invitation.
#[derive(Clone, Serialize, Deserialize)]
pub struct Details {
    /// To whom it went.
    pub to: SendTo,
    /// What is pre-filled.
    pub brought: Brought,
}

/// An invitation.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    pub id: Id,
    /// What it comes from.
    pub origin: InvitationOrigin,
    /// The contact or referral.
    pub subject_id: Id,
    pub contact_id: Option<Id>,
    /// By what it went.
    pub channel: InvitationChannel,
    details: Vec<u8>,
    /// The message that carried it.
    pub message_id: Option<Id>,
    /// When it was sent.
    pub created_at: UtcTime,
    /// Until when it is good.
    pub expires_at: UtcTime,
    /// When somebody registered with it.
    pub used_at: Option<UtcTime>,
    /// When it was taken back.
    pub revoked_at: Option<UtcTime>,
}

impl Invitation {
    /// What decides whether it is good.
    pub fn facts(&self) -> InvitationFacts {
        InvitationFacts {
            expires_at: self.expires_at.get(),
            used_at: self.used_at.map(UtcTime::get),
            revoked_at: self.revoked_at.map(UtcTime::get),
        }
    }

    /// What is sealed of it.
    ///
    /// # Errors
    /// 409 `contact_forgotten` when that has gone.
    pub fn unseal(&self, sealer: &Sealer) -> Result<Details> {
        if self.details.is_empty() {
            return Err(Reason::ContactErased.into());
        }
        sealer.open_json(Place(DETAILS, self.id), &self.details)
    }
}

/// An invitation that is to be kept.
pub struct NewInvitation<'a> {
    pub id: Id,
    /// What it comes from.
    pub origin: InvitationOrigin,
    /// The contact or referral.
    pub subject: Id,
    /// The keyed tag of its token.
    pub token_tag: &'a str,
    /// To whom it goes and what it brings.
    pub details: &'a Details,
    /// Who sends it.
    pub by: Option<Id>,
    /// The message that carries it.
    pub message: Id,
    /// Until when it is good.
    pub expires_at: UtcTime,
}

/// Keeps an invitation.
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
            invitations::kept_since.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The invitation of that id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Invitation>> {
    Ok(invitations::table.find(id).select(Invitation::as_select()).get_result(tx.conn).optional()?)
}

/// The invitation with that token.
pub fn by_token(tx: &mut Tx, token_tag: &str) -> Result<Option<Invitation>> {
    let same = invitations::table.filter(invitations::token_tag.eq(token_tag));
    Ok(same.select(Invitation::as_select()).get_result(tx.conn).optional()?)
}

/// The invitations that came from a contact, the newest first.
pub fn of_contact(tx: &mut Tx, contact: Id, before: Option<Id>, limit: i64) -> Result<Vec<Invitation>> {
    let mut query =
        invitations::table.filter(invitations::contact_id.eq(Some(contact))).select(Invitation::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(invitations::id.lt(before));
    }
    Ok(query.order(invitations::id.desc()).limit(limit).load(tx.conn)?)
}

/// Takes back whatever live invitation came from a contact or a referral.
pub fn revoke_of(tx: &mut Tx, subject: Id) -> Result<usize> {
    let live = invitations::table
        .filter(invitations::subject_id.eq(subject))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    Ok(diesel::update(live).set(invitations::revoked_at.eq(Some(tx.now))).execute(tx.conn)?)
}

/// Takes an invitation back; false when it was used or taken back before.
pub fn revoke(tx: &mut Tx, id: Id) -> Result<bool> {
    let live = invitations::table.find(id).filter(invitations::used_at.is_null()).filter(invitations::revoked_at.is_null());
    Ok(diesel::update(live).set(invitations::revoked_at.eq(Some(tx.now))).execute(tx.conn)? == 1)
}

/// Uses an invitation up. The row decides which of many was first: false when it was used before.
pub fn use_up(tx: &mut Tx, id: Id) -> Result<bool> {
    let unused = invitations::table.find(id).filter(invitations::used_at.is_null());
    let used = (invitations::used_at.eq(Some(tx.now)), invitations::revoked_at.eq(None::<UtcTime>));
    Ok(diesel::update(unused).set(used).execute(tx.conn)? == 1)
}

/// Notes who registered with it.
pub fn link(tx: &mut Tx, id: Id, practitioner: Id) -> Result<()> {
    let linked =
        diesel::update(invitations::table.find(id)).set(invitations::practitioner_id.eq(Some(practitioner))).execute(tx.conn)?;
    if linked == 1 { Ok(()) } else { Err(Error::internal("an invitation went while it was used")) }
}

/// When the person who registered with an invitation first turned to us: when the contact was made, or the referral's invitation
/// was sent.
pub fn first_contact_of(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    let row: Option<(UtcTime, Option<UtcTime>)> = invitations::table
        .left_join(contacts::table)
        .filter(invitations::practitioner_id.eq(Some(practitioner)))
        .select((invitations::created_at, contacts::created_at.nullable()))
        .get_result(tx.conn)
        .optional()?;
    Ok(row.map(|(sent, contacted)| contacted.unwrap_or(sent)))
}

/// Lets what is personal of old invitations go; returns how many.
pub fn forget_before(tx: &mut Tx, since: UtcTime, limit: i64) -> Result<usize> {
    let over: Vec<Id> = invitations::table
        .filter(invitations::kept_since.lt(Some(since)))
        .order(invitations::kept_since)
        .limit(limit)
        .select(invitations::id)
        .load(tx.conn)?;
    if over.is_empty() {
        return Ok(0);
    }
    let emptied = (invitations::details.eq(Vec::<u8>::new()), invitations::kept_since.eq(None::<UtcTime>));
    Ok(diesel::update(invitations::table.filter(invitations::id.eq_any(over))).set(emptied).execute(tx.conn)?)
}

/// The same for those of one contact.
pub fn forget_of(tx: &mut Tx, contact: Id) -> Result<()> {
    let emptied = (invitations::details.eq(Vec::<u8>::new()), invitations::kept_since.eq(None::<UtcTime>));
    diesel::update(invitations::table.filter(invitations::contact_id.eq(Some(contact)))).set(emptied).execute(tx.conn)?;
    Ok(())
}

/// Who registered by an invitation that came from one of these contacts or referrals: subject and practitioner.
pub fn registered_from(tx: &mut Tx, subjects: &[Id]) -> Result<Vec<(Id, Id)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    Ok(invitations::table
        .filter(invitations::subject_id.eq_any(subjects.to_vec()))
        .filter(invitations::practitioner_id.is_not_null())
        .select((invitations::subject_id, invitations::practitioner_id.assume_not_null()))
        .load(tx.conn)?)
}
