//! HTTP handlers of invitations to register.

use actix_web::web::Data;
use actix_web::{HttpRequest, get, post};

use super::lock_contact;
use crate::contacts::callers::ContactStaff;
use crate::contacts::dto::{ContactInvitation, CreateContactInvitation, LookUpInvitation, PrefilledDetails};
use crate::contacts::invitations;
use crate::contacts::invitations::InvitationRequest;
use crate::contacts::model::{InvitationOrigin, InvitationRecipient};
use crate::contacts::queries;
use crate::contacts::queries::{Contact, invitations as records};
use crate::contacts::rules;
use crate::contacts::visibility::{ContactPermit, OfContact, permit_contact};
use platform::Platform;
use platform::Tx;
use platform::audit::{self, Actor};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use platform::outbox::admin;
use platform::throttle::Throttle;

/// Create an invitation for a contact
///
/// A link to register with. It works once, for a few days, and the message does not say what the service is. Revokes the links
/// sent before.
#[utoipa::path(
    operation_id = "createContactInvitation", tag = "Contact line", request_body = CreateContactInvitation,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("invitation.issued")),
        ("x-problems" = json!(["contact_closed", "incomplete", "unsafe_channel", "invalid_body"]))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 201, description = "Queued for delivery.", body = ContactInvitation))
)]
#[post("/v1/contacts/{id}/invitations")]
pub async fn create_contact_invitation(
    caller: ContactStaff,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateContactInvitation>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let permit = permit_contact(tx, &caller, id)?;
            let contact = lock_contact(tx, &permit)?;
            rules::check_open(contact.state, contact.erased_at.is_some())?;
            let phone = form.phone.as_ref().map(|phone| phone.reveal().as_str());
            let email = form.email.as_ref().map(|email| email.reveal().as_str());
            let to = rules::choose_recipient(form.channel, phone, email, &contact.details)?;
            send(tx, &permit, contact, to, &caller)
        })
        .await
}

/// List the invitations of a contact
#[utoipa::path(
    operation_id = "listContactInvitations", tag = "Contact line", extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("invitation.listed"))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 200, description = "The invitations, newest first.", body = Page<ContactInvitation>))
)]
#[get("/v1/contacts/{id}/invitations")]
pub async fn list_contact_invitations(
    caller: ContactStaff,
    id: Path<Id>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = permit_contact(tx, &caller, id)?;
            queries::find(tx, &permit)?.ok_or_else(Error::not_found)?;
            let rows = records::for_contact(tx, &permit, paging.after, paging.rows())?;
            let page = paging.page(rows, |invitation| invitation.id)?;
            ContactPermit::record_listed(tx, "invitation.listed", "contact", &[(id, permit)])?;
            let page = page.try_map(|invitation| view(tx, &invitation))?;
            Response::ok(&page)
        })
        .await
}

/// Get an invitation
#[utoipa::path(
    operation_id = "getInvitation", tag = "Contact line", extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("invitation.read"))),
    params(("id" = Id, Path, description = "The invitation.")),
    responses((status = 200, description = "The invitation.", body = ContactInvitation))
)]
#[get("/v1/invitations/{id}")]
pub async fn get_invitation(caller: ContactStaff, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, invitation) = OfContact::permit_found(records::find_of_contact(tx, id)?, tx, &caller)?;
            permit.record(tx, "invitation.read", ("invitation", Some(id)))?;
            Response::ok(&view(tx, &invitation)?)
        })
        .await
}

/// Renew an invitation
///
/// To the same recipient, with another link. The old link stops working.
#[utoipa::path(
    operation_id = "renewInvitation", tag = "Contact line",
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("invitation.issued")),
        ("x-problems" = json!(["contact_closed", "unsafe_channel"]))),
    params(("id" = Id, Path, description = "The invitation.")),
    responses((status = 201, description = "Queued for delivery.", body = ContactInvitation))
)]
#[post("/v1/invitations/{id}/renew")]
pub async fn renew_invitation(caller: ContactStaff, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let (permit, _) = OfContact::permit_found(records::find_of_contact(tx, id)?, tx, &caller)?;
            let contact = lock_contact(tx, &permit)?;
            let invitation = find_contact_invitation(tx, id)?.open(&permit)?;
            rules::check_open(contact.state, contact.erased_at.is_some())?;
            rules::check_safe(invitation.channel, &contact.details)?;
            let to = invitation.unseal(tx.sealer)?.to;
            send(tx, &permit, contact, to, &caller)
        })
        .await
}

/// Revoke an invitation
#[utoipa::path(
    operation_id = "revokeInvitation", tag = "Contact line",
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("invitation.revoked")),
        ("x-problems" = json!(["invitation_expired"]))),
    params(("id" = Id, Path, description = "The invitation.")),
    responses((status = 200, description = "Revoked.", body = ContactInvitation))
)]
#[post("/v1/invitations/{id}/revoke")]
pub async fn revoke_invitation(caller: ContactStaff, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, before) = OfContact::permit_found(records::find_of_contact(tx, id)?, tx, &caller)?;
            rules::check_not_over(rules::invitation_state(before.facts(), tx.now.get()))?;
            let revoked = records::revoke(tx, id)?;
            let invitation = find_contact_invitation(tx, id)?.open(&permit)?;
            if !revoked {
                // Meanwhile someone else revoked it.
                rules::check_not_over(rules::invitation_state(invitation.facts(), tx.now.get()))?;
            }
            permit.record(tx, "invitation.revoked", ("invitation", Some(id)))?;
            Response::ok(&view(tx, &invitation)?)
        })
        .await
}

/// Look up an invitation
///
/// For the app that a link opens. Shows the prefilled details: only what the recipient gave.
#[utoipa::path(
    operation_id = "lookUpInvitation", tag = "Contact line", security(()), request_body = LookUpInvitation,
    extensions(("x-audit" = json!("invitation.looked_up")), ("x-problems" = json!(["token_expired", "invitation_used", "invitation_expired"]))),
    responses((status = 200, description = "The invitation is valid.", body = PrefilledDetails))
)]
#[post("/v1/invitation-lookups")]
pub async fn look_up_invitation(
    form: Json<LookUpInvitation>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    throttle.secret(&request, None)?;
    platform
        .write(move |tx| {
            let (prefill, until) = invitations::look_up(tx, form.token.reveal())?;
            let id = invitations::valid_invitation_id(tx, form.token.reveal())?;
            audit::record(tx, Actor::ANONYMOUS, "invitation.looked_up", ("invitation", Some(id)))?;
            Response::ok(&PrefilledDetails { expires_at: until, prefill: prefill.into() })
        })
        .await
}

fn send(
    tx: &mut Tx,
    permit: &ContactPermit,
    contact: Contact,
    to: InvitationRecipient,
    caller: &ContactStaff,
) -> Result<Response> {
    let prefill = rules::prefill(contact.details, &to);
    let invite = InvitationRequest { origin: InvitationOrigin::Contact, subject: contact.id, to, prefill };
    let id = invitations::issue(tx, &invite, caller.actor(), permit.about())?;
    let invitation = find_contact_invitation(tx, id)?.open(permit)?;
    Ok(Response::ok(&view(tx, &invitation)?)?.with_location(format!("/v1/invitations/{id}")))
}

fn find_contact_invitation(tx: &mut Tx, id: Id) -> Result<OfContact<records::Invitation>> {
    records::find_of_contact(tx, id)?.ok_or_else(Error::not_found)
}

/// An invitation with the delivery state of its message.
fn view(tx: &mut Tx, invitation: &records::Invitation) -> Result<ContactInvitation> {
    let message = match invitation.message_id {
        Some(id) => admin::find(tx, id)?,
        None => None,
    };
    Ok(ContactInvitation::new(invitation, message.map(|message| message.state), tx.now))
}
