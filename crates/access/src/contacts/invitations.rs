//! The door through which other rooms invite somebody to register, and through which a registration uses the invitation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;

use super::model::{Brought, InvitationOrigin, SendTo};
use super::queries::invitations::{self as queries, Details, Invitation, NewInvitation};
use super::{letters, queries as contacts, rules};
use crate::schema::contacts as contacts_table;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::refusal::Code;
use platform::rests;
use platform::rests::Rest;
use platform::seal::{Sealer, random};
use platform::text;
use platform::{Platform, outbox};

/// How many go to one address or number, from all senders together.
pub const SENT: Rest = Rest { kind: "invitation", most: 10, within: TimeDelta::days(1) };

/// Somebody who is to be invited.
#[derive(Debug, Clone)]
pub struct Invite {
    /// What it comes from.
    pub origin: InvitationOrigin,
    /// The contact or the referral, its row locked by whoever calls.
    pub subject: Id,
    /// To whom it goes.
    pub to: SendTo,
    /// What it brings along for the registration.
    pub brought: Brought,
}

/// Sends an invitation: a link that works once, for some days. Whatever was sent before about the same subject is good no more.
/// The token itself is stored nowhere.
///
/// # Errors
/// 429 while the recipient has got many; when the database refuses.
pub fn issue(conn: &mut Conn, platform: &Platform, invite: &Invite, actor: Actor, now: UtcTime) -> Result<Id> {
    let sealer = &platform.sealer;
    queries::revoke_of(conn, invite.subject, now)?;
    // 128 bits: not to be guessed in the days that it lives, and short enough for a link to fit into a text.
    let mut secret = [0; 16];
    random(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let expires_at = now + platform.policy.invitation_life;
    let until = expires_at.london_day().format("%-d %B").to_string();
    let message = letters::invitation(&invite.to, &platform.policy.app_url, &token, &until);
    rests::check(conn, &rests::recipient(sealer, &message), &SENT, now)?;
    let new = NewInvitation {
        id: Id::new(now),
        origin: invite.origin,
        subject: invite.subject,
        token_tag: &tag(sealer, &token),
        details: &Details { to: invite.to.clone(), brought: invite.brought.clone() },
        by: actor.id,
        message: outbox::queue_message(conn, sealer, "invitation", &message, now)?,
        expires_at,
    };
    queries::insert(conn, sealer, &new, now)?;
    audit::record(conn, actor, "invitation.issued", ("invitation", Some(new.id)), now)?;
    Ok(new.id)
}

/// What an invitation brings along, and until when it is good.
///
/// # Errors
/// 410, saying why it is not good; one that is unknown has expired.
pub fn brought(conn: &mut Conn, sealer: &Sealer, token: &str, now: UtcTime) -> Result<(Brought, UtcTime)> {
    let invitation = good(conn, sealer, token, now)?;
    Ok((invitation.unseal(sealer)?.brought, invitation.expires_at))
}

/// The invitation with that token, for [`use_up`] once the registration is confirmed.
///
/// # Errors
/// As [`brought`].
pub fn good_one(conn: &mut Conn, sealer: &Sealer, token: &str, now: UtcTime) -> Result<Id> {
    Ok(good(conn, sealer, token, now)?.id)
}

/// Uses an invitation up: of many who try at once one succeeds. It was good when the form was filled in, so it does not matter that
/// it has expired since, or that another one was sent; that one is good no more either. Gives back its id, for [`link`].
///
/// # Errors
/// 410 `invitation_used` when another person has registered with it.
pub fn use_up(conn: &mut Conn, id: Id, now: UtcTime) -> Result<Id> {
    let invitation = queries::find(conn, id)?.ok_or(Code::TokenExpired)?;
    if let Some(contact) = invitation.contact_id {
        // First the contact, then the invitation, as when another one is sent: nobody waits in a circle.
        platform::lock_row!(conn, contacts_table, contact)?;
    }
    if !queries::use_up(conn, id, now)? {
        return Err(Code::InvitationUsed.into());
    }
    queries::revoke_of(conn, invitation.subject_id, now)?;
    Ok(id)
}

/// Notes who registered with an invitation that was used up. Nobody is shown it.
///
/// # Errors
/// When the database refuses.
pub fn link(conn: &mut Conn, invitation: Id, practitioner: Id, now: UtcTime) -> Result<()> {
    queries::link(conn, invitation, practitioner)?;
    if let Some(contact) = queries::find(conn, invitation)?.and_then(|invitation| invitation.contact_id) {
        contacts::became_registration(conn, contact, now)?;
    }
    Ok(())
}

/// Takes back whatever invitation came from a contact or a referral; true when there was one.
///
/// # Errors
/// When the database refuses.
pub fn revoke_of(conn: &mut Conn, subject: Id, now: UtcTime) -> Result<bool> {
    Ok(queries::revoke_of(conn, subject, now)? > 0)
}

fn good(conn: &mut Conn, sealer: &Sealer, token: &str, now: UtcTime) -> Result<Invitation> {
    let invitation = queries::by_token(conn, &tag(sealer, token))?.ok_or(Code::TokenExpired)?;
    rules::check_good(rules::standing(invitation.facts(), now.get()))?;
    Ok(invitation)
}

/// What is kept of a token: nobody finds it out from that without our keys.
fn tag(sealer: &Sealer, token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sealer.tag("invitation", &[text::token(token).as_bytes()]))
}
