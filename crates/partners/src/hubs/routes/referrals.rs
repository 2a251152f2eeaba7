//! HTTP handlers that create and read referrals.

use actix_web::{get, post};

use super::referral_access;
use crate::hubs::callers::ReferralStaff;
use crate::hubs::create;
use crate::hubs::create::{NewReferral, ReferralWithCode};
use crate::hubs::dto::{CreateReferral, HubReferralQuery, ReferralCreated, ReferralSummary, ReferralView};
use crate::hubs::model::{ReferralDetails, ReferralKind, ReferralUpdateChannel};
use crate::hubs::queries::coordinators;
use crate::hubs::queries::referrals::{self, ProtectedReferral};
use access::contacts;
use access::contacts::visibility::ContactPermit;
use people::notifications as messages;
use people::practitioners::queries as registration;
use people::relationships::{self, Permit, Purpose};
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;
use platform::refusal::{Reason, Refusal};
use reference::signposts;
use reference::workforce;
use reference::workforce::rules::check_icb;

/// Create a referral to or from a hub
///
/// From a hub to this service or on to other help, by the hub's coordinators; from this service to a hub, by its coordinators,
/// and by call handlers for the people they speak with. Without consent a referral has nothing that identifies the person, and this
/// service does not refer them at all. A person without an account gets a code for looking up the state of their referral. A practitioner who
/// is recorded as dead is not referred.
#[utoipa::path(
    operation_id = "createReferral", tag = "Referrals", request_body = CreateReferral,
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.created")),
        ("x-problems" = json!(["consent_required", "hub_closed", "not_your_hub", "invalid_body", "recorded_as_dead"]))),
    params(("id" = Id, Path, description = "The hub that sends or receives the referral.")),
    responses((status = 201, description = "Created.", body = ReferralCreated))
)]
#[post("/v1/hubs/{id}/referrals")]
pub async fn create_referral(
    caller: ReferralStaff,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateReferral>,
    platform: Platform,
) -> Result<Response> {
    let hub = id.0;
    platform
        .write_once(attempt, move |tx| {
            let ReferralWithCode { referral, code } = create_from_form(tx, &caller, hub, &form)?;
            let made = ReferralCreated { id: referral.id, state: referral.state, code };
            Response::created(format!("/v1/referrals/{}", referral.id), &made)
        })
        .await
}

fn create_from_form(tx: &mut Tx, caller: &Caller, hub: Id, form: &CreateReferral) -> Result<ReferralWithCode> {
    check_side(tx, caller, hub, form.kind)?;
    let contact = form.contact_id.map(|id| referable_contact(tx, caller, form.kind, id)).transpose()?;
    let practitioner = form.practitioner_id.map(|id| referable_practitioner(tx, caller, form.kind, id)).transpose()?;
    let mut details = details_from_form(tx, form)?;
    if let Some((_, pseudonym)) = &practitioner {
        details.pseudonym = details.pseudonym.or_else(|| Some(pseudonym.clone()));
    }
    let (kind, practitioner) = (form.kind, practitioner.map(|(permit, _)| permit));
    let new = NewReferral { kind, hub, practitioner, contact, consent: form.consent, details };
    create::create(tx, (caller.id, caller.actor()), new)
}

/// Only a hub's own coordinators refer from it; only the service's coordinators and call handlers refer to it.
fn check_side(tx: &mut Tx, caller: &Caller, hub: Id, kind: ReferralKind) -> Result<()> {
    let of_a_hub = caller.role == Role::HubCoordinator;
    let fits = match kind {
        ReferralKind::ServiceToHub => !of_a_hub,
        ReferralKind::HubToService | ReferralKind::HubToHelp => of_a_hub && coordinators::hubs_of(tx, caller.id)?.contains(&hub),
    };
    if fits { Ok(()) } else { Err(Reason::NotYourHub.into()) }
}

/// A practitioner that this caller may refer, and what to call them.
fn referable_practitioner(tx: &mut Tx, caller: &Caller, kind: ReferralKind, practitioner: Id) -> Result<(Permit, String)> {
    if caller.role != Role::Coordinator || kind != ReferralKind::ServiceToHub {
        let detail = "Only the service's coordinators can refer a registered practitioner. Leave this out.";
        return Err(Error::field(Reason::InvalidBody, "/practitioner_id", "not_allowed", detail));
    }
    let permit = relationships::permit(tx, caller, practitioner, Purpose::Act)?;
    registration::lock_practitioner(tx, practitioner)?;
    registration::deaths::check_alive(tx, practitioner)?;
    let person = registration::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
    Ok((permit, person.pseudonym))
}

/// A contact that a person is referred to a hub from.
fn referable_contact(tx: &mut Tx, caller: &Caller, kind: ReferralKind, contact: Id) -> Result<ContactPermit> {
    if kind != ReferralKind::ServiceToHub {
        let detail = "Only this service can refer from its contacts. Leave this out.";
        return Err(Error::field(Reason::InvalidBody, "/contact_id", "not_allowed", detail));
    }
    let permit = contacts::visibility::permit_contact(tx, caller, contact)?;
    contacts::queries::find(tx, &permit)?.map(|_| permit).ok_or_else(Error::not_found)
}

/// The details in the form, checked and normalised.
fn details_from_form(tx: &mut Tx, form: &CreateReferral) -> Result<ReferralDetails> {
    let boards = workforce::boards(tx)?;
    let board = form.icb_code.as_deref().map(|code| check_icb(&boards, code, tx.now.london_day()).map_err(Error::from));
    if let Some(id) = &form.signpost_id
        && signposts::first_unknown(tx, std::slice::from_ref(id), tx.now.london_day())?.is_some()
    {
        return Err(Error::field(
            Reason::InvalidBody,
            "/signpost_id",
            "unknown",
            "There is no signpost with this id. Choose another one.",
        ));
    }
    let news = form.update_channel.unwrap_or(ReferralUpdateChannel::Code);
    Ok(ReferralDetails {
        reason: form.reason,
        pseudonym: trimmed_non_empty(form.pseudonym.as_ref()),
        profession: form.profession,
        icb_code: board.transpose()?.map(|board| board.code.clone()),
        name: trimmed_non_empty(form.name.as_ref()),
        phone: checked_number(trimmed_non_empty(form.phone.as_ref()), news)?,
        email: trimmed_non_empty(form.email.as_ref()),
        note: trimmed_non_empty(form.note.as_ref()),
        updates_by: news,
        help: form.help,
        signpost: form.signpost_id.clone(),
    })
}

/// A number that text messages are to be sent to must be a mobile number.
fn checked_number(typed: Option<String>, news: ReferralUpdateChannel) -> Result<Option<String>> {
    match typed {
        Some(typed) if news == ReferralUpdateChannel::Sms => mobile(&typed).map(Some),
        other => Ok(other),
    }
}

/// A mobile number in its normalised form.
fn mobile(typed: &str) -> Result<String> {
    messages::rules::parse_mobile(typed).map_err(|mut refusal: Refusal| {
        refusal.fields.iter_mut().for_each(|field| "/phone".clone_into(&mut field.pointer));
        refusal.into()
    })
}

/// List referrals
///
/// A hub's coordinators see the referrals of their hubs; the service's coordinators those to and from this service; call handlers
/// those that they created. Referrals of people the caller is in conflict with are left out. The list does not identify anyone.
#[utoipa::path(
    operation_id = "listReferrals", tag = "Referrals", params(HubReferralQuery),
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.listed"))),
    responses((status = 200, description = "The referrals, the newest first.", body = Page<ReferralSummary>))
)]
#[get("/v1/referrals")]
pub async fn list_referrals(
    caller: ReferralStaff,
    query: Query<HubReferralQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let HubReferralQuery { state, kind, hub_id } = query.0;
    platform
        .write(move |tx| {
            let mut filter = referral_access::visible_to(tx, &caller)?;
            filter.state = state;
            filter.before = paging.after;
            if let Some(only) = kind {
                let all = filter.kinds.unwrap_or_else(|| ReferralKind::ALL.to_vec());
                filter.kinds = Some(all.into_iter().filter(|kind| *kind == only).collect());
            }
            if let Some(only) = hub_id {
                let hubs = filter.hubs.map_or_else(|| vec![only], |own| own.into_iter().filter(|hub| *hub == only).collect());
                filter.hubs = Some(hubs);
            }
            let rows = referrals::list(tx, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            referrals::record_listed(tx, &caller, &page.items)?;
            Response::ok(&page.map(|referral| ReferralSummary::from(&referral)))
        })
        .await
}

/// Get a referral
#[utoipa::path(
    operation_id = "getReferral", tag = "Referrals",
    extensions(("x-roles" = json!(ReferralStaff::ROLES)), ("x-audit" = json!("hub_referral.read"))),
    params(("id" = Id, Path, description = "The referral.")),
    responses((status = 200, description = "The referral with its history.", body = ReferralView))
)]
#[get("/v1/referrals/{id}")]
pub async fn get_referral(caller: ReferralStaff, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, referral) = ProtectedReferral::permit(referrals::find(tx, id)?, tx, &caller)?;
            permit.record(tx, "hub_referral.read")?;
            referral_access::referral_answer(tx, referral, permit.side())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_for_text_messages_must_be_a_mobile_number() {
        let typed = || Some("020 7946 0018".to_owned());
        assert_eq!(checked_number(typed(), ReferralUpdateChannel::Code).unwrap(), typed());
        let refused = checked_number(typed(), ReferralUpdateChannel::Sms).unwrap_err();
        assert_eq!((refused.reason(), refused.fields()[0].pointer.as_str()), (Reason::InvalidMobile, "/phone"));
        assert_eq!(
            checked_number(Some("07700 900123".to_owned()), ReferralUpdateChannel::Sms).unwrap().as_deref(),
            Some("+447700900123")
        );
    }
}
