//! HTTP handlers of duplicates of fit notes.

use actix_web::{get, post};

use super::{check_issuer, lock_and_read_practitioner, render_pdf};
use crate::assessment::callers::PractitionerOrClinician;
use crate::fit_notes::document;
use crate::fit_notes::dto::views::FitNoteDuplicate;
use crate::fit_notes::queries;
use crate::fit_notes::queries::Duplicate;
use crate::fit_notes::rules::verification;
use people::Clinician;
use people::relationships::{PermitExt, Purpose};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Path, PdfFile, Response};
use platform::ids::Id;

/// Issue a duplicate of a fit note
///
/// For a note that was lost. The duplicate has the same content and code and is marked as a duplicate.
#[utoipa::path(
    operation_id = "issueFitNoteDuplicate", tag = "Fit notes",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("fit_note.duplicate_issued")),
        ("x-problems" = json!(["directory_entry_required",
        "fit_note_not_allowed", "state_conflict"]))),
    params(("id" = Id, Path, description = "The fit note.")),
    responses((status = 201, description = "Issued.", body = FitNoteDuplicate))
)]
#[post("/v1/fit-notes/{id}/duplicates")]
pub async fn issue_fit_note_duplicate(caller: Clinician, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, _) = queries::find(tx, id)?.permit(tx, &caller, Purpose::Act)?;
            let person = lock_and_read_practitioner(tx, permit.practitioner())?;
            check_issuer(tx, caller.id, &person)?;
            // Read again now that the practitioner's row is locked.
            let note = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            verification::check_not_withdrawn(note.state())?;
            let duplicate = Duplicate { id: Id::new(tx.now), fit_note_id: id, clinician_id: caller.id, issued_at: tx.now };
            queries::insert_duplicate(tx, &duplicate)?;
            permit.record(tx, "fit_note.duplicate_issued", ("fit_note", Some(id)))?;
            let location = format!("/v1/fit-notes/{id}/duplicates/{}/pdf", duplicate.id);
            Response::created(location, &FitNoteDuplicate::from(duplicate))
        })
        .await
}

/// Download a duplicate of a fit note as PDF
///
/// Every download is recorded.
#[utoipa::path(
    operation_id = "getFitNoteDuplicatePdf", tag = "Fit notes",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("fit_note.downloaded")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The fit note."), ("duplicate_id" = Id, Path, description = "The duplicate.")),
    responses((status = 200, description = "The duplicate as PDF.", body = PdfFile, content_type = "application/pdf"))
)]
#[get("/v1/fit-notes/{id}/duplicates/{duplicate_id}/pdf")]
pub async fn get_fit_note_duplicate_pdf(
    caller: PractitionerOrClinician,
    path: Path<(Id, Id)>,
    platform: Platform,
) -> Result<PdfFile> {
    let (id, duplicate) = path.0;
    let (note, code, issued_at) = platform
        .write(move |tx| {
            let (permit, note) = queries::find(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            let found = queries::duplicates(tx, id)?.into_iter().find(|one| one.id == duplicate);
            let issued_at = found.ok_or_else(Error::not_found)?.issued_at;
            verification::check_not_withdrawn(note.state())?;
            permit.record(tx, "fit_note.downloaded", ("fit_note", Some(id)))?;
            Ok((note, queries::verification_code(tx.sealer, id), issued_at))
        })
        .await?;
    render_pdf(move || document::fit_note_pdf(&note.content, &code, note.issued_at, Some(issued_at))).await
}
