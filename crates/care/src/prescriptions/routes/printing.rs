//! The printed form.

use actix_web::get;

use super::reading::readable;
use crate::assessment::callers::CareParty;
use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::printed;
use platform::Platform;
use platform::audit;
use platform::error::Result;
use platform::http::Path;
use platform::http::file::PdfFile;
use platform::ids::Id;
use platform::refusal::Reason;

/// Download a prescription as PDF
///
/// Signed ones only. What is no good for dispensing says so: it is cancelled, has expired, was not given out yet, or is the
/// practitioner's own copy. Each printing is recorded; the same prescription prints the same bytes.
#[utoipa::path(
    operation_id = "getPrescriptionPdf", tag = "Prescriptions",
    extensions(("x-roles" = json!(CareParty::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The prescription.")),
    responses((status = 200, description = "The prescription, tagged for reading aloud.", body = PdfFile, content_type = "application/pdf"))
)]
#[get("/v1/prescriptions/{id}/pdf")]
pub async fn print_prescription(caller: CareParty, id: Path<Id>, platform: Platform) -> Result<PdfFile> {
    let (id, catalogue) = (id.0, catalogue());
    let (form, at) = platform
        .write(move |tx| {
            let (prescription, reader) = readable(tx, &caller, id)?;
            let printed = printed::form(&prescription, catalogue, reader, tx.now.london_day());
            let printed = printed.ok_or(Reason::PrescriptionNotSigned)?;
            audit::record(tx, caller.actor(), "prescription.printed", ("prescription", Some(id)))?;
            Ok(printed)
        })
        .await?;
    Ok(PdfFile(form.print(at)?))
}
