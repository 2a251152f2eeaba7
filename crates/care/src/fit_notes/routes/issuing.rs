//! HTTP handler that issues fit notes.

use actix_web::post;

use super::{fit_for_paper, issuer, lines, organisation, treated, whole};
use crate::fit_notes::catalogue;
use crate::fit_notes::dto::IssueFitNote;
use crate::fit_notes::dto::views::FitNoteView;
use crate::fit_notes::model::{Content, FitNoteBasis, FitNoteWarning, Record, Report, Span};
use crate::fit_notes::queries;
use crate::fit_notes::queries::FitNote;
use crate::fit_notes::rules;
use crate::fit_notes::rules::{periods, wording};
use people::Clinician;
use people::practitioners::queries::Registered;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::config::Organisation;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed};
use platform::refusal::Reason;

use scheduling::booking::treating;

/// Issue a fit note
///
/// By a doctor, nurse, occupational therapist or pharmacist who treats the practitioner, based on an attended appointment with
/// them or on a colleague's written report; one note for each. Warnings are first returned as `fit_note_warnings`: send the
/// same request again with the warnings in `acknowledged`. An issued note cannot be changed.
#[utoipa::path(
    operation_id = "issueFitNote", tag = "Fit notes", request_body = IssueFitNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["not_found", "clinician_incomplete",
        "organisation_not_set", "invalid_body", "fit_note_not_allowed", "fit_note_not_assessed", "already_exists",
        "fit_note_name", "fit_note_warnings"]))),
    responses((status = 201, description = "Issued.", body = FitNoteView))
)]
#[post("/v1/fit-notes")]
pub async fn issue_fit_note(caller: Clinician, attempt: Attempt, form: Json<IssueFitNote>, platform: Platform) -> Result<Answer> {
    let organisation = organisation(&platform)?;
    platform
        .write_once(attempt, move |tx| {
            let person = treated(tx, caller.id, form.practitioner_id)?;
            let note = composed(tx, caller.id, &person, &form, &organisation)?;
            queries::insert(tx, &note)?;
            audit::record(tx, caller.actor(), "fit_note.issued", ("fit_note", Some(note.id)))?;
            let location = format!("/v1/fit-notes/{}", note.id);
            Answer::created(location, &whole(tx, note, true)?)
        })
        .await
}

/// The note that the form describes, after all rules have been checked.
fn composed(
    tx: &mut Tx,
    clinician: Id,
    person: &Registered,
    form: &IssueFitNote,
    organisation: &Organisation,
) -> Result<FitNote> {
    let (issuer, profession) = issuer(tx, clinician, person)?;
    rules::legal_name(&person.told.legal_name)?;
    let (basis, assessed_on) = basis(tx, clinician, form)?;
    let text = |text: &Option<Private<String>>| text.as_ref().map(trimmed);
    let (condition, comments) = (trimmed(&form.condition), text(&form.comments));
    let (precise, six_months) = (text(&form.precise_condition), text(&form.six_months_reason));
    rules::condition(&condition, precise.as_deref(), form.discretion)?;
    let mut adaptations = form.adaptations.clone();
    adaptations.sort_unstable();
    adaptations.dedup();
    rules::advice(form.fitness, &adaptations, comments.as_deref())?;

    let stated = periods::stated(&(&form.period).into())?;
    let (issued_on, span) = (tx.now.london_day(), stated.span(assessed_on));
    periods::not_post_dated(span, issued_on)?;
    let assessments = treating::attended(tx, clinician, person.id)?;
    let assessments: Vec<_> = assessments.into_iter().map(|at| UtcTime::from(at).london_day()).collect();
    periods::rests_on_an_assessment(span, assessed_on, issued_on, &assessments)?;
    periods::short_ones_have_dates(&stated, span)?;
    let earlier: Vec<Span> = queries::standing(tx, person.id)?.iter().map(Content::span).collect();
    periods::length(&stated, periods::unfit_for_six_months(&earlier, span.from), six_months.as_deref())?;

    for (pointer, text) in [("/condition", Some(&condition)), ("/comments", comments.as_ref())] {
        if let Some(text) = text {
            fit_for_paper(pointer, text, person)?;
        }
    }
    print::printable_names(&issuer, &person.told.legal_name)?;
    let mut warnings = Vec::new();
    if periods::is_self_certified(span, &earlier) {
        warnings.push(FitNoteWarning::SelfCertification);
    }
    let words = catalogue::sensitive_words();
    if wording::is_telling(&format!("{condition}\n{}", comments.as_deref().unwrap_or_default()), words) {
        warnings.push(FitNoteWarning::SensitiveWords);
    }
    rules::acknowledged(&warnings, &form.acknowledged)?;

    let report = form.report.as_ref().map(|report| Report {
        author: trimmed(&report.author),
        profession: report.profession,
        written_on: report.written_on,
    });
    Ok(FitNote {
        id: Id::new(tx.now),
        practitioner: person.id,
        clinician,
        appointment: form.appointment_id,
        content: Content {
            name: person.told.legal_name.trim().to_owned(),
            assessed_on,
            condition,
            fitness: form.fitness,
            adaptations,
            comments,
            stated,
            assess_again: form.assess_again,
            issuer,
            profession,
            issued_on,
            organisation: lines(organisation),
            check_at: organisation.check_at.clone(),
        },
        record: Record { basis, report, precise: precise.zip(form.discretion), six_months, acknowledged: warnings },
        issued_at: tx.now,
        withdrawal: None,
    })
}

/// What the note is based on, and the date of the assessment.
fn basis(tx: &mut Tx, clinician: Id, form: &IssueFitNote) -> Result<(FitNoteBasis, chrono::NaiveDate)> {
    rules::one_basis(form.appointment_id.is_some(), form.report.is_some())?;
    if let Some(report) = &form.report {
        rules::report_is_written(report.written_on, tx.now.london_day())?;
        return Ok((FitNoteBasis::WrittenReport, tx.now.london_day()));
    }
    let appointment = match form.appointment_id {
        Some(id) => treating::appointment_with(tx, id, clinician, form.practitioner_id)?,
        None => None,
    };
    let appointment = appointment.ok_or_else(|| {
        Error::field(
            Reason::FitNoteNotAssessed,
            "/appointment_id",
            "unknown",
            "Choose one of your own appointments with the practitioner.",
        )
    })?;
    let basis = rules::assessed(appointment.status, appointment.starts_at, appointment.mode, tx.now.get())?;
    Ok((basis, UtcTime::from(appointment.starts_at).london_day()))
}
