//! Response bodies of fit notes.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::FitNotePeriod;
use crate::fit_notes::model::{
    FitNoteAdaptation, FitNoteBasis, FitNoteDiscretion, FitNoteFitness, FitNoteGenuineness, FitNotePeriodKind, FitNoteProfession,
    FitNoteState, FitNoteWarning, FitNoteWithdrawalReason, NotePeriod, ReportingProfession,
};
use crate::fit_notes::queries::{Duplicate, FitNote};
use platform::ids::{Id, UtcTime};

impl From<NotePeriod> for FitNotePeriod {
    fn from(stated: NotePeriod) -> Self {
        let none = Self { kind: FitNotePeriodKind::Indefinite, starts_on: None, ends_on: None, count: None, unit: None };
        match stated {
            NotePeriod::Dates { from, until } => {
                Self { kind: FitNotePeriodKind::Dates, starts_on: Some(from), ends_on: Some(until), ..none }
            }
            NotePeriod::Duration { count, unit } => {
                Self { kind: FitNotePeriodKind::Duration, count: Some(count), unit: Some(unit), ..none }
            }
            NotePeriod::Indefinite => none,
        }
    }
}

/// A fit note.
#[derive(Serialize, ToSchema)]
pub struct FitNoteView {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: FitNoteSummary,
    /// The assessment that the fit note is based on.
    pub basis: FitNoteBasis,
    /// The appointment that it is based on; null if it is based on a report.
    pub appointment_id: Option<Id>,
    /// The report that it is based on; null if it is based on an appointment.
    pub report: Option<FitNoteReport>,
    /// The date of the assessment.
    pub assessed_on: NaiveDate,
    /// The condition, as printed on the note.
    #[schema(max_length = 300)]
    pub condition: String,
    /// The precise condition, if the note gives it less precisely. Clinicians only.
    #[schema(max_length = 300)]
    pub precise_condition: Option<String>,
    /// Why the note gives the condition less precisely.
    pub discretion: Option<FitNoteDiscretion>,
    /// The statement about fitness for work.
    pub fitness: FitNoteFitness,
    /// Adaptations that may make work possible.
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// The comments that are printed on the fit note.
    #[schema(max_length = 1500)]
    pub comments: Option<String>,
    /// The period, as stated on the note.
    pub period: FitNotePeriod,
    /// Whether fitness must be assessed again at the end of the period.
    pub assess_again: bool,
    /// The issuer's name, as printed on the note.
    #[schema(max_length = 200)]
    pub issuer_name: String,
    /// The issuer's profession.
    pub issuer_profession: FitNoteProfession,
    /// The date of the statement.
    pub issued_on: NaiveDate,
    /// The code printed on the note, with which its holder can verify it.
    #[schema(max_length = 60)]
    pub verification_code: String,
    /// The warnings that the issuer acknowledged. Clinicians only; empty for the practitioner.
    #[schema(max_items = 10)]
    pub acknowledged: Vec<FitNoteWarning>,
    /// Its duplicates, oldest first.
    #[schema(max_items = 1000)]
    pub duplicates: Vec<FitNoteDuplicate>,
    /// Its withdrawal; null if it is valid.
    pub withdrawal: Option<FitNoteWithdrawal>,
}

/// A report that a fit note is based on.
#[derive(Serialize, ToSchema)]
pub struct FitNoteReport {
    /// Name of the author.
    #[schema(max_length = 200)]
    pub author: String,
    /// Profession of the author.
    pub profession: ReportingProfession,
    /// The date of the report.
    pub written_on: NaiveDate,
}

/// A duplicate of a fit note that was lost.
#[derive(Serialize, ToSchema)]
pub struct FitNoteDuplicate {
    /// Identifies the duplicate.
    pub id: Id,
    /// The fit note that it duplicates.
    pub fit_note_id: Id,
    /// The clinician who issued it.
    pub clinician_id: Id,
    /// When the duplicate was issued.
    pub issued_at: UtcTime,
}

impl From<Duplicate> for FitNoteDuplicate {
    fn from(duplicate: Duplicate) -> Self {
        let Duplicate { id, fit_note_id, clinician_id, issued_at } = duplicate;
        Self { id, fit_note_id, clinician_id, issued_at }
    }
}

/// The withdrawal of a fit note.
#[derive(Serialize, ToSchema)]
pub struct FitNoteWithdrawal {
    /// When the fit note was withdrawn.
    pub withdrawn_at: UtcTime,
    /// The reason for the withdrawal.
    pub reason: FitNoteWithdrawalReason,
    /// Explanation of the reason. Clinicians only.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl FitNoteView {
    /// The parts that this reader may see.
    pub fn new(note: FitNote, code: String, duplicates: Vec<Duplicate>, for_clinician: bool) -> Self {
        let summary = FitNoteSummary::from(&note);
        let (precise_condition, discretion) = note.record.precise.unzip();
        Self {
            summary,
            basis: note.record.basis,
            appointment_id: note.appointment,
            report: note.record.report.map(|report| FitNoteReport {
                author: report.author,
                profession: report.profession,
                written_on: report.written_on,
            }),
            assessed_on: note.content.assessed_on,
            condition: note.content.condition,
            precise_condition: precise_condition.filter(|_| for_clinician),
            discretion,
            fitness: note.content.fitness,
            adaptations: note.content.adaptations,
            comments: note.content.comments,
            period: note.content.stated.into(),
            assess_again: note.content.assess_again,
            issuer_name: note.content.issuer,
            issuer_profession: note.content.profession,
            issued_on: note.content.issued_on,
            verification_code: code,
            acknowledged: if for_clinician { note.record.acknowledged } else { Vec::new() },
            duplicates: duplicates.into_iter().map(FitNoteDuplicate::from).collect(),
            withdrawal: note.withdrawal.map(|(withdrawn_at, withdrawal)| FitNoteWithdrawal {
                withdrawn_at,
                reason: withdrawal.reason,
                note: withdrawal.explanation.filter(|_| for_clinician),
            }),
        }
    }
}

/// A fit note in a list, without condition and comments.
#[derive(Serialize, ToSchema)]
pub struct FitNoteSummary {
    /// Identifies the fit note.
    pub id: Id,
    /// The practitioner it is for.
    pub practitioner_id: Id,
    /// The clinician who issued it.
    pub clinician_id: Id,
    /// The state of the fit note.
    pub state: FitNoteState,
    /// The first day that it covers.
    pub covers_from: NaiveDate,
    /// The last day that it covers; null if it is indefinite.
    pub covers_until: Option<NaiveDate>,
    /// When it was issued.
    pub issued_at: UtcTime,
}

impl From<&FitNote> for FitNoteSummary {
    fn from(note: &FitNote) -> Self {
        let span = note.content.span();
        Self {
            id: note.id,
            practitioner_id: note.practitioner,
            clinician_id: note.clinician,
            state: note.state(),
            covers_from: span.from,
            covers_until: span.until,
            issued_at: note.issued_at,
        }
    }
}

/// The result of verifying a fit note. Nothing else is disclosed to anyone.
#[derive(Serialize, ToSchema)]
pub struct FitNoteVerification {
    /// `genuine`: the note is valid and matches. `altered`: the note is valid, but something differs. `unknown`: there is no
    /// valid note with this code; a withdrawn note is also `unknown`.
    pub result: FitNoteGenuineness,
}
