//! HTTP handlers of the consent to share with the GP, given by the practitioner in the app or recorded by a clinician.

use actix_web::{get, put};

use crate::records::dto::gp::{GpSharingView, ReplaceGpSharing, ReplaceMyGpSharing};
use people::practitioners::queries as registration;
use people::practitioners::queries::gp::{self, NewGpSharing};
use people::relationships::{self, Permit, Purpose};
use people::{Clinician, Practitioner};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{IfMatch, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Get my consent to share with my GP
#[utoipa::path(
    operation_id = "getMyGpSharing", tag = "Clinical record",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("gp_sharing.read"))),
    responses((status = 200, description = "The consent.", body = GpSharingView))
)]
#[get("/v1/me/gp-sharing")]
pub async fn get_my_gp_sharing(caller: Practitioner, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::ReadRecord)?;
            gp_sharing_response(tx, &permit)
        })
        .await
}

/// Replace my consent to share with my GP
///
/// It can be changed at any time; earlier answers stay in the history.
#[utoipa::path(
    operation_id = "replaceMyGpSharing", tag = "Clinical record", request_body = ReplaceMyGpSharing,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("gp_sharing.changed")),
        ("x-problems" = json!(["not_found"]))),
    params(IfMatch),
    responses((status = 200, description = "The new consent.", body = GpSharingView))
)]
#[put("/v1/me/gp-sharing")]
pub async fn replace_my_gp_sharing(
    caller: Practitioner,
    seen: IfMatch,
    form: Json<ReplaceMyGpSharing>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write(move |tx| {
            registration::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::AddToRecord)?;
            save(tx, caller.id, &permit, &seen, &form.statement())
        })
        .await
}

/// Get a practitioner's consent to share with their GP
///
/// For clinicians who treat the practitioner. Every read is recorded.
#[utoipa::path(
    operation_id = "getGpSharing", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("gp_sharing.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The consent.", body = GpSharingView))
)]
#[get("/v1/practitioners/{id}/gp-sharing")]
pub async fn get_gp_sharing(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            gp_sharing_response(tx, &permit)
        })
        .await
}

/// Replace a practitioner's consent to share with their GP
///
/// For clinicians who treat the practitioner. The practitioner sees the entry and can change it at any time.
#[utoipa::path(
    operation_id = "replaceGpSharing", tag = "Clinical record", request_body = ReplaceGpSharing,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("gp_sharing.changed")),
        ("x-problems" = json!(["care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner."), IfMatch),
    responses((status = 200, description = "The new consent.", body = GpSharingView))
)]
#[put("/v1/practitioners/{id}/gp-sharing")]
pub async fn replace_gp_sharing(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceGpSharing>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_write(tx, &caller, id)?;
            save(tx, caller.id, &permit, &seen, &form.statement())
        })
        .await
}

/// List the history of a practitioner's consent to share with their GP
///
/// Each answer with its time, how it was given, and who recorded it. Every read is recorded.
#[utoipa::path(
    operation_id = "listGpSharingHistory", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("gp_sharing.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The answers, newest first.", body = Page<GpSharingView>))
)]
#[get("/v1/practitioners/{id}/gp-sharing/history")]
pub async fn list_gp_sharing_history(
    caller: Clinician,
    id: Path<Id>,
    paging: Paging<(i32, Id)>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "gp_sharing.read", ("practitioner", Some(id)))?;
            let rows = gp::history(tx, id, paging.after.map(|(version, _)| version), paging.rows())?;
            let page = paging.readable(rows)?;
            Response::ok(&page.map(GpSharingView::from))
        })
        .await
}

fn gp_sharing_response(tx: &mut Tx, permit: &Permit) -> Result<Response> {
    let practitioner = permit.practitioner();
    permit.record(tx, "gp_sharing.read", ("practitioner", Some(practitioner)))?;
    let statement = gp::latest(tx, practitioner)?;
    let version = statement.version;
    Ok(Response::ok(&GpSharingView::from(statement))?.with_version(version))
}

fn save(tx: &mut Tx, by: Id, permit: &Permit, seen: &IfMatch, statement: &NewGpSharing) -> Result<Response> {
    let practitioner = permit.practitioner();
    let before = gp::latest(tx, practitioner)?;
    seen.check(before.version)?;
    gp::record(tx, practitioner, before.version, statement, by)?;
    // The registration stores the same consent.
    let mut details = registration::find(tx, practitioner)?.ok_or_else(Error::not_found)?.details;
    if details.consents.gp_sharing != statement.consent.allows() {
        details.consents.gp_sharing = statement.consent.allows();
        registration::set_details(tx, practitioner, &details)?;
    }
    permit.record(tx, "gp_sharing.changed", ("practitioner", Some(practitioner)))?;
    let statement = gp::latest(tx, practitioner)?;
    let version = statement.version;
    Ok(Response::ok(&GpSharingView::from(statement))?.with_version(version))
}
