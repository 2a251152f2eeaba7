//! HTTP handlers for what happens to a referral after it was created.

use actix_web::post;
use chrono::NaiveDate;

use super::referral_access;
use crate::hubs::callers::{ReferralParticipant, ReferralStaff};
use crate::hubs::dto::{
    AcceptReferral, CloseReferral, DeclineReferral, ProvideReferralInformation, ReferralView, RequestReferralInformation,
};
use crate::hubs::model::{ReferralEvent, ReferralEventDetails, ReferralKind};
use crate::hubs::queries::referrals::Referral;
use access::contacts::invitations;
use access::contacts::invitations::InvitationRequest;
use access::contacts::model::{InvitationOrigin, InvitationRecipient, Prefill};
use people::Caller;
use people::notifications as messages;
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::outbox::MessageCarrier;
use platform::private::trimmed_non_empty;
use platform::refusal::{Reason, Refusal};

/// Accept a referral
///
/// By a receiver. If two answer at once, the first one counts. A person referred to this service with a telephone number or
/// email address can be sent an invitation to register in the same step.
#[utoipa::path(
    operation_id = "acceptReferral", tag = "Referrals", request_body = AcceptReferral,
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.accepted")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Accepted.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/accept")]
pub async fn accept_referral(
    caller: ReferralStaff,
    id: Path<Id>,
    form: Json<AcceptReferral>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (referral, side) = referral_access::advance(tx, &caller, id, ReferralEvent::Accepted, |tx, referral| {
                let invited = form.invitation_channel.map(|by| invite(tx, &caller, referral, by)).transpose()?;
                Ok(ReferralEventDetails {
                    text: trimmed_non_empty(form.note.as_ref()),
                    invited_until: invited,
                    ..ReferralEventDetails::default()
                })
            })?;
            referral_access::referral_answer(tx, referral, side)
        })
        .await
}

/// Sends the link for registering; returns the last day on which it can be used.
fn invite(tx: &mut Tx, caller: &Caller, referral: &Referral, by: MessageCarrier) -> Result<NaiveDate> {
    let refuse = |word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field("/invitation_channel", word, detail).into())
    };
    if referral.kind != ReferralKind::HubToService {
        return refuse("not_allowed", "Only a person referred to this service can be invited. Leave this out.");
    }
    let details = &referral.details;
    let to = match by {
        MessageCarrier::Sms => match &details.phone {
            Some(phone) => InvitationRecipient::Mobile(messages::rules::parse_mobile(phone).map_err(|_| {
                Error::field(
                    Reason::InvalidMobile,
                    "/invitation_channel",
                    "invalid",
                    "The number is not a mobile number. Invite by email, or leave this out.",
                )
            })?),
            None => return refuse("no_number", "The referral has no telephone number. Invite by email, or leave this out."),
        },
        MessageCarrier::Email => match &details.email {
            Some(address) => InvitationRecipient::Email(address.clone()),
            None => {
                return refuse("no_address", "The referral has no email address. Invite by text message, or leave this out.");
            }
        },
    };
    let prefilled = Prefill {
        preferred_name: details.pseudonym.clone(),
        phone: details.phone.clone(),
        email: details.email.clone(),
        profession: details.profession,
        icb_code: details.icb_code.clone(),
        ..Prefill::default()
    };
    let invite = InvitationRequest { origin: InvitationOrigin::Referral, subject: referral.id, to, prefill: prefilled };
    // That the referral was accepted is recorded with the practitioner, if there is one.
    invitations::issue(tx, &invite, caller.actor(), None)?;
    Ok((tx.now + tx.policy.invitation_life).london_day())
}

/// Decline a referral
///
/// With a reason. The person is shown other help.
#[utoipa::path(
    operation_id = "declineReferral", tag = "Referrals", request_body = DeclineReferral,
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.declined")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Declined.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/decline")]
pub async fn decline_referral(
    caller: ReferralStaff,
    id: Path<Id>,
    form: Json<DeclineReferral>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (text, decline) = (trimmed_non_empty(form.note.as_ref()), Some(form.reason));
    advance_with(
        attempt,
        caller.0,
        id.0,
        ReferralEvent::Declined,
        ReferralEventDetails { text, decline, ..ReferralEventDetails::default() },
        platform,
    )
    .await
}

/// Request more information about a referral
#[utoipa::path(
    operation_id = "requestReferralInformation", tag = "Referrals", request_body = RequestReferralInformation,
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.information_requested")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Requested.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/request-information")]
pub async fn request_referral_information(
    caller: ReferralStaff,
    id: Path<Id>,
    form: Json<RequestReferralInformation>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let details = ReferralEventDetails { text: trimmed_non_empty(Some(&form.question)), ..ReferralEventDetails::default() };
    advance_with(attempt, caller.0, id.0, ReferralEvent::InformationRequested, details, platform).await
}

/// Provide more information about a referral
///
/// By a sender. Without the person's consent it must not identify them.
#[utoipa::path(
    operation_id = "provideReferralInformation", tag = "Referrals", request_body = ProvideReferralInformation,
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.information_provided")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Provided; the referral waits for an answer again.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/provide-information")]
pub async fn provide_referral_information(
    caller: ReferralStaff,
    id: Path<Id>,
    form: Json<ProvideReferralInformation>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let details = ReferralEventDetails { text: trimmed_non_empty(Some(&form.text)), ..ReferralEventDetails::default() };
    advance_with(attempt, caller.0, id.0, ReferralEvent::InformationProvided, details, platform).await
}

/// Close a referral
///
/// By a receiver, after the referral was accepted.
#[utoipa::path(
    operation_id = "closeReferral", tag = "Referrals", request_body = CloseReferral,
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.closed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Closed.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/close")]
pub async fn close_referral(
    caller: ReferralStaff,
    id: Path<Id>,
    form: Json<CloseReferral>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let details = ReferralEventDetails { outcome: Some(form.outcome), ..ReferralEventDetails::default() };
    advance_with(attempt, caller.0, id.0, ReferralEvent::Closed, details, platform).await
}

/// Withdraw a referral
///
/// By a sender, until it is answered; by the practitioner it is about, until it has ended.
#[utoipa::path(
    operation_id = "withdrawReferral", tag = "Referrals",
    extensions(("x-roles" = json!(ReferralParticipant::ROLES)), ("x-audit" = json!("hub_referral.withdrawn")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 204, description = "Withdrawn."))
)]
#[post("/v1/referrals/{id}/withdraw")]
pub async fn withdraw_referral(
    caller: ReferralParticipant,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            referral_access::advance(tx, &caller, id, ReferralEvent::Withdrawn, |tx, _| {
                invitations::revoke_for(tx, id)?;
                Ok(ReferralEventDetails::default())
            })?;
            Ok(Response::no_content())
        })
        .await
}

/// Withdraw consent to a referral
///
/// By the practitioner it is about, or by a sender on the person's behalf. What identifies the person is deleted permanently; the
/// receiver no longer gets the sender's messages, and an unused invitation becomes invalid. The referral continues without it.
#[utoipa::path(
    operation_id = "withdrawReferralConsent", tag = "Referrals",
    extensions(("x-roles" = json!(ReferralParticipant::ROLES)), ("x-audit" = json!("hub_referral.consent_withdrawn")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 204, description = "Consent is withdrawn; nothing identifies the person any more."))
)]
#[post("/v1/referrals/{id}/withdraw-consent")]
pub async fn withdraw_referral_consent(
    caller: ReferralParticipant,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            referral_access::advance(tx, &caller, id, ReferralEvent::ConsentWithdrawn, |tx, referral| {
                if referral.consented_at.is_none() || referral.consent_withdrawn_at.is_some() {
                    return Err(Refusal::new(Reason::ReferralState, "There is no consent to withdraw for this referral.").into());
                }
                referral.consent_withdrawn_at = Some(tx.now);
                referral.details = referral.details.clone().without_identifying_details();
                invitations::revoke_for(tx, id)?;
                Ok(ReferralEventDetails::default())
            })?;
            Ok(Response::no_content())
        })
        .await
}

/// Takes one step with these details, and answers with the referral as it is then.
async fn advance_with(
    attempt: Attempt,
    caller: Caller,
    id: Id,
    event: ReferralEvent,
    details: ReferralEventDetails,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let (referral, side) = referral_access::advance(tx, &caller, id, event, |_, _| Ok(details.clone()))?;
            referral_access::referral_answer(tx, referral, side)
        })
        .await
}
