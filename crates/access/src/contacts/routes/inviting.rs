//! Invitations to register.

use actix_web::web::Data;
use actix_web::{HttpRequest, get, post};

use super::locked;
use crate::contacts::apart::check_may_know;
use crate::contacts::dto::{ContactInvitation, ContactInvitationPage, InvitationBrings, InviteContact, LookUpInvitation};
use crate::contacts::invitations;
use crate::contacts::invitations::Invite;
use crate::contacts::model::{InvitationOrigin, SendTo};
use crate::contacts::queries;
use crate::contacts::queries::{Contact, invitations as records};
use crate::contacts::rules;
use people::ContactDesk;
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::page::PageQuery;
use platform::http::{Answer, Attempt, IdempotencyKey, Json, Page, Path, Query};
use platform::ids::{Id, UtcTime};
use platform::outbox::keeping;
use platform::throttle::Throttle;

/// Send an invitation
///
/// A link to register with, that works once and for some days, in words that say nothing of the service. Whatever link was sent
/// before is good no more.
#[utoipa::path(
    operation_id = "inviteContact", tag = "access", request_body = InviteContact,
    extensions(("x-roles" = json!(["call_handler", "coordinator"])),
        ("x-problems" = json!(["contact_closed", "contact_forgotten", "contact_address_missing", "unsafe_channel", "invalid_mobile"]))),
    params(("id" = Id, Path, description = "The contact."),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "On its way.", body = ContactInvitation, headers(("Location" = String, description = "The invitation."))))
)]
#[post("/v1/contacts/{id}/invitations")]
pub async fn invite_contact(
    caller: ContactDesk,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<InviteContact>,
    platform: Platform,
) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    platform
        .clone()
        .db
        .write(move |conn| {
            key.once(conn, &platform.sealer, caller.id, &form.digest, now, |conn| {
                check_may_know(conn, id, caller.id)?;
                let contact = locked(conn, &platform, id)?;
                rules::check_open(contact.state, contact.forgotten_at.is_some())?;
                let phone = form.phone.as_ref().map(|phone| phone.reveal().as_str());
                let email = form.email.as_ref().map(|email| email.reveal().as_str());
                let to = rules::send_to(form.channel, phone, email, &contact.told)?;
                send(conn, &platform, contact, to, &caller, now)
            })
        })
        .await
}

/// List the invitations of a contact
#[utoipa::path(
    operation_id = "listContactInvitations", tag = "access", extensions(("x-roles" = json!(["call_handler", "coordinator"]))),
    params(("id" = Id, Path, description = "The contact."), PageQuery),
    responses((status = 200, description = "The invitations, the newest first.", body = ContactInvitationPage))
)]
#[get("/v1/contacts/{id}/invitations")]
pub async fn list_contact_invitations(
    caller: ContactDesk,
    id: Path<Id>,
    query: Query<PageQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "contact_invitations";
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let PageQuery { limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    platform
        .db
        .read(move |conn| {
            check_may_know(conn, id, caller.id)?;
            queries::find(conn, &sealer, id)?.ok_or_else(Error::not_found)?;
            let rows = records::of_contact(conn, id, before, limit.plus_one())?;
            let page = Page::cut(rows, limit, &sealer, LIST, |invitation| invitation.id)?;
            let page = page.try_map(|invitation| shown(conn, &invitation, now))?;
            Answer::ok(&ContactInvitationPage { items: page.items, next_cursor: page.next_cursor })
        })
        .await
}

/// Read an invitation
#[utoipa::path(
    operation_id = "getInvitation", tag = "access", extensions(("x-roles" = json!(["call_handler", "coordinator"]))),
    params(("id" = Id, Path, description = "The invitation.")),
    responses((status = 200, description = "The invitation.", body = ContactInvitation))
)]
#[get("/v1/invitations/{id}")]
pub async fn get_invitation(caller: ContactDesk, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    platform
        .db
        .read(move |conn| {
            let invitation = of_a_contact(conn, id)?;
            if let Some(contact) = invitation.contact_id {
                check_may_know(conn, contact, caller.id)?;
            }
            Answer::ok(&shown(conn, &invitation, now)?)
        })
        .await
}

/// Send an invitation again
///
/// To where it went, with another link; the old one is good no more.
#[utoipa::path(
    operation_id = "renewInvitation", tag = "access", extensions(("x-roles" = json!(["call_handler", "coordinator"])),
        ("x-problems" = json!(["contact_closed", "contact_forgotten", "invitation_used", "unsafe_channel"]))),
    params(("id" = Id, Path, description = "The invitation."),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "On its way.", body = ContactInvitation, headers(("Location" = String, description = "The new invitation."))))
)]
#[post("/v1/invitations/{id}/renewal")]
pub async fn renew_invitation(caller: ContactDesk, id: Path<Id>, key: IdempotencyKey, platform: Platform) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    platform
        .clone()
        .db
        .write(move |conn| {
            key.once(conn, &platform.sealer, caller.id, &[0; 32], now, |conn| {
                let contact = of_a_contact(conn, id)?.contact_id.ok_or_else(Error::not_found)?;
                check_may_know(conn, contact, caller.id)?;
                let contact = locked(conn, &platform, contact)?;
                // Read again: somebody may have registered while the row was waited for.
                let invitation = of_a_contact(conn, id)?;
                rules::check_open(contact.state, contact.forgotten_at.is_some())?;
                rules::check_renewal(invitation.facts())?;
                rules::check_safe(invitation.channel, &contact.told)?;
                let to = invitation.unseal(&platform.sealer)?.to;
                send(conn, &platform, contact, to, &caller, now)
            })
        })
        .await
}

/// Take an invitation back
#[utoipa::path(
    operation_id = "revokeInvitation", tag = "access", extensions(("x-roles" = json!(["call_handler", "coordinator"])),
        ("x-problems" = json!(["invitation_used", "invitation_revoked", "invitation_expired"]))),
    params(("id" = Id, Path, description = "The invitation.")),
    responses((status = 200, description = "It is good no more.", body = ContactInvitation))
)]
#[post("/v1/invitations/{id}/revocation")]
pub async fn revoke_invitation(caller: ContactDesk, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    attempt
        .write(&platform, move |conn| {
            let before = of_a_contact(conn, id)?;
            if let Some(contact) = before.contact_id {
                check_may_know(conn, contact, caller.id)?;
            }
            rules::check_good(rules::standing(before.facts(), now.get()))?;
            let revoked = records::revoke(conn, id, now)?;
            let invitation = of_a_contact(conn, id)?;
            if !revoked {
                // Somebody was faster: registered with it, or took it back.
                rules::check_good(rules::standing(invitation.facts(), now.get()))?;
            }
            audit::record(conn, caller.actor(), "invitation.revoked", ("invitation", Some(id)), now)?;
            Answer::ok(&shown(conn, &invitation, now)?)
        })
        .await
}

/// Look an invitation up
///
/// For the app that a link opens. Shows what is pre-filled: what its holder gave, and nothing else.
#[utoipa::path(
    operation_id = "lookUpInvitation", tag = "access", security(()), request_body = LookUpInvitation,
    extensions(("x-problems" = json!(["token_expired", "invitation_used", "invitation_expired", "invitation_revoked", "contact_forgotten"]))),
    responses((status = 200, description = "The invitation is good.", body = InvitationBrings))
)]
#[post("/v1/invitation-lookups")]
pub async fn look_up_invitation(
    form: Json<LookUpInvitation>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    throttle.secret(&request, None)?;
    let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
    platform
        .db
        .read(move |conn| {
            let (brought, until) = invitations::brought(conn, &sealer, form.token.reveal(), now)?;
            Answer::ok(&InvitationBrings::new(brought, until))
        })
        .await
}

fn send(
    conn: &mut Conn,
    platform: &Platform,
    contact: Contact,
    to: SendTo,
    caller: &ContactDesk,
    now: UtcTime,
) -> Result<Answer> {
    let brought = rules::brought(contact.told, &to);
    let invite = Invite { origin: InvitationOrigin::Contact, subject: contact.id, to, brought };
    let id = invitations::issue(conn, platform, &invite, caller.actor(), now)?;
    let invitation = of_a_contact(conn, id)?;
    Ok(Answer::ok(&shown(conn, &invitation, now)?)?.at(format!("/v1/invitations/{id}")))
}

/// An invitation that came from a contact. Those of referrals are none of the contact line's business.
fn of_a_contact(conn: &mut Conn, id: Id) -> Result<records::Invitation> {
    records::find(conn, id)?.filter(|invitation| invitation.contact_id.is_some()).ok_or_else(Error::not_found)
}

/// An invitation with how its message fares.
fn shown(conn: &mut Conn, invitation: &records::Invitation, now: UtcTime) -> Result<ContactInvitation> {
    let message = match invitation.message_id {
        Some(id) => keeping::find(conn, id)?,
        None => None,
    };
    Ok(ContactInvitation::new(invitation, message.map(|message| message.state), now))
}
