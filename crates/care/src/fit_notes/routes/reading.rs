//! HTTP handlers for reading and downloading fit notes: practitioners their own, clinicians those of practitioners whose record
//! they may read.

use actix_web::get;

use super::{note_view, render_pdf};
use crate::assessment::callers::PractitionerOrClinician;
use crate::fit_notes::document;
use crate::fit_notes::dto::FitNoteQuery;
use crate::fit_notes::dto::views::{FitNoteSummary, FitNoteView};
use crate::fit_notes::queries;
use crate::fit_notes::rules::verification;
use people::relationships::{PermitExt, Purpose};
use people::{Caller, Role};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, PdfFile, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// The practitioner a list is about.
pub(super) fn listed_practitioner(caller: &Caller, named: Option<Id>) -> Result<Id> {
    match (caller.role, named) {
        (Role::Practitioner, None) => Ok(caller.id),
        (_, Some(id)) => Ok(id),
        (_, None) => Err(Error::field(Reason::InvalidParameter, "practitioner_id", "required", "Name the practitioner.")),
    }
}

/// List fit notes
///
/// Fit notes (sick notes, Med3): practitioners see their own. Clinicians name a practitioner they treat or treated recently. Every read
/// is recorded.
#[utoipa::path(
    operation_id = "listFitNotes", tag = "Fit notes",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("fit_note.listed")), ("x-problems" = json!([
        "not_found"]))),
    params(FitNoteQuery),
    responses((status = 200, description = "The fit notes, the newest first.", body = Page<FitNoteSummary>))
)]
#[get("/v1/fit-notes")]
pub async fn list_fit_notes(
    caller: PractitionerOrClinician,
    query: Query<FitNoteQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let FitNoteQuery { practitioner_id } = query.0;
    let practitioner = listed_practitioner(&caller, practitioner_id)?;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            let rows = queries::list(tx, practitioner, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            permit.record(tx, "fit_note.listed", ("practitioner", Some(practitioner)))?;
            Response::ok(&page.map(|note| FitNoteSummary::from(&note)))
        })
        .await
}

/// Get a fit note
///
/// Every read is recorded.
#[utoipa::path(
    operation_id = "getFitNote", tag = "Fit notes",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("fit_note.read"))),
    params(("id" = Id, Path, description = "The fit note.")),
    responses((status = 200, description = "The fit note.", body = FitNoteView))
)]
#[get("/v1/fit-notes/{id}")]
pub async fn get_fit_note(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, note) = queries::find(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            permit.record(tx, "fit_note.read", ("fit_note", Some(id)))?;
            Response::ok(&note_view(tx, note, !permit.is_own())?)
        })
        .await
}

/// Download a fit note as PDF
///
/// The printable note, to be shown to an employer. The file of a note is always the same. Every download is recorded.
#[utoipa::path(
    operation_id = "getFitNotePdf", tag = "Fit notes",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("fit_note.downloaded")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The fit note.")),
    responses((status = 200, description = "The fit note as PDF.", body = PdfFile, content_type = "application/pdf"))
)]
#[get("/v1/fit-notes/{id}/pdf")]
pub async fn get_fit_note_pdf(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<PdfFile> {
    let id = id.0;
    let (note, code) = platform
        .write(move |tx| {
            let (permit, note) = queries::find(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            verification::check_not_withdrawn(note.state())?;
            permit.record(tx, "fit_note.downloaded", ("fit_note", Some(id)))?;
            Ok((note, queries::verification_code(tx.sealer, id)))
        })
        .await?;
    render_pdf(move || document::fit_note_pdf(&note.content, &code, note.issued_at, None)).await
}
