//! Fit notes as they are shown.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::FitNotePeriod;
use crate::fit_notes::model::{
    FitNoteAdaptation, FitNoteBasis, FitNoteDiscretion, FitNoteFitness, FitNoteGenuineness, FitNotePeriodKind, FitNoteProfession,
    FitNoteState, FitNoteWarning, FitNoteWithdrawalReason, ReportingProfession, Stated,
};
use crate::fit_notes::queries::{Duplicate, FitNote};
use platform::ids::{Id, UtcTime};

impl From<Stated> for FitNotePeriod {
    fn from(stated: Stated) -> Self {
        let none = Self { kind: FitNotePeriodKind::Indefinite, starts_on: None, ends_on: None, count: None, unit: None };
        match stated {
            Stated::Dates { from, until } => {
                Self { kind: FitNotePeriodKind::Dates, starts_on: Some(from), ends_on: Some(until), ..none }
            }
            Stated::Duration { count, unit } => {
                Self { kind: FitNotePeriodKind::Duration, count: Some(count), unit: Some(unit), ..none }
            }
            Stated::Indefinite => none,
        }
    }
}

/// A fit note.
#[derive(Serialize, ToSchema)]
pub struct FitNoteView {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// Who issued it.
    pub clinician_id: Id,
    /// Where it stands.
    pub state: FitNoteState,
    /// What it rests on.
    pub basis: FitNoteBasis,
    /// The appointment that it rests on.
    pub appointment_id: Option<Id>,
    /// The report that it rests on.
    pub report: Option<FitNoteReport>,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// The condition, as it stands on the note.
    #[schema(max_length = 300)]
    pub condition: String,
    /// The condition as precisely as it is known. Clinicians only, and only where it differs.
    #[schema(max_length = 300)]
    pub precise_condition: Option<String>,
    /// Why the note gives it less precisely.
    pub discretion: Option<FitNoteDiscretion>,
    /// What is said about work.
    pub fitness: FitNoteFitness,
    /// What may make work possible.
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// Comments.
    #[schema(max_length = 1500)]
    pub comments: Option<String>,
    /// For how long, as it is stated on the note.
    pub period: FitNotePeriod,
    /// The first day that it covers.
    pub covers_from: NaiveDate,
    /// The last day that it covers; null when it has no end.
    pub covers_until: Option<NaiveDate>,
    /// Whether fitness must be assessed again at the end.
    pub assess_again: bool,
    /// The issuer's name, as it stands on the note.
    #[schema(max_length = 200)]
    pub issuer_name: String,
    /// The issuer's profession.
    pub issuer_profession: FitNoteProfession,
    /// The date of the statement.
    pub issued_on: NaiveDate,
    /// When it was issued.
    pub issued_at: UtcTime,
    /// The code on it, by which whoever holds it can have it checked.
    #[schema(max_length = 60)]
    pub verification_code: String,
    /// The warnings that the issuer had seen. Clinicians only; empty for the practitioner.
    #[schema(max_items = 10)]
    pub acknowledged: Vec<FitNoteWarning>,
    /// Its duplicates, the oldest first.
    #[schema(max_items = 1000)]
    pub duplicates: Vec<FitNoteDuplicate>,
    /// That it was taken back.
    pub withdrawal: Option<FitNoteWithdrawal>,
}

/// A report that a note rests on.
#[derive(Serialize, ToSchema)]
pub struct FitNoteReport {
    /// Who wrote it.
    #[schema(max_length = 200)]
    pub author: String,
    /// What they work as.
    pub profession: ReportingProfession,
    /// The day on which it was written.
    pub written_on: NaiveDate,
}

/// A replacement for a note that was lost.
#[derive(Serialize, ToSchema)]
pub struct FitNoteDuplicate {
    /// Names it.
    pub id: Id,
    /// The note that it replaces.
    pub fit_note_id: Id,
    /// Who issued it.
    pub clinician_id: Id,
    /// When.
    pub issued_at: UtcTime,
}

impl From<Duplicate> for FitNoteDuplicate {
    fn from(duplicate: Duplicate) -> Self {
        let Duplicate { id, fit_note_id, clinician_id, issued_at } = duplicate;
        Self { id, fit_note_id, clinician_id, issued_at }
    }
}

/// That a note was taken back.
#[derive(Serialize, ToSchema)]
pub struct FitNoteWithdrawal {
    /// When.
    pub withdrawn_at: UtcTime,
    /// Why.
    pub reason: FitNoteWithdrawalReason,
    /// Why, in more words. Clinicians only.
    #[schema(max_length = 500)]
    pub explanation: Option<String>,
}

impl FitNoteView {
    /// What this reader may see of it.
    pub fn new(note: FitNote, code: String, duplicates: Vec<Duplicate>, for_clinician: bool) -> Self {
        let (state, span) = (note.state(), note.content.span());
        let (precise_condition, discretion) = note.record.precise.unzip();
        Self {
            id: note.id,
            practitioner_id: note.practitioner,
            clinician_id: note.clinician,
            state,
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
            covers_from: span.from,
            covers_until: span.until,
            assess_again: note.content.assess_again,
            issuer_name: note.content.issuer,
            issuer_profession: note.content.profession,
            issued_on: note.content.issued_on,
            issued_at: note.issued_at,
            verification_code: code,
            acknowledged: if for_clinician { note.record.acknowledged } else { Vec::new() },
            duplicates: duplicates.into_iter().map(FitNoteDuplicate::from).collect(),
            withdrawal: note.withdrawal.map(|(withdrawn_at, why)| FitNoteWithdrawal {
                withdrawn_at,
                reason: why.reason,
                explanation: why.explanation.filter(|_| for_clinician),
            }),
        }
    }
}

/// A fit note in a list, without its words.
#[derive(Serialize, ToSchema)]
pub struct FitNoteSummary {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// Who issued it.
    pub clinician_id: Id,
    /// Where it stands.
    pub state: FitNoteState,
    /// The first day that it covers.
    pub covers_from: NaiveDate,
    /// The last day that it covers; null when it has no end.
    pub covers_until: Option<NaiveDate>,
    /// When it was issued.
    pub issued_at: UtcTime,
}

impl From<FitNote> for FitNoteSummary {
    fn from(note: FitNote) -> Self {
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

/// Whether a paper is what was issued. Nothing else is said, whoever asks.
#[derive(Serialize, ToSchema)]
pub struct FitNoteVerification {
    /// `genuine`: it was issued, it stands, and it says what the paper says. `altered`: it stands, but says something else.
    /// `unknown`: nothing that stands was issued with this code; that is also the answer for a note that was withdrawn.
    pub result: FitNoteGenuineness,
}
