//! HTTP handler: the printed form of a prescription.

use actix_web::get;

use super::reading::readable_prescription;
use crate::assessment::callers::PractitionerOrClinician;
use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::in_force;
use crate::prescriptions::printed_form;
use crate::prescriptions::queries::issues;
use platform::Platform;
use platform::error::Result;
use platform::http::Path;
use platform::http::file::PdfFile;
use platform::ids::Id;
use platform::refusal::Reason;

/// Download a prescription as PDF
///
/// Signed prescriptions only. A copy that cannot be used for dispensing is marked: cancelled, expired, not issued yet, or the
/// practitioner's own copy. Every download is recorded. The same prescription always gives the same bytes.
#[utoipa::path(
    operation_id = "getPrescriptionPdf", tag = "Prescriptions",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("prescription.printed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The prescription.")),
    responses((status = 200, description = "The prescription, as a tagged PDF for screen readers.", body = PdfFile,
        content_type = "application/pdf"))
)]
#[get("/v1/prescriptions/{id}/pdf")]
pub async fn get_prescription_pdf(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<PdfFile> {
    let (id, catalogue) = (id.0, catalogue());
    let (form, at) = platform
        .write(move |tx| {
            let (permit, prescription, reader) = readable_prescription(tx, &caller, id)?;
            let issues = issues::for_prescription(tx, id)?;
            let first_issued_on = issues.first().map(|issue| issue.issued_at.london_day());
            let limits = in_force::limits_of(tx, &prescription)?;
            let last_days = prescription.last_days(&limits);
            let printed = printed_form::form(&prescription, last_days, first_issued_on, catalogue, reader, tx.now.london_day());
            let printed = printed.ok_or(Reason::PrescriptionNotSigned)?;
            permit.record(tx, "prescription.printed", ("prescription", Some(id)))?;
            Ok(printed)
        })
        .await?;
    Ok(PdfFile(form.print(at)?))
}
