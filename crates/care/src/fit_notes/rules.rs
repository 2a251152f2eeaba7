//! Rules of fit notes: who may issue a note, what it is based on, and what it says. Periods, wording and verification have
//! their own files.
//!
//! "The Regulations" are the Social Security (Medical Evidence) Regulations 1976 (SI 1976/615) and, for statutory sick pay, SI
//! 1985/1604. Sources, and how sure each is: `docs/clinical-rules.md#fit-notes`.

pub mod code;
mod listed_words;
pub mod periods;
pub mod plans;
#[cfg(test)]
mod tests;
pub mod verification;
pub mod wording;

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{
    FitNoteAdaptation, FitNoteBasis, FitNoteDiscretion, FitNoteFitness, FitNoteProfession, FitNoteWarning, ReportingProfession,
};
use platform::refusal::{Reason, Refusal};
use platform::text::folded;
use reference::workforce::model::{NmcProfession, RegistrationBody};
use scheduling::booking::model::AppointmentState;
use scheduling::clinicians::model::{AppointmentMode, Discipline};

/// What the directory says of a clinician's registration.
#[derive(Debug, Clone, Copy)]
pub struct IssuerFacts<'a> {
    /// The register and the number on it.
    pub registration: Option<(RegistrationBody, &'a str)>,
    pub nmc_profession: Option<NmcProfession>,
    pub discipline: Discipline,
}

/// The profession in which a clinician issues a note: doctor, nurse, occupational therapist, pharmacist or physiotherapist, whatever
/// their discipline in the service. The register alone is not enough. The GMC also registers associates, whose numbers are not all
/// digits; of the numbers of the HCPC, those of the two professions begin with OT and PH; as what the NMC registers a person is in the
/// directory, where a mental-health nurse is a nurse without it. The PSNI is not the register of article 3 of the Pharmacy Order 2010.
///
/// Source: the Regulations, regulation 1(2), "healthcare professional": five professions since 1 July 2022, so dentists,
/// psychologists, psychotherapists, counsellors, paramedics, midwives and recovery workers cannot. Registers:
/// `docs/clinical-rules.md#identifiers`.
///
/// # Errors
/// [`Reason::FitNoteIssuer`].
pub fn issuer_profession(facts: IssuerFacts<'_>) -> Result<FitNoteProfession, Refusal> {
    let is_nurse = match facts.nmc_profession {
        Some(profession) => profession == NmcProfession::Nurse,
        None => facts.discipline == Discipline::MentalHealthNurse,
    };
    match facts.registration {
        Some((RegistrationBody::Gmc, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(FitNoteProfession::Doctor)
        }
        Some((RegistrationBody::Nmc, _)) if is_nurse => Ok(FitNoteProfession::Nurse),
        Some((RegistrationBody::Hcpc, number)) if number.starts_with("OT") => Ok(FitNoteProfession::OccupationalTherapist),
        Some((RegistrationBody::Hcpc, number)) if number.starts_with("PH") => Ok(FitNoteProfession::Physiotherapist),
        Some((RegistrationBody::Gphc, _)) => Ok(FitNoteProfession::Pharmacist),
        Some((RegistrationBody::Nmc, _)) if facts.nmc_profession.is_none() => Err(Refusal::new(
            Reason::FitNoteIssuer,
            "The directory does not say that the NMC registers you as a nurse. Ask an administrator to record it.",
        )),
        _ => Err(Refusal::new(
            Reason::FitNoteIssuer,
            "Only a doctor, nurse, occupational therapist, pharmacist or physiotherapist with a registration in the directory may \
             issue a fit note. Write a report instead, and ask such a colleague to issue the note.",
        )),
    }
}

/// Checks that the issuer's registration is not the practitioner's: clinicians may not issue notes for themselves. Both are blind
/// indexes.
///
/// Source: the Regulations, "healthcare professional ... not being the patient".
///
/// # Errors
/// [`Reason::FitNoteForOneself`].
pub fn check_not_own_note(issuer: Option<&str>, practitioner: Option<&str>) -> Result<(), Refusal> {
    match (issuer, practitioner) {
        (Some(issuer), Some(practitioner)) if issuer == practitioner => Err(Reason::FitNoteForOneself.into()),
        _ => Ok(()),
    }
}

/// Checks that the appointment was attended, and returns the basis of the note. The caller has checked who took part.
///
/// Source: the Regulations, Schedule 1 (in person or by telephone); DWP guidance adds video.
///
/// # Errors
/// [`Reason::FitNoteAssessmentRequired`].
pub fn appointment_basis(
    status: AppointmentState,
    starts_at: DateTime<Utc>,
    mode: AppointmentMode,
    now: DateTime<Utc>,
) -> Result<FitNoteBasis, Refusal> {
    if status != AppointmentState::Attended || now < starts_at {
        return Err(Refusal::new(
            Reason::FitNoteAssessmentRequired,
            "The appointment is not recorded as attended. Record the attendance first, or choose another appointment.",
        ));
    }
    Ok(match mode {
        AppointmentMode::InPerson => FitNoteBasis::InPerson,
        AppointmentMode::Phone => FitNoteBasis::Phone,
        AppointmentMode::Video => FitNoteBasis::Video,
    })
}

/// Checks that the report was written by the date of issue, on which it is considered.
///
/// Source: the Regulations, Schedule 1: consideration of a written report by another healthcare professional.
///
/// # Errors
/// [`Reason::FitNoteAssessmentRequired`] at `/report/written_on`.
pub fn check_report_date(written_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if written_on <= today {
        return Ok(());
    }
    let detail = "The date of the report is in the future. Check the date.";
    Err(Refusal::new(Reason::FitNoteAssessmentRequired, detail).field("/report/written_on", "in_the_future", detail))
}

/// Checks that the author of a report is a healthcare professional, a midwife or a member of another regulated profession. No body
/// regulates counsellors and psychotherapists by law.
///
/// Source: the Regulations, Schedule 1, rule 1, "other health professional": a registered midwife or a member of a profession
/// regulated by a body mentioned in section 25(3) of the National Health Service Reform and Health Care Professions Act 2002.
///
/// # Errors
/// [`Reason::FitNoteAssessmentRequired`] at `/report/profession`.
pub fn check_report_author(profession: ReportingProfession) -> Result<(), Refusal> {
    if !matches!(profession, ReportingProfession::Counsellor | ReportingProfession::Psychotherapist) {
        return Ok(());
    }
    let detail = "A fit note cannot rest on a report by a counsellor or psychotherapist: no body regulates them by law.";
    Err(Refusal::new(Reason::FitNoteAssessmentRequired, detail).field("/report/profession", "not_regulated", detail))
}

/// Checks that a note is based either on an appointment or on a report.
///
/// Source: the Regulations, Schedule 1, rule 4 (based on an assessment) and rule 9 (one statement for one assessment).
///
/// # Errors
/// [`Reason::FitNoteAssessmentRequired`] at `/appointment_id`.
pub fn check_single_basis(appointment: bool, report: bool) -> Result<(), Refusal> {
    if appointment != report {
        return Ok(());
    }
    let detail = "Give either the appointment or the report that the note is based on.";
    Err(Refusal::new(Reason::FitNoteAssessmentRequired, detail).field("/appointment_id", "required", detail))
}

/// Checks the advice: "may be fit" needs comments on the functional effects of the condition, and any of the four adaptations may be
/// ticked, or none; "not fit" has no adaptations.
///
/// Source: the Regulations, Schedule 1, rule 7: the reasons are stated, and arrangements only "where this is considered
/// appropriate".
///
/// # Errors
/// [`Reason::FitNoteAdaptations`] at `/adaptations`, [`Reason::FitNoteEffects`] at `/comments`.
pub fn check_advice(fitness: FitNoteFitness, adaptations: &[FitNoteAdaptation], comments: Option<&str>) -> Result<(), Refusal> {
    match fitness {
        FitNoteFitness::NotFit if !adaptations.is_empty() => {
            let detail = "Remove the adaptations: they are only for a practitioner who may be fit for work.";
            Err(Refusal::new(Reason::FitNoteAdaptations, detail).field("/adaptations", "do_not_fit", detail))
        }
        FitNoteFitness::MayBeFit if comments.is_none_or(|text| text.trim().is_empty()) => {
            let detail = "Describe in the comments how the condition affects what the practitioner can do.";
            Err(Refusal::new(Reason::FitNoteEffects, detail).field("/comments", "required", detail))
        }
        _ => Ok(()),
    }
}

/// Checks the condition: it is either precise, or less precise on one of two grounds with the precise condition in the record.
///
/// Source: the Regulations, Schedule 1, rules 6 and 8: prejudicial to wellbeing, or to the position with the employer.
///
/// # Errors
/// [`Reason::FitNoteCondition`] at `/condition`, `/precise_condition` or `/discretion`.
pub fn check_condition(given: &str, precise: Option<&str>, discretion: Option<FitNoteDiscretion>) -> Result<(), Refusal> {
    let wrong = |pointer: &'static str, detail: &'static str| {
        Err(Refusal::new(Reason::FitNoteCondition, detail).field(pointer, "required", detail))
    };
    let is_given = |text: &str| !text.trim().is_empty();
    match (precise.filter(|text| is_given(text)), discretion) {
        _ if !is_given(given) => wrong("/condition", "Enter the condition."),
        (Some(_), None) => wrong("/discretion", "Choose why the note gives the condition less precisely."),
        (None, Some(_)) => wrong("/precise_condition", "Enter the precise condition for the record."),
        _ => Ok(()),
    }
}

/// Checks that the practitioner's legal name is not empty in print.
///
/// Source: the Regulations, Schedule 1, rule 5 (particulars: the patient's name).
///
/// # Errors
/// [`Reason::LegalNameRequired`].
pub fn check_legal_name(name: &str) -> Result<(), Refusal> {
    if folded(name).is_empty() { Err(Reason::LegalNameRequired.into()) } else { Ok(()) }
}

/// Checks that every warning has been acknowledged.
///
/// Source: `docs/clinical-rules.md#fit-note-period` (the first seven days) and `#fit-note-confidentiality` (sensitive words);
/// both advise and do not forbid.
///
/// # Errors
/// [`Reason::WarningsNotAcknowledged`], naming each warning at `/acknowledged`.
pub fn check_acknowledged(warnings: &[FitNoteWarning], acknowledged: &[FitNoteWarning]) -> Result<(), Refusal> {
    let missing = warnings.iter().filter(|warning| !acknowledged.contains(warning));
    let refusal = missing.fold(Refusal::from(Reason::WarningsNotAcknowledged), |refusal, warning| {
        refusal.field("/acknowledged", warning.as_str(), warning_text(*warning))
    });
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

fn warning_text(warning: FitNoteWarning) -> &'static str {
    match warning {
        FitNoteWarning::SelfCertification => {
            "The note covers only the first seven days of absence, which can be self-certified. Acknowledge this to issue it."
        }
        FitNoteWarning::SensitiveWords => {
            "A word in the condition or comments may reveal what is treated, with what, or where. Use a less precise term if the \
             employer should not learn it, or acknowledge this."
        }
    }
}
