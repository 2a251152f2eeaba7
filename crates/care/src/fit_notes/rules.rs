//! Who may issue a fit note, on what it rests, and what it says. Periods, wording and checking have files of their own.
//!
//! "The Regulations" are the Social Security (Medical Evidence) Regulations 1976 (SI 1976/615) and, for statutory sick pay, SI
//! 1985/1604. Sources, and how sure each is: `docs/clinical-rules.md#fit-notes`.

pub mod checking;
pub mod code;
pub mod periods;
pub mod plans;
#[cfg(test)]
mod tests;
pub mod wording;

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{FitNoteAdaptation, FitNoteBasis, FitNoteDiscretion, FitNoteFitness, FitNoteProfession, FitNoteWarning};
use platform::refusal::{Reason, Refusal};
use platform::text::folded;
use reference::workforce::model::RegistrationBody;
use scheduling::booking::model::AppointmentStatus;
use scheduling::clinicians::model::{AppointmentMode, Discipline};

/// The profession in which a clinician issues a note: doctor, nurse, occupational therapist or pharmacist; there are no
/// physiotherapists among the disciplines. A register alone does not say everything: the NMC also keeps midwives, the HCPC
/// psychologists and paramedics.
///
/// Source: the Regulations, "healthcare professional": five professions since 1 July 2022, so dentists, psychologists,
/// psychotherapists, counsellors, paramedics, midwives and recovery workers cannot. Registers: `docs/clinical-rules.md#identifiers`.
///
/// # Errors
/// [`Reason::FitNoteIssuer`].
pub fn issuer_profession(body: Option<RegistrationBody>, discipline: Discipline) -> Result<FitNoteProfession, Refusal> {
    match (body, discipline) {
        (Some(RegistrationBody::Gmc), _) => Ok(FitNoteProfession::Doctor),
        (Some(RegistrationBody::Nmc), Discipline::MentalHealthNurse) => Ok(FitNoteProfession::Nurse),
        (Some(RegistrationBody::Hcpc), Discipline::OccupationalTherapist) => Ok(FitNoteProfession::OccupationalTherapist),
        (Some(RegistrationBody::Gphc), _) => Ok(FitNoteProfession::Pharmacist),
        _ => Err(Refusal::new(
            Reason::FitNoteIssuer,
            "Only a doctor, nurse, occupational therapist or pharmacist whose registration is in the directory may issue one. Others may write a report that such a colleague relies on.",
        )),
    }
}

/// Nobody certifies their own unfitness: the issuer's registration must not be the practitioner's. Both are blind indexes.
///
/// Source: the Regulations, "healthcare professional ... not being the patient".
///
/// # Errors
/// [`Reason::FitNoteForOneself`].
pub fn not_for_oneself(issuer: Option<&str>, practitioner: Option<&str>) -> Result<(), Refusal> {
    match (issuer, practitioner) {
        (Some(issuer), Some(practitioner)) if issuer == practitioner => Err(Reason::FitNoteForOneself.into()),
        _ => Ok(()),
    }
}

/// An appointment that a note may rest on: whose it is has been seen to; this is about whether it took place.
///
/// Source: the Regulations, Schedule 1 (in person or by telephone); DWP guidance adds video.
///
/// # Errors
/// [`Reason::FitNoteNotAssessed`].
pub fn assessed(
    status: AppointmentStatus,
    starts_at: DateTime<Utc>,
    mode: AppointmentMode,
    now: DateTime<Utc>,
) -> Result<FitNoteBasis, Refusal> {
    if status != AppointmentStatus::Attended || now < starts_at {
        return Err(Refusal::new(
            Reason::FitNoteNotAssessed,
            "The appointment has not been attended, or nobody has recorded that it was.",
        ));
    }
    Ok(match mode {
        AppointmentMode::InPerson => FitNoteBasis::InPerson,
        AppointmentMode::Phone => FitNoteBasis::Phone,
        AppointmentMode::Video => FitNoteBasis::Video,
    })
}

/// A report that a note may rest on is considered on the day of issue and was written by then.
///
/// Source: the Regulations, Schedule 1: consideration of a written report by another healthcare professional.
///
/// # Errors
/// [`Reason::FitNoteNotAssessed`] at `/report/written_on`.
pub fn report_is_written(written_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if written_on <= today {
        return Ok(());
    }
    let detail = "A report that is not written yet cannot be considered.";
    Err(Refusal::new(Reason::FitNoteNotAssessed, detail).field("/report/written_on", "in_the_future", detail))
}

/// A note rests on one thing: an appointment or a report.
///
/// Source: the Regulations, Schedule 1, rule 4 (based on an assessment) and rule 9 (one statement for one assessment).
///
/// # Errors
/// [`Reason::FitNoteNotAssessed`] at `/appointment_id`.
pub fn one_basis(appointment: bool, report: bool) -> Result<(), Refusal> {
    if appointment != report {
        return Ok(());
    }
    let detail = "Name the appointment or the report that the note rests on, and only one of them.";
    Err(Refusal::new(Reason::FitNoteNotAssessed, detail).field("/appointment_id", "required", detail))
}

/// Of "may be fit" comes what the employer can do, at least one of four things, and how the condition affects what the
/// practitioner can do; "not fit" has no such advice.
///
/// Source: the form itself (four adaptations, one or more) and the Regulations, Schedule 1, rule 7 (reasons in the comments).
///
/// # Errors
/// [`Reason::FitNoteAdaptations`] at `/adaptations`, [`Reason::FitNoteEffects`] at `/comments`.
pub fn advice(fitness: FitNoteFitness, adaptations: &[FitNoteAdaptation], comments: Option<&str>) -> Result<(), Refusal> {
    let adaptations_are_wrong =
        |detail: &'static str| Err(Refusal::new(Reason::FitNoteAdaptations, detail).field("/adaptations", "do_not_fit", detail));
    match fitness {
        FitNoteFitness::NotFit if !adaptations.is_empty() => {
            adaptations_are_wrong("Whoever is not fit for work gets no advice about it.")
        }
        FitNoteFitness::MayBeFit if adaptations.is_empty() => {
            adaptations_are_wrong("Say what may make work possible: one or more.")
        }
        FitNoteFitness::MayBeFit if comments.is_none_or(|text| text.trim().is_empty()) => {
            let detail = "Say in the comments how the condition affects what the practitioner can do.";
            Err(Refusal::new(Reason::FitNoteEffects, detail).field("/comments", "required", detail))
        }
        _ => Ok(()),
    }
}

/// A condition is given as precisely as it is known, or less precisely on one of two grounds; then the precise one is kept in
/// the record.
///
/// Source: the Regulations, Schedule 1, rules 6 and 8: prejudicial to wellbeing, or to the position with the employer.
///
/// # Errors
/// [`Reason::FitNoteCondition`] at `/condition`, `/precise_condition` or `/discretion`.
pub fn condition(given: &str, precise: Option<&str>, discretion: Option<FitNoteDiscretion>) -> Result<(), Refusal> {
    let wrong = |pointer: &'static str, detail: &'static str| {
        Err(Refusal::new(Reason::FitNoteCondition, detail).field(pointer, "required", detail))
    };
    let said = |text: &str| !text.trim().is_empty();
    match (precise.filter(|text| said(text)), discretion) {
        _ if !said(given) => wrong("/condition", "Say which condition."),
        (Some(_), None) => wrong("/discretion", "Say on which of the two grounds the condition is given less precisely."),
        (None, Some(_)) => wrong("/precise_condition", "Keep the condition in the record as precisely as it is known."),
        _ => Ok(()),
    }
}

/// The practitioner has a legal name that shows something in print.
///
/// Source: the Regulations, Schedule 1, rule 5 (particulars: the patient's name).
///
/// # Errors
/// [`Reason::FitNoteName`].
pub fn legal_name(name: &str) -> Result<(), Refusal> {
    if folded(name).is_empty() { Err(Reason::FitNoteName.into()) } else { Ok(()) }
}

/// What must be seen before a note is issued has been seen.
///
/// Source: `docs/clinical-rules.md#fit-note-period` (the first seven days) and `#fit-note-confidentiality` (sensitive words); both
/// advise and do not forbid.
///
/// # Errors
/// [`Reason::FitNoteWarnings`], naming each warning at `/acknowledged`.
pub fn acknowledged(warnings: &[FitNoteWarning], seen: &[FitNoteWarning]) -> Result<(), Refusal> {
    let unseen = warnings.iter().filter(|warning| !seen.contains(warning));
    let refusal = unseen.fold(Refusal::from(Reason::FitNoteWarnings), |refusal, warning| {
        refusal.field("/acknowledged", warning.as_str(), explanation(*warning))
    });
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

fn explanation(warning: FitNoteWarning) -> &'static str {
    match warning {
        FitNoteWarning::SelfCertification => {
            "The note covers nothing but the first seven days of a spell, which the practitioner certifies without one."
        }
        FitNoteWarning::SensitiveWords => {
            "The condition or the comments hold a word that may tell the employer what is treated, with what, or where."
        }
    }
}
