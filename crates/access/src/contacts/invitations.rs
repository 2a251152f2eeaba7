//! Invitations to register: how other modules send them, and how a registration uses them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;

use super::model::{InvitationOrigin, InvitationRecipient, Prefill};
use super::queries::invitations::{self as queries, Invitation, InvitationDetails, NewInvitation};
use super::{messages, rules};
use crate::schema::contacts as contacts_table;
use platform::Tx;
use platform::audit::{self, About, Actor};
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::recipient_limits;
use platform::recipient_limits::RecipientLimit;
use platform::refusal::Reason;
use platform::seal::{Sealer, fill_random};
use platform::text;

/// How many invitations one address or number receives, from all senders together.
pub const INVITATION_LIMIT: RecipientLimit = RecipientLimit { kind: "invitation", max: 10, within: TimeDelta::days(1) };

/// An invitation to be sent.
#[derive(Debug, Clone)]
pub struct InvitationRequest {
    /// Whether it comes from a contact or a referral.
    pub origin: InvitationOrigin,
    /// The contact or the referral. The caller has locked its row.
    pub subject: Id,
    /// The recipient.
    pub to: InvitationRecipient,
    /// The details that it prefills in the registration.
    pub prefill: Prefill,
}

/// Sends an invitation: a link that works once, for a few days. Revokes every earlier invitation of the same subject. The token
/// itself is not stored. `about` is the practitioner who has registered from the subject before, for the audit trail.
///
/// # Errors
/// 429 while the recipient has received too many; when the database fails.
pub fn issue(tx: &mut Tx, invite: &InvitationRequest, actor: Actor, about: Option<About>) -> Result<Id> {
    queries::revoke_for(tx, invite.subject)?;
    // 128 bits: cannot be guessed during its lifetime, and short enough for a link to fit into a text message.
    let mut secret = [0; 16];
    fill_random(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let expires_at = tx.now + tx.policy.invitation_life;
    let until = expires_at.london_day().format("%-d %B").to_string();
    let message = messages::invitation(&invite.to, &tx.policy.app_url, &token, &until);
    recipient_limits::check(tx, &recipient_limits::recipient(tx.sealer, &message), &INVITATION_LIMIT)?;
    let new = NewInvitation {
        id: Id::new(tx.now),
        origin: invite.origin,
        subject: invite.subject,
        token_tag: &tag(tx.sealer, &token),
        details: &InvitationDetails { to: invite.to.clone(), prefill: invite.prefill.clone() },
        by: actor.id,
        message: outbox::queue_message(tx, "invitation", &message)?,
        expires_at,
    };
    queries::insert(tx, &new)?;
    let subject = ("invitation", Some(new.id));
    match about {
        Some(about) => audit::record_about(tx, actor, "invitation.issued", subject, about)?,
        None => audit::record(tx, actor, "invitation.issued", subject)?,
    }
    Ok(new.id)
}

/// The details that an invitation prefills, and when it expires.
///
/// # Errors
/// 410, saying why it is no longer valid. An unknown token counts as expired.
pub fn look_up(tx: &mut Tx, token: &str) -> Result<(Prefill, UtcTime)> {
    let invitation = find_valid(tx, token)?;
    // The person with the link gets one answer, whatever ended it: they know nothing of the contact.
    let details = invitation.unseal(tx.sealer).map_err(|error| match error.reason() {
        Reason::ContactErased => Reason::InvitationExpired.into(),
        _ => error,
    })?;
    Ok((details.prefill, invitation.expires_at))
}

/// The invitation of a valid token, for [`use_up`] once the registration is confirmed.
///
/// # Errors
/// As [`look_up`].
pub fn valid_invitation_id(tx: &mut Tx, token: &str) -> Result<Id> {
    Ok(find_valid(tx, token)?.id)
}

/// Marks an invitation as used; of several attempts at the same time one succeeds. It was valid when the form was filled in, so
/// it does not matter that it has expired since or that another was sent; the other one is no longer valid. Returns its id, for
/// [`link`].
///
/// # Errors
/// 410 when another person has registered with it.
pub fn use_up(tx: &mut Tx, id: Id) -> Result<Id> {
    let invitation = queries::find_for_the_service(tx, id)?.ok_or(Reason::TokenExpired)?;
    if let Some(contact) = invitation.contact_id {
        // The contact first, then the invitation, in the same order as when another is sent: no deadlock.
        platform::lock_row!(tx.conn, contacts_table, contact)?;
    }
    if !queries::use_up(tx, id)? {
        return Err(Reason::InvitationUsed.into());
    }
    queries::invalidate_for(tx, invitation.subject_id)?;
    Ok(id)
}

/// Records who registered with a used invitation. Staff never see whether someone registered.
///
/// # Errors
/// When the database fails.
pub fn link(tx: &mut Tx, invitation: Id, practitioner: Id) -> Result<()> {
    queries::link(tx, invitation, practitioner)
}

/// Revokes the valid invitation of a contact or a referral.
///
/// # Errors
/// When the database fails.
pub fn revoke_for(tx: &mut Tx, subject: Id) -> Result<()> {
    queries::revoke_for(tx, subject)
}

fn find_valid(tx: &mut Tx, token: &str) -> Result<Invitation> {
    let invitation = queries::by_token(tx, &tag(tx.sealer, token))?.ok_or(Reason::TokenExpired)?;
    rules::check_valid(invitation.facts(), tx.now.get())?;
    Ok(invitation)
}

/// What is stored of a token: the token cannot be found from it without the keys of the service.
fn tag(sealer: &Sealer, token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sealer.tag("invitation", &[text::token(token).as_bytes()]))
}
