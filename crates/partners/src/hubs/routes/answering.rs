//! What happens to a referral after it was made.

use actix_web::post;
use chrono::NaiveDate;

use super::desk;
use crate::hubs::callers::{ReferralDesk, ReferralMember};
use crate::hubs::dto::{
    AcceptReferral, CloseReferral, DeclineReferral, ProvideReferralInformation, ReferralView, RequestReferralInformation,
};
use crate::hubs::model::{ReferralEvent, ReferralKind, ReferralSaid};
use crate::hubs::queries::referrals::Referral;
use access::contacts::invitations;
use access::contacts::invitations::Invite;
use access::contacts::model::{Brought, InvitationChannel, InvitationOrigin, SendTo};
use people::Caller;
use people::notifications as messages;
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Path};
use platform::ids::Id;
use platform::private::said;
use platform::refusal::{Reason, Refusal};

/// Accept a referral
///
/// By those who are asked to help. Of two who answer at once, one is first. Whoever a hub has referred here with a number or an
/// address may be sent an invitation to register in the same step.
#[utoipa::path(
    operation_id = "acceptReferral", tag = "Referrals", request_body = AcceptReferral,
    extensions(("x-roles" = json!(ReferralDesk::ROLES)), ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Taken on.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/accept")]
pub async fn accept_referral(
    caller: ReferralDesk,
    id: Path<Id>,
    form: Json<AcceptReferral>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (referral, side) = desk::advance(tx, &caller, id, ReferralEvent::Accepted, |tx, referral| {
                let invited = form.invitation_channel.map(|by| invite(tx, &caller, referral, by)).transpose()?;
                Ok(ReferralSaid { text: said(form.text.as_ref()), invited_until: invited, ..ReferralSaid::default() })
            })?;
            desk::shown(tx, referral, side)
        })
        .await
}

/// Sends the link to register with; gives back the last day on which it is good.
fn invite(tx: &mut Tx, caller: &Caller, referral: &Referral, by: InvitationChannel) -> Result<NaiveDate> {
    let refuse = |word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field("/invitation_channel", word, detail).into())
    };
    if referral.kind != ReferralKind::HubToService {
        return refuse("not_allowed", "Only somebody who was referred to this service is invited.");
    }
    let told = &referral.told;
    let to = match by {
        InvitationChannel::Sms => match &told.phone {
            Some(phone) => SendTo::Mobile(messages::rules::mobile(phone).map_err(|_| {
                Error::field(
                    Reason::InvalidMobile,
                    "/invitation_channel",
                    "invalid",
                    "The number is not one of a mobile telephone.",
                )
            })?),
            None => return refuse("no_number", "There is no number that an invitation could go to."),
        },
        InvitationChannel::Email => match &told.email {
            Some(address) => SendTo::Email(address.clone()),
            None => return refuse("no_address", "There is no address that an invitation could go to."),
        },
    };
    let brought = Brought {
        called: told.pseudonym.clone(),
        phone: told.phone.clone(),
        email: told.email.clone(),
        profession: told.profession,
        icb_code: told.icb_code.clone(),
        ..Brought::default()
    };
    let invite = Invite { origin: InvitationOrigin::Referral, subject: referral.id, to, brought };
    invitations::issue(tx, &invite, caller.actor())?;
    Ok((tx.now + tx.policy.invitation_life).london_day())
}

/// Decline a referral
///
/// With a reason. The person sees where there is other help.
#[utoipa::path(
    operation_id = "declineReferral", tag = "Referrals", request_body = DeclineReferral,
    extensions(("x-roles" = json!(ReferralDesk::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Declined.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/decline")]
pub async fn decline_referral(
    caller: ReferralDesk,
    id: Path<Id>,
    form: Json<DeclineReferral>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (text, decline) = (said(form.text.as_ref()), Some(form.reason));
    answered(
        attempt,
        caller.0,
        id.0,
        ReferralEvent::Declined,
        ReferralSaid { text, decline, ..ReferralSaid::default() },
        platform,
    )
    .await
}

/// Request more information about a referral
#[utoipa::path(
    operation_id = "requestReferralInformation", tag = "Referrals", request_body = RequestReferralInformation,
    extensions(("x-roles" = json!(ReferralDesk::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Asked.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/request-information")]
pub async fn ask_referral_information(
    caller: ReferralDesk,
    id: Path<Id>,
    form: Json<RequestReferralInformation>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let said = ReferralSaid { text: said(Some(&form.question)), ..ReferralSaid::default() };
    answered(attempt, caller.0, id.0, ReferralEvent::InformationRequested, said, platform).await
}

/// Provide more information about a referral
///
/// By those who made it. Without the person's consent it must not name them.
#[utoipa::path(
    operation_id = "provideReferralInformation", tag = "Referrals", request_body = ProvideReferralInformation,
    extensions(("x-roles" = json!(ReferralDesk::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Recorded; the request waits for an answer again.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/provide-information")]
pub async fn give_referral_information(
    caller: ReferralDesk,
    id: Path<Id>,
    form: Json<ProvideReferralInformation>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let said = ReferralSaid { text: said(Some(&form.text)), ..ReferralSaid::default() };
    answered(attempt, caller.0, id.0, ReferralEvent::InformationProvided, said, platform).await
}

/// Close a referral
///
/// One that was taken on, by those who took it on.
#[utoipa::path(
    operation_id = "closeReferral", tag = "Referrals", request_body = CloseReferral,
    extensions(("x-roles" = json!(ReferralDesk::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "Closed.", body = ReferralView))
)]
#[post("/v1/referrals/{id}/close")]
pub async fn close_referral(
    caller: ReferralDesk,
    id: Path<Id>,
    form: Json<CloseReferral>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let said = ReferralSaid { outcome: Some(form.outcome), ..ReferralSaid::default() };
    answered(attempt, caller.0, id.0, ReferralEvent::Closed, said, platform).await
}

/// Withdraw a referral
///
/// By those who made it, as long as it is not answered; by the practitioner it is about, as long as it is under way.
#[utoipa::path(
    operation_id = "withdrawReferral", tag = "Referrals",
    extensions(("x-roles" = json!(ReferralMember::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 204, description = "Taken back."))
)]
#[post("/v1/referrals/{id}/withdraw")]
pub async fn withdraw_referral(caller: ReferralMember, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            desk::advance(tx, &caller, id, ReferralEvent::Withdrawn, |tx, _| {
                invitations::revoke_of(tx, id)?;
                Ok(ReferralSaid::default())
            })?;
            Ok(Answer::done())
        })
        .await
}

/// Withdraw consent to a referral
///
/// By the practitioner it is about, or by those who made it for somebody who told them so. What names the person is struck out
/// for good; the receiver no longer reads what the senders wrote either, and an invitation that was not used is good no more. The
/// referral goes on without it.
#[utoipa::path(
    operation_id = "withdrawReferralConsent", tag = "Referrals",
    extensions(("x-roles" = json!(ReferralMember::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 204, description = "Nobody is named any more."))
)]
#[post("/v1/referrals/{id}/withdraw-consent")]
pub async fn withdraw_referral_consent(
    caller: ReferralMember,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            desk::advance(tx, &caller, id, ReferralEvent::ConsentWithdrawn, |tx, referral| {
                if referral.consented_at.is_none() || referral.consent_withdrawn_at.is_some() {
                    return Err(Refusal::new(Reason::ReferralState, "There is no consent that could be taken back.").into());
                }
                referral.consent_withdrawn_at = Some(tx.now);
                referral.told = referral.told.clone().without_names();
                invitations::revoke_of(tx, id)?;
                Ok(ReferralSaid::default())
            })?;
            Ok(Answer::done())
        })
        .await
}

/// One step of a desk, with what was said, and the referral as it is then.
async fn answered(
    attempt: Attempt,
    caller: Caller,
    id: Id,
    event: ReferralEvent,
    said: ReferralSaid,
    platform: Platform,
) -> Result<Answer> {
    platform
        .write_once(attempt, move |tx| {
            let (referral, side) = desk::advance(tx, &caller, id, event, |_, _| Ok(said.clone()))?;
            desk::shown(tx, referral, side)
        })
        .await
}
