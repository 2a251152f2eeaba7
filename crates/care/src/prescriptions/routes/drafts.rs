//! HTTP handlers: create and replace draft prescriptions.

use actix_web::{post, put};

use super::{lock_own, prescription_view};
use crate::prescriptions::dto::views::{PrescriptionView, Reader};
use crate::prescriptions::dto::{CreatePrescription, PrescriptionContent};
use crate::prescriptions::rules::{lifecycle, prescriber};
use crate::prescriptions::{facts, in_force, parsing, queries};
use people::Clinician;
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Path, Response};
use platform::ids::Id;

/// Create a draft prescription
///
/// For clinicians who may prescribe, treat the practitioner and have had an appointment with them. `findings` lists the rules
/// that prevent signing; a draft can be saved with findings.
#[utoipa::path(
    operation_id = "createPrescription", tag = "Prescriptions", request_body = CreatePrescription,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("prescription.drafted")),
        ("x-problems" = json!(["not_found", "not_a_prescriber",
        "registration_number_required", "prescribing_right_required", "not_eligible", "assessment_required", "too_early",
        "invalid_body"]))),
    responses((status = 201, description = "The draft.", body = PrescriptionView,
        headers(("Location" = String, description = "The prescription."),
            ("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/prescriptions")]
pub async fn create_prescription(
    caller: Clinician,
    attempt: Attempt,
    form: Json<CreatePrescription>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let catalogue = in_force::catalogue(tx)?;
            let (practitioner, today) = (form.practitioner_id, tx.now.london_day());
            let (permit, relationship) = facts::relationship(tx, &caller, practitioner)?;
            prescriber::may_prescribe_for(&relationship)?;
            facts::author(tx, caller.id, &catalogue, today)?;
            let content = parsing::content(&form.content, "/content", &catalogue, today)?;
            let (id, short_id) = (Id::new(tx.now), queries::new_short_id(tx, "")?);
            queries::insert(tx, id, (practitioner, caller.id), &short_id, &content)?;
            permit.record(tx, "prescription.drafted", ("prescription", Some(id)))?;
            let created = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            let (location, version) = (format!("/v1/prescriptions/{id}"), created.version);
            let view = prescription_view(tx, &caller, created, Reader::Clinician)?;
            Ok(Response::created(location, &view)?.with_version(version))
        })
        .await
}

/// Replace a draft prescription
///
/// Only the author can replace a draft, and only as a whole. A signed prescription cannot be changed: cancel it and create
/// another.
#[utoipa::path(
    operation_id = "replacePrescription", tag = "Prescriptions", request_body = PrescriptionContent,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("prescription.changed")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The prescription."), IfMatch),
    responses((status = 200, description = "The draft as it is now.", body = PrescriptionView,
        headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[put("/v1/prescriptions/{id}")]
pub async fn replace_prescription(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<PrescriptionContent>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let catalogue = in_force::catalogue(tx)?;
            let (permit, present) = lock_own(tx, &caller, id)?;
            lifecycle::check_draft(present.state)?;
            seen.check(present.version)?;
            let content = parsing::content(&form, "", &catalogue, tx.now.london_day())?;
            queries::replace(tx, id, &content)?;
            permit.record(tx, "prescription.changed", ("prescription", Some(id)))?;
            let present = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            let version = present.version;
            Ok(Response::ok(&prescription_view(tx, &caller, present, Reader::Clinician)?)?.with_version(version))
        })
        .await
}
