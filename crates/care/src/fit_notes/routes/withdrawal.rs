//! HTTP handler that withdraws fit notes.

use actix_web::post;

use super::{check_issuer, lock_and_read_practitioner, note_view};
use crate::fit_notes::dto::WithdrawFitNote;
use crate::fit_notes::dto::views::FitNoteView;
use crate::fit_notes::queries;
use crate::fit_notes::queries::Withdrawal;
use crate::fit_notes::rules::verification;
use people::Clinician;
use people::relationships::{PermitExt, Purpose};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed;
use scheduling::booking::care_relationship;

/// Withdraw a fit note
///
/// Only before the employer has it. Verification of the note then returns `unknown`, and another note can be issued for the same
/// assessment. After the end of care this is possible for as long as the clinician may read the note.
#[utoipa::path(
    operation_id = "withdrawFitNote", tag = "Fit notes", request_body = WithdrawFitNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("fit_note.withdrawn")),
        ("x-problems" = json!(["directory_entry_required",
        "fit_note_not_allowed", "state_conflict", "fit_note_with_employer"]))),
    params(("id" = Id, Path, description = "The fit note.")),
    responses((status = 200, description = "Withdrawn.", body = FitNoteView))
)]
#[post("/v1/fit-notes/{id}/withdraw")]
pub async fn withdraw_fit_note(
    caller: Clinician,
    id: Path<Id>,
    form: Json<WithdrawFitNote>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, note) = queries::find(tx, id)?.permit(tx, &caller, Purpose::FinishOwn)?;
            care_relationship::check_own_or_readable(tx, &caller, note.clinician, permit.practitioner())?;
            let person = lock_and_read_practitioner(tx, permit.practitioner())?;
            check_issuer(tx, caller.id, &person)?;
            let note = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            verification::may_withdraw(note.state(), form.with_employer)?;
            let explanation = form.note.as_ref().map(trimmed);
            queries::withdraw(tx, id, caller.id, &Withdrawal { reason: form.reason, explanation })?;
            permit.record(tx, "fit_note.withdrawn", ("fit_note", Some(id)))?;
            let note = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            Response::ok(&note_view(tx, note, true)?)
        })
        .await
}
