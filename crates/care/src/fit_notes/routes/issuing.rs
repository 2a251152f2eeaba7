//! HTTP handler that issues fit notes.

use actix_web::post;

use super::{check_issuer, check_printable_text, lock_treated, note_view, organisation_lines, required_organisation};
use crate::fit_notes::catalogue;
use crate::fit_notes::dto::IssueFitNote;
use crate::fit_notes::dto::views::FitNoteView;
use crate::fit_notes::model::{FitNoteBasis, FitNoteContent, FitNoteRecord, FitNoteWarning, Span, WrittenReport};
use crate::fit_notes::queries;
use crate::fit_notes::queries::FitNote;
use crate::fit_notes::rules;
use crate::fit_notes::rules::{periods, wording};
use crate::prescriptions;
use people::Clinician;
use people::practitioners::queries::RegisteredPractitioner;
use platform::Platform;
use platform::Tx;
use platform::config::Organisation;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Response};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed};
use platform::refusal::Reason;

use scheduling::booking::care_relationship;

/// Issue a fit note
///
/// A fit note is the Statement of Fitness for Work (Med3), often called a sick note. By a doctor, nurse, occupational therapist,
/// pharmacist or physiotherapist who treats the practitioner, based on an attended appointment with them or on the written report of a
/// regulated colleague; one note for each. Warnings are first returned as `warnings_not_acknowledged`: send the same request again with
/// the warnings in `acknowledged`. An issued note cannot be changed.
#[utoipa::path(
    operation_id = "issueFitNote", tag = "Fit notes", request_body = IssueFitNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("fit_note.issued")),
        ("x-problems" = json!(["not_found", "directory_entry_required",
        "organisation_required", "invalid_body", "fit_note_not_allowed", "fit_note_assessment_required", "already_exists",
        "legal_name_required", "warnings_not_acknowledged"]))),
    responses((status = 201, description = "Issued.", body = FitNoteView))
)]
#[post("/v1/fit-notes")]
pub async fn issue_fit_note(
    caller: Clinician,
    attempt: Attempt,
    form: Json<IssueFitNote>,
    platform: Platform,
) -> Result<Response> {
    let organisation = required_organisation(&platform)?;
    platform
        .write_once(attempt, move |tx| {
            let (permit, person) = lock_treated(tx, &caller, form.practitioner_id)?;
            let note = build_note(tx, caller.id, &person, &form, &organisation)?;
            queries::insert(tx, &note)?;
            permit.record(tx, "fit_note.issued", ("fit_note", Some(note.id)))?;
            let location = format!("/v1/fit-notes/{}", note.id);
            Response::created(location, &note_view(tx, note, true)?)
        })
        .await
}

/// The note that the form describes, after all rules have been checked.
fn build_note(
    tx: &mut Tx,
    clinician: Id,
    person: &RegisteredPractitioner,
    form: &IssueFitNote,
    organisation: &Organisation,
) -> Result<FitNote> {
    let (issuer, profession) = check_issuer(tx, clinician, person)?;
    rules::check_legal_name(&person.details.legal_name)?;
    let (basis, assessed_on) = basis(tx, clinician, form)?;
    let text = |text: &Option<Private<String>>| text.as_ref().map(trimmed);
    let (condition, comments) = (trimmed(&form.condition), text(&form.comments));
    let (precise, six_months) = (text(&form.precise_condition), text(&form.six_months_reason));
    rules::check_condition(&condition, precise.as_deref(), form.discretion)?;
    let mut adaptations = form.adaptations.clone();
    adaptations.sort_unstable();
    adaptations.dedup();
    rules::check_advice(form.fitness, &adaptations, comments.as_deref())?;

    let stated = periods::parse_period(&(&form.period).into())?;
    let (issued_on, span) = (tx.now.london_day(), stated.span(assessed_on));
    periods::check_not_post_dated(span, issued_on)?;
    let assessments = care_relationship::attended_times(tx, clinician, person.id)?;
    let assessments: Vec<_> = assessments.into_iter().map(|at| UtcTime::from(at).london_day()).collect();
    periods::check_not_back_dated(span, assessed_on, issued_on, &assessments)?;
    periods::check_short_period_has_dates(&stated, span)?;
    periods::check_indefinite(&stated, form.fitness)?;
    let earlier = queries::valid_contents(tx, person.id)?;
    let unfit = periods::unfit_spans(earlier.iter().map(|note| (note.fitness, note.span())));
    periods::check_length(span, periods::unfit_for_six_months(&unfit, assessed_on), six_months.as_deref())?;
    let earlier: Vec<Span> = earlier.iter().map(FitNoteContent::span).collect();

    for (pointer, text) in [("/condition", Some(&condition)), ("/comments", comments.as_ref())] {
        if let Some(text) = text {
            check_printable_text(pointer, text, person)?;
        }
    }
    print::check_printable_names(&issuer, &person.details.legal_name)?;
    let mut warnings = Vec::new();
    if periods::is_self_certified(span, &earlier) {
        warnings.push(FitNoteWarning::SelfCertification);
    }
    let words = catalogue::sensitive_words_with(&prescriptions::in_force::catalogue(tx)?);
    if wording::has_sensitive_word(&format!("{condition}\n{}", comments.as_deref().unwrap_or_default()), &words) {
        warnings.push(FitNoteWarning::SensitiveWords);
    }
    rules::check_acknowledged(&warnings, &form.acknowledged)?;

    let report = form.report.as_ref().map(|report| WrittenReport {
        author: trimmed(&report.author),
        profession: report.profession,
        written_on: report.written_on,
    });
    Ok(FitNote {
        id: Id::new(tx.now),
        practitioner: person.id,
        clinician,
        appointment: form.appointment_id,
        content: FitNoteContent {
            name: person.details.legal_name.trim().to_owned(),
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
            organisation: organisation_lines(organisation),
            check_at: organisation.check_url.clone(),
        },
        record: FitNoteRecord { basis, report, precise: precise.zip(form.discretion), six_months, acknowledged: warnings },
        issued_at: tx.now,
        withdrawal: None,
    })
}

/// What the note is based on, and the date of the assessment.
fn basis(tx: &mut Tx, clinician: Id, form: &IssueFitNote) -> Result<(FitNoteBasis, chrono::NaiveDate)> {
    rules::check_single_basis(form.appointment_id.is_some(), form.report.is_some())?;
    if let Some(report) = &form.report {
        rules::check_report_author(report.profession)?;
        rules::check_report_date(report.written_on, tx.now.london_day())?;
        return Ok((FitNoteBasis::WrittenReport, tx.now.london_day()));
    }
    let appointment = match form.appointment_id {
        Some(id) => care_relationship::shared_appointment(tx, id, clinician, form.practitioner_id)?,
        None => None,
    };
    let appointment = appointment.ok_or_else(|| {
        Error::field(
            Reason::FitNoteAssessmentRequired,
            "/appointment_id",
            "unknown",
            "Choose one of your own appointments with the practitioner.",
        )
    })?;
    let basis = rules::appointment_basis(appointment.status, appointment.starts_at, appointment.mode, tx.now.get())?;
    Ok((basis, UtcTime::from(appointment.starts_at).london_day()))
}
