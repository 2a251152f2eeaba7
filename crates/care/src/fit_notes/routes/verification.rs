//! HTTP handler that verifies fit notes, for anyone who holds one, without an account.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use crate::fit_notes::dto::VerifyFitNote;
use crate::fit_notes::dto::views::FitNoteVerification;
use crate::fit_notes::model::PrintedDetails;
use crate::fit_notes::queries;
use crate::fit_notes::rules::{periods, verification};
use people::relationships::Basis;
use platform::Platform;
use platform::audit::{self, About, Actor};
use platform::error::Result;
use platform::http::minimum_duration::with_minimum_duration;
use platform::http::{Json, Response};
use platform::throttle::Throttle;

/// Verify a fit note
///
/// For anyone who holds a fit note. Everything that is printed can be compared. The result is `genuine`, `altered` or `unknown`, and
/// nothing else is disclosed. A withdrawn note is `unknown`. The number of checks is limited for each address and each code.
#[utoipa::path(
    operation_id = "verifyFitNote", tag = "Fit notes", request_body = VerifyFitNote, security(()),
    extensions(("x-audit" = json!("fit_note.checked")), ("x-problems" = json!(["invalid_body"]))),
    responses((status = 200, description = "The result.", body = FitNoteVerification))
)]
#[post("/v1/fit-note-verifications")]
pub async fn verify_fit_note(
    form: Json<VerifyFitNote>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let sealer = platform.sealer.clone();
    let tag = queries::code_tag(&sealer, form.code.reveal());
    throttle.document_check(&request, &tag)?;
    let printed = PrintedDetails {
        issued_on: form.issued_on,
        fitness: form.fitness,
        period: periods::parse_period(&(&form.period).into())?,
        others: form.others(),
    };
    let checked = platform.write(move |tx| {
        let (note, content) = queries::find_by_code(tx, &tag)?;
        // Recorded whether or not a note exists; otherwise the response time would reveal that a note was withdrawn.
        let duplicates = match note {
            Some((note, practitioner)) => {
                let about = About { practitioner, basis: Basis::Document.as_str() };
                audit::record_about(tx, Actor::ANONYMOUS, "fit_note.checked", ("fit_note", Some(note)), about)?;
                queries::duplicates(tx, note)?.into_iter().map(|one| one.issued_at.london_day()).collect()
            }
            None => {
                audit::record(tx, Actor::ANONYMOUS, "fit_note.checked", ("fit_note", None))?;
                Vec::new()
            }
        };
        Response::ok(&FitNoteVerification { result: verification::verify(content.as_ref(), &duplicates, &printed) })
    });
    // For a note that exists more rows are read, so the response time is evened out.
    with_minimum_duration(checked).await
}
