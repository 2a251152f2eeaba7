//! Writing a prescription.

use actix_web::{post, put};

use super::{own_and_locked, view};
use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::dto::views::{PrescriptionView, Reader};
use crate::prescriptions::dto::{CreatePrescription, PrescriptionContent};
use crate::prescriptions::rules::{course, prescriber};
use crate::prescriptions::{facts, queries, written};
use people::Clinician;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, IdempotencyKey, IfMatch, Json, Path};
use platform::ids::Id;

/// Begin a prescription
///
/// A draft, by somebody who may prescribe, for somebody whom they treat and have met. What stands in the way of its signature is
/// told as `findings`; a draft may be left with any of them.
#[utoipa::path(
    operation_id = "createPrescription", tag = "care", request_body = CreatePrescription,
    extensions(("x-roles" = json!(["clinician"])), ("x-problems" = json!(["not_found", "not_a_prescriber", "registration_missing",
        "prescribing_right_required", "not_eligible", "assessment_required", "appointment_not_held", "schedule_understated"]))),
    params(("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "The draft.", body = PrescriptionView,
        headers(("Location" = String, description = "The prescription."), ("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/prescriptions")]
pub async fn create_prescription(
    caller: Clinician,
    key: IdempotencyKey,
    form: Json<CreatePrescription>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now, catalogue) = (platform.sealer.clone(), platform.clock.now(), catalogue()?);
    platform
        .db
        .write(move |conn| {
            key.once(conn, &sealer, caller.id, &form.digest, now, |conn| {
                let (practitioner, today) = (form.practitioner_id, now.london_day());
                prescriber::may_prescribe_for(&facts::between(conn, caller.id, practitioner, now)?)?;
                facts::author(conn, &sealer, caller.id, catalogue, today)?;
                let content = written::content(&form.content, "/content", catalogue, today)?;
                let (id, short_id) = (Id::new(now), queries::fresh_short_id(conn, "")?);
                queries::insert(conn, &sealer, id, (practitioner, caller.id), &short_id, &content, now)?;
                audit::record(conn, caller.actor(), "prescription.drafted", ("prescription", Some(id)), now)?;
                let made = queries::find(conn, &sealer, id)?.ok_or_else(Error::not_found)?;
                let (location, version) = (format!("/v1/prescriptions/{id}"), made.version);
                let view = view(conn, &sealer, &caller, made, Reader::Clinician, now)?;
                Ok(Answer::created(location, &view)?.version(version))
            })
        })
        .await
}

/// Change a draft
///
/// By its author, all of it at once. What is signed can no longer be changed: cancel it and write another.
#[utoipa::path(
    operation_id = "replacePrescription", tag = "care", request_body = PrescriptionContent,
    extensions(("x-roles" = json!(["clinician"])), ("x-problems" = json!(["prescription_not_draft", "schedule_understated"]))),
    params(("id" = Id, Path, description = "The prescription."),
        ("If-Match" = String, Header, description = "The ETag of the draft as it was read.")),
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
) -> Result<Answer> {
    let (sealer, now, id, catalogue) = (platform.sealer.clone(), platform.clock.now(), id.0, catalogue()?);
    platform
        .db
        .write(move |conn| {
            let present = own_and_locked(conn, &sealer, &caller, id)?;
            course::is_draft(present.state)?;
            seen.check(present.version)?;
            let content = written::content(&form, "", catalogue, now.london_day())?;
            queries::replace(conn, &sealer, id, &content, now)?;
            audit::record(conn, caller.actor(), "prescription.changed", ("prescription", Some(id)), now)?;
            let present = queries::find(conn, &sealer, id)?.ok_or_else(Error::not_found)?;
            let version = present.version;
            Ok(Answer::ok(&view(conn, &sealer, &caller, present, Reader::Clinician, now)?)?.version(version))
        })
        .await
}
