//! HTTP handlers of allergies. A prescription is not signed before they are recorded (`docs/clinical-rules.md#prescribing`).

use actix_web::{get, put};

use crate::records::dto::allergies::{AllergiesView, AllergyForm, ReplaceAllergies};
use crate::records::queries::allergies as records;
use crate::records::rules;
use people::Clinician;
use platform::Platform;
use platform::error::Result;
use platform::http::{IfMatch, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Get a practitioner's allergies
///
/// For clinicians who treat the practitioner. `not_asked`, `none_known` and `permit` mean different things. Every read is
/// recorded.
#[utoipa::path(
    operation_id = "getAllergies", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("allergies.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The allergies.", body = AllergiesView))
)]
#[get("/v1/practitioners/{id}/allergies")]
pub async fn get_allergies(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "allergies.read", ("practitioner", Some(id)))?;
            let allergies = records::current_allergies(tx, id)?;
            let version = allergies.version;
            Ok(Response::ok(&AllergiesView::from(allergies))?.with_version(version))
        })
        .await
}

/// Replace a practitioner's allergies
///
/// Replaces all allergies. The previous ones stay in the history.
#[utoipa::path(
    operation_id = "replaceAllergies", tag = "Clinical record", request_body = ReplaceAllergies,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("allergies.changed")),
        ("x-problems" = json!(["invalid_body", "care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner."), IfMatch),
    responses((status = 200, description = "The new allergies.", body = AllergiesView))
)]
#[put("/v1/practitioners/{id}/allergies")]
pub async fn replace_allergies(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceAllergies>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_write(tx, &caller, id)?;
            let before = records::current_version(tx, id)?;
            seen.check(before)?;
            let entries: Vec<_> = form.allergies.iter().map(AllergyForm::to_allergy).collect();
            rules::check_allergies(form.status, &entries)?;
            records::insert(tx, id, before, (form.status, &entries), caller.id)?;
            permit.record(tx, "allergies.changed", ("practitioner", Some(id)))?;
            let allergies = records::current_allergies(tx, id)?;
            let version = allergies.version;
            Ok(Response::ok(&AllergiesView::from(allergies))?.with_version(version))
        })
        .await
}

/// List the history of a practitioner's allergies
///
/// Each version with its author and time. Every read is recorded.
#[utoipa::path(
    operation_id = "listAllergyHistory", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("allergies.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The versions, newest first.", body = Page<AllergiesView>))
)]
#[get("/v1/practitioners/{id}/allergies/history")]
pub async fn list_allergy_history(
    caller: Clinician,
    id: Path<Id>,
    paging: Paging<(i32, Id)>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "allergies.read", ("practitioner", Some(id)))?;
            let rows = records::history(tx, id, paging.after.map(|(version, _)| version), paging.rows())?;
            let page = paging.readable(rows)?;
            Response::ok(&page.map(AllergiesView::from))
        })
        .await
}
