//! HTTP handlers for referrals of practitioners by their clinicians.

use actix_web::{get, post};

use crate::hubs::create;
use crate::hubs::create::NewReferral;
use crate::hubs::dto::{CreatePractitionerReferral, PractitionerReferral, ReferralCreated};
use crate::hubs::model::ReferralKind;
use people::practitioners::queries as registration;
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Create a referral of a practitioner to a hub
///
/// By a clinician with a care relationship, with the practitioner's consent. The hub gets the practitioner's pseudonym and what
/// else the form contains, and nothing more. Not of someone who is recorded as dead.
#[utoipa::path(
    operation_id = "createPractitionerReferral", tag = "Referrals", request_body = CreatePractitionerReferral,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("hub_referral.created")),
        ("x-problems" = json!(["consent_required", "hub_closed", "recorded_as_dead"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Created.", body = ReferralCreated))
)]
#[post("/v1/practitioners/{id}/referrals")]
pub async fn create_practitioner_referral(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreatePractitionerReferral>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let made = refer(tx, &caller, id, &form)?;
            Response::created(format!("/v1/practitioners/{id}/referrals"), &made)
        })
        .await
}

fn refer(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &CreatePractitionerReferral) -> Result<ReferralCreated> {
    let permit = care_relationship::check_may_act_for(tx, caller, practitioner)?;
    registration::lock_practitioner(tx, practitioner)?;
    registration::deaths::check_alive(tx, practitioner)?;
    let person = registration::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let new = NewReferral {
        kind: ReferralKind::ServiceToHub,
        hub: form.hub_id,
        practitioner: Some(permit),
        contact: None,
        consent: form.consent,
        details: create::details_from_form(form, &person.pseudonym),
    };
    let made = create::create(tx, (caller.id, caller.actor()), new)?;
    Ok(ReferralCreated { id: made.referral.id, state: made.referral.state, code: made.code })
}

/// List a practitioner's referrals
///
/// For a clinician with a care relationship, or who may still read the record: to which hub, and in which state.
#[utoipa::path(
    operation_id = "listPractitionerReferrals", tag = "Referrals",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("hub_referrals.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The referrals, the newest first.", body = Page<PractitionerReferral>))
)]
#[get("/v1/practitioners/{id}/referrals")]
pub async fn list_practitioner_referrals(
    caller: Clinician,
    id: Path<Id>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            let rows = create::list_about(tx, id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            permit.record(tx, "hub_referrals.read", ("practitioner", Some(id)))?;
            Response::ok(&page.map(PractitionerReferral::from))
        })
        .await
}
