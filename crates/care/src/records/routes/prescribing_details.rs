//! HTTP handlers of what prescribing needs to know about a practitioner: date of birth, home address and pregnancy
//! (`docs/clinical-rules.md#prescribing`).

use actix_web::{get, put};

use crate::records::dto::prescribing_details::{PrescribingDetailsView, ReplacePrescribingDetails};
use crate::records::queries::prescribing_details as records;
use crate::records::rules;
use people::Clinician;
use platform::Platform;
use platform::error::Result;
use platform::http::{IfMatch, Json, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Get a practitioner's prescribing details
///
/// Date of birth, home address and the last answer about pregnancy. For clinicians who treat the practitioner. Every read is
/// recorded.
#[utoipa::path(
    operation_id = "getPrescribingDetails", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("prescribing_details.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The prescribing details.", body = PrescribingDetailsView))
)]
#[get("/v1/practitioners/{id}/prescribing-details")]
pub async fn get_prescribing_details(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "prescribing_details.read", ("practitioner", Some(id)))?;
            let recorded = records::current(tx, id)?;
            let version = recorded.version;
            Ok(Response::ok(&PrescribingDetailsView::from(recorded))?.with_version(version))
        })
        .await
}

/// Replace a practitioner's prescribing details
///
/// Replaces date of birth, home address and the answer about pregnancy as a whole.
#[utoipa::path(
    operation_id = "replacePrescribingDetails", tag = "Clinical record", request_body = ReplacePrescribingDetails,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("prescribing_details.changed")),
        ("x-problems" = json!(["invalid_body", "care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner."), IfMatch),
    responses((status = 200, description = "The new prescribing details.", body = PrescribingDetailsView))
)]
#[put("/v1/practitioners/{id}/prescribing-details")]
pub async fn replace_prescribing_details(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplacePrescribingDetails>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_write(tx, &caller, id)?;
            let before = records::current_version(tx, id)?;
            seen.check(before)?;
            let details = form.to_details()?;
            rules::check_prescribing_details(&details, tx.now.london_day())?;
            records::insert(tx, id, before, &details, caller.id)?;
            permit.record(tx, "prescribing_details.changed", ("practitioner", Some(id)))?;
            let recorded = records::current(tx, id)?;
            let version = recorded.version;
            Ok(Response::ok(&PrescribingDetailsView::from(recorded))?.with_version(version))
        })
        .await
}
