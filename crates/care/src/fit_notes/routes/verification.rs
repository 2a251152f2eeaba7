//! Whether a paper is genuine: for whoever holds one, without an account.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use crate::fit_notes::dto::VerifyFitNote;
use crate::fit_notes::dto::views::FitNoteVerification;
use crate::fit_notes::model::Paper;
use crate::fit_notes::queries;
use crate::fit_notes::rules::{checking, periods};
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::http::even::evenly;
use platform::http::{Answer, Json};
use platform::private::Private;
use platform::throttle::Throttle;

/// Verify a fit note
///
/// For whoever holds one: does it say what was issued? The answer is `genuine`, `altered` or `unknown`, and never more, whoever asks.
/// A note that was withdrawn is `unknown`. Checks are limited for each address and for each code.
#[utoipa::path(
    operation_id = "verifyFitNote", tag = "Fit notes", request_body = VerifyFitNote, security(()),
    extensions(("x-problems" = json!(["invalid_body"]))),
    responses((status = 200, description = "One of three words.", body = FitNoteVerification))
)]
#[post("/v1/fit-note-verifications")]
pub async fn verify_fit_note(
    form: Json<VerifyFitNote>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    let sealer = platform.sealer.clone();
    let tag = queries::code_tag(&sealer, form.code.reveal());
    throttle.document_check(&request, &tag)?;
    let paper = Paper {
        issued_on: form.issued_on,
        fitness: form.fitness,
        stated: periods::stated(&(&form.period).into())?,
        name: form.form.name.map(Private::into_revealed),
        condition: form.form.condition.map(Private::into_revealed),
    };
    let checked = platform.write(move |tx| {
        let (note, content) = queries::checked_by_code(tx, &tag)?;
        // Whether or not there is such a note: the time of an answer would show that one was withdrawn.
        audit::record(tx, Actor::ANONYMOUS, "fit_note.checked", ("fit_note", note))?;
        Answer::ok(&FitNoteVerification { result: checking::genuineness(content.as_ref(), &paper) })
    });
    // One row more is read of a note that was withdrawn.
    evenly(checked).await
}
