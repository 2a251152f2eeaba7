//! Referring somebody whom one treats to a hub.

use actix_web::{get, post};

use crate::hubs::dto::{MadeReferral, PractitionerReferral, PractitionerReferralPage, ReferPractitioner};
use crate::hubs::making;
use crate::hubs::making::New;
use crate::hubs::model::ReferralKind;
use people::practitioners::queries as registration;
use people::{Caller, Clinician};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, IdempotencyKey, Json, Page, PageQuery, Path, Query};
use platform::ids::{Id, UtcTime};
use scheduling::booking::treating;

/// Refer a practitioner to a hub
///
/// By a clinician who treats them, with their consent. The hub learns their pseudonym and what else the form gives, and no more.
#[utoipa::path(
    operation_id = "referPractitioner", tag = "care", request_body = ReferPractitioner,
    extensions(("x-roles" = json!(["clinician"])), ("x-problems" = json!(["consent_required", "hub_closed"]))),
    params(("id" = Id, Path, description = "The practitioner."),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "Referred.", body = MadeReferral, headers(("Location" = String, description = "The practitioner's referrals."))))
)]
#[post("/v1/practitioners/{id}/hub-referrals")]
pub async fn refer_practitioner(
    caller: Clinician,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<ReferPractitioner>,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    platform
        .db
        .write(move |conn| {
            key.once(conn, &work.sealer, caller.id, &form.digest, now, |conn| {
                let made = refer(conn, &work, &caller, id, &form, now)?;
                Answer::created(format!("/v1/practitioners/{id}/hub-referrals"), &made)
            })
        })
        .await
}

fn refer(
    conn: &mut Conn,
    platform: &Platform,
    caller: &Caller,
    practitioner: Id,
    form: &ReferPractitioner,
    now: UtcTime,
) -> Result<MadeReferral> {
    treating::check_treats(conn, caller.id, practitioner)?;
    let person = registration::open(conn, &platform.sealer, practitioner)?.ok_or_else(Error::not_found)?;
    let new = New {
        kind: ReferralKind::ServiceToHub,
        hub: form.hub_id,
        practitioner: Some(practitioner),
        contact: None,
        consent: form.consent,
        told: making::told(form, &person.pseudonym),
    };
    let made = making::make(conn, platform, (caller.id, caller.actor()), new, now)?;
    Ok(MadeReferral { id: made.referral.id, state: made.referral.state, status_code: made.code })
}

/// List a practitioner's referrals to hubs
///
/// For a clinician who treats them, or may still read: to which hub, and how that stands.
#[utoipa::path(
    operation_id = "listPractitionerReferrals", tag = "care", extensions(("x-roles" = json!(["clinician"]))),
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
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let PageQuery { limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    platform
        .db
        .write(move |conn| {
            treating::check_reads(conn, caller.id, id, now)?;
            let rows = making::about(conn, &sealer, id, before, limit.plus_one())?;
            let (page, unreadable) = Page::cut_readable(rows, limit, &sealer, LIST)?;
            audit::record(conn, caller.actor(), "hub_referrals.read", ("practitioner", Some(id)), now)?;
            let items = page.items.into_iter().map(PractitionerReferral::from).collect();
            Answer::ok(&PractitionerReferralPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}
