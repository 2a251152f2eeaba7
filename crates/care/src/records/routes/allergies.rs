//! What is known about allergies. A prescription is not signed without it (`docs/clinical-rules.md#prescribing`).

use actix_web::{get, put};

use crate::records::dto::allergies::{AllergiesView, AllergyForm, ReplaceAllergies};
use crate::records::queries::allergies as records;
use crate::records::rules;
use people::Clinician;
use platform::Platform;
use platform::audit;
use platform::error::Result;
use platform::http::{Answer, IfMatch, Json, Page, Paging, Path};
use platform::ids::Id;
use scheduling::booking::treating;

/// Get a practitioner's allergies
///
/// By clinicians who treat them. Not asked, none known and known are three different things. Every reading is recorded.
#[utoipa::path(
    operation_id = "getAllergies", tag = "Clinical record", extensions(("x-roles" = json!(Clinician::ROLES))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "What is known.", body = AllergiesView))
)]
#[get("/v1/practitioners/{id}/allergies")]
pub async fn get_allergies(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            treating::check_may_read(tx, caller.id, id)?;
            audit::record(tx, caller.actor(), "allergies.read", ("practitioner", Some(id)))?;
            let known = records::allergies(tx, id)?;
            let version = known.version;
            Ok(Answer::ok(&AllergiesView::from(known))?.version(version))
        })
        .await
}

/// Replace a practitioner's allergies
///
/// All of it, in place of what was known before, which stays in the history.
#[utoipa::path(
    operation_id = "replaceAllergies", tag = "Clinical record", request_body = ReplaceAllergies,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["invalid_body", "care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner."), IfMatch),
    responses((status = 200, description = "What is known now.", body = AllergiesView))
)]
#[put("/v1/practitioners/{id}/allergies")]
pub async fn put_allergies(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceAllergies>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            treating::check_may_write(tx, caller.id, id)?;
            let before = records::allergies(tx, id)?;
            seen.check(before.version)?;
            let entries: Vec<_> = form.allergies.iter().map(AllergyForm::told).collect();
            rules::check_allergies(form.status, &entries)?;
            records::say(tx, id, before.version, (form.status, &entries), caller.id)?;
            audit::record(tx, caller.actor(), "allergies.changed", ("practitioner", Some(id)))?;
            let known = records::allergies(tx, id)?;
            let version = known.version;
            Ok(Answer::ok(&AllergiesView::from(known))?.version(version))
        })
        .await
}

/// List the history of a practitioner's allergies
///
/// Who said what when. Every reading is recorded.
#[utoipa::path(
    operation_id = "listAllergyHistory", tag = "Clinical record", extensions(("x-roles" = json!(Clinician::ROLES))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The statements, the newest first.", body = Page<AllergiesView>))
)]
#[get("/v1/practitioners/{id}/allergies/history")]
pub async fn list_allergy_statements(
    caller: Clinician,
    id: Path<Id>,
    paging: Paging<(i32, Id)>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            treating::check_may_read(tx, caller.id, id)?;
            audit::record(tx, caller.actor(), "allergies.read", ("practitioner", Some(id)))?;
            let rows = records::history(tx, id, paging.after.map(|(version, _)| version), paging.rows())?;
            let page = paging.readable(rows)?;
            Answer::ok(&page.map(AllergiesView::from))
        })
        .await
}
