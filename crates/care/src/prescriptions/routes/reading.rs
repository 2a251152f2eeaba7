//! HTTP handlers: practitioners read their own signed prescriptions, clinicians those of the practitioners they treat.

use actix_web::get;

use super::prescription_view;
use crate::assessment::callers::PractitionerOrClinician;
use crate::prescriptions::dto::PrescriptionQuery;
use crate::prescriptions::dto::views::{PrescriptionSummary, PrescriptionView, Reader};
use crate::prescriptions::queries;
use crate::prescriptions::queries::{Filter, Prescription};
use people::relationships::{Permit, PermitExt, Purpose};
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// The prescription with this id, if the caller may read it. Clinicians who treat the practitioner also read drafts, the
/// practitioner only signed prescriptions.
pub(super) fn readable_prescription(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Prescription, Reader)> {
    let (permit, prescription) = queries::find(tx, id)?.permit(tx, caller, Purpose::ReadRecord)?;
    let reader = Reader::from(&permit);
    if reader == Reader::Practitioner && prescription.signed_at.is_none() {
        return Err(Error::not_found());
    }
    Ok((permit, prescription, reader))
}

/// List prescriptions
///
/// Practitioners see their own signed prescriptions. Clinicians name a practitioner they treat, and also see drafts. Every access
/// is recorded.
#[utoipa::path(
    operation_id = "listPrescriptions", tag = "Prescriptions",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("prescriptions.listed")),
        ("x-problems" = json!(["not_found"]))),
    params(PrescriptionQuery),
    responses((status = 200, description = "The prescriptions, the newest first.", body = Page<PrescriptionSummary>))
)]
#[get("/v1/prescriptions")]
pub async fn list_prescriptions(
    caller: PractitionerOrClinician,
    query: Query<PrescriptionQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let PrescriptionQuery { practitioner_id, state } = query.0;
    let practitioner = match (caller.role, practitioner_id) {
        (Role::Practitioner, None) => caller.id,
        (_, Some(id)) => id,
        (_, None) => {
            return Err(Error::field(
                Reason::InvalidParameter,
                "practitioner_id",
                "required",
                "Choose the practitioner whose prescriptions to list.",
            ));
        }
    };
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            let filter = Filter { practitioner, state, signed_only: permit.is_own(), before: paging.after };
            let rows = queries::list(tx, filter, paging.rows())?;
            permit.record(tx, "prescriptions.listed", ("practitioner", Some(practitioner)))?;
            let page = paging.readable(rows)?;
            let today = tx.now.london_day();
            Response::ok(&page.map(|prescription| PrescriptionSummary::new(prescription, today)))
        })
        .await
}

/// Get a prescription
///
/// Every access is recorded. Practitioners do not see the reasons for exceptions or the note of a cancellation.
#[utoipa::path(
    operation_id = "getPrescription", tag = "Prescriptions",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("prescription.read"))),
    params(("id" = Id, Path, description = "The prescription.")),
    responses((status = 200, description = "The prescription.", body = PrescriptionView,
        headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[get("/v1/prescriptions/{id}")]
pub async fn get_prescription(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, prescription, reader) = readable_prescription(tx, &caller, id)?;
            permit.record(tx, "prescription.read", ("prescription", Some(id)))?;
            let version = prescription.version;
            Ok(Response::ok(&prescription_view(tx, &caller, prescription, reader)?)?.with_version(version))
        })
        .await
}
