//! Referring somebody whom one treats to a hub.

use actix_web::{get, post};

use crate::hubs::dto::{MadeReferral, PractitionerReferral, PractitionerReferralPage, ReferPractitioner};
use crate::hubs::making;
use crate::hubs::making::New;
use crate::hubs::model::ReferralKind;
use people::practitioners::queries as registration;
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, PageQuery, Path, Query};
use platform::ids::Id;
use scheduling::booking::treating;

/// Refer a practitioner to a hub
///
/// By a clinician who treats them, with their consent. The hub learns their pseudonym and what else the form gives, and no more.
#[utoipa::path(
    operation_id = "referPractitioner", tag = "care", request_body = ReferPractitioner,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["consent_required", "hub_closed"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Referred.", body = MadeReferral))
)]
#[post("/v1/practitioners/{id}/hub-referrals")]
pub async fn refer_practitioner(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<ReferPractitioner>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let made = refer(tx, &caller, id, &form)?;
            Answer::created(format!("/v1/practitioners/{id}/hub-referrals"), &made)
        })
        .await
}

fn refer(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &ReferPractitioner) -> Result<MadeReferral> {
    treating::check_treats(tx, caller.id, practitioner)?;
    let person = registration::open(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let new = New {
        kind: ReferralKind::ServiceToHub,
        hub: form.hub_id,
        practitioner: Some(practitioner),
        contact: None,
        consent: form.consent,
        told: making::told(form, &person.pseudonym),
    };
    let made = making::make(tx, (caller.id, caller.actor()), new)?;
    Ok(MadeReferral { id: made.referral.id, state: made.referral.state, status_code: made.code })
}

/// List a practitioner's referrals to hubs
///
/// For a clinician who treats them, or may still read: to which hub, and how that stands.
#[utoipa::path(
    operation_id = "listPractitionerReferrals", tag = "care", extensions(("x-roles" = json!(Clinician::ROLES))),
    params(("id" = Id, Path, description = "The practitioner."), PageQuery),
    responses((status = 200, description = "The referrals, the newest first.", body = PractitionerReferralPage))
)]
#[get("/v1/practitioners/{id}/hub-referrals")]
pub async fn list_practitioner_referrals(
    caller: Clinician,
    id: Path<Id>,
    query: Query<PageQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "practitioner_referrals";
    let (sealer, id) = (platform.sealer.clone(), id.0);
    let PageQuery { limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    platform
        .write(move |tx| {
            treating::check_reads(tx, caller.id, id)?;
            let rows = making::about(tx, id, before, limit.plus_one())?;
            let (page, unreadable) = Page::cut_readable(rows, limit, tx.sealer, LIST)?;
            audit::record(tx, caller.actor(), "hub_referrals.read", ("practitioner", Some(id)))?;
            let items = page.items.into_iter().map(PractitionerReferral::from).collect();
            Answer::ok(&PractitionerReferralPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}
