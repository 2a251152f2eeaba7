//! Types of fit notes: what is printed, what it is based on, and its state.

pub mod plans;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

platform::string_enum! {
    /// What a fit note is based on.
    pub enum FitNoteBasis {
        /// An appointment in person.
        InPerson = "in_person",
        /// An appointment by telephone.
        Phone = "phone",
        /// An appointment by video call.
        Video = "video",
        /// A written report by another healthcare professional.
        WrittenReport = "written_report",
    }

    /// The statement of a fit note. There is no value for fit for work, because then no note is needed.
    pub enum FitNoteFitness {
        /// Not fit for work.
        NotFit = "not_fit",
        /// May be fit for work, taking account of the advice.
        MayBeFit = "may_be_fit",
    }

    /// Adaptation that may make work possible if the employer agrees.
    pub enum FitNoteAdaptation {
        /// A phased return to work.
        PhasedReturn = "phased_return",
        /// Altered hours.
        AlteredHours = "altered_hours",
        /// Amended duties.
        AmendedDuties = "amended_duties",
        /// Workplace adaptations.
        WorkplaceAdaptations = "workplace_adaptations",
    }

    /// Why the note gives a condition less precisely.
    pub enum FitNoteDiscretion {
        /// The precise condition would be prejudicial to the practitioner's wellbeing.
        Wellbeing = "wellbeing",
        /// The precise condition would be prejudicial to the practitioner's position with their employer.
        PositionWithEmployer = "position_with_employer",
    }

    /// How the period of a fit note is stated.
    pub enum FitNotePeriodKind {
        /// From one day to another, both included.
        Dates = "dates",
        /// A duration from the date of the assessment.
        Duration = "duration",
        /// An indefinite period from the date of the assessment.
        Indefinite = "indefinite",
    }

    /// Unit of a duration.
    pub enum FitNotePeriodUnit {
        /// Days.
        Days = "days",
        /// Weeks.
        Weeks = "weeks",
        /// Calendar months.
        Months = "months",
    }

    /// Professions that may issue fit notes.
    pub enum FitNoteProfession {
        /// A registered medical practitioner.
        Doctor = "doctor",
        /// A registered nurse.
        Nurse = "nurse",
        /// A registered occupational therapist.
        OccupationalTherapist = "occupational_therapist",
        /// A registered pharmacist.
        Pharmacist = "pharmacist",
        /// A registered physiotherapist.
        Physiotherapist = "physiotherapist",
    }

    /// Profession of the author of a report. A report by a psychotherapist or a counsellor is no basis of a note, because no body
    /// regulates them by law; earlier notes may name one.
    pub enum ReportingProfession {
        /// A doctor.
        Doctor = "doctor",
        /// A dentist.
        Dentist = "dentist",
        /// A nurse.
        Nurse = "nurse",
        /// A midwife.
        Midwife = "midwife",
        /// A pharmacist.
        Pharmacist = "pharmacist",
        /// A physiotherapist.
        Physiotherapist = "physiotherapist",
        /// An occupational therapist.
        OccupationalTherapist = "occupational_therapist",
        /// A practitioner psychologist, registered with the HCPC.
        Psychologist = "psychologist",
        /// A psychotherapist. Not accepted in a new note.
        Psychotherapist = "psychotherapist",
        /// A counsellor. Not accepted in a new note.
        Counsellor = "counsellor",
        /// A paramedic.
        Paramedic = "paramedic",
        /// A member of another profession regulated by law, such as an optometrist, osteopath, chiropractor or social worker in England.
        OtherHealthProfessional = "other_health_professional",
    }

    /// Warning that a clinician must acknowledge before a fit note is issued.
    pub enum FitNoteWarning {
        /// The note covers only the first seven days, which are self-certified.
        SelfCertification = "self_certification",
        /// The text contains a word that may reveal what is treated, with what, or where.
        SensitiveWords = "sensitive_words" | "telling_words",
    }

    /// State of a fit note.
    pub enum FitNoteState {
        /// Valid.
        Issued = "issued",
        /// Withdrawn before the employer had it.
        Withdrawn = "withdrawn",
    }

    /// Why a fit note was withdrawn.
    pub enum FitNoteWithdrawalReason {
        /// The note contains a mistake.
        Mistake = "mistake",
        /// The practitioner does not want it.
        NotWanted = "not_wanted",
        /// Another reason.
        Other = "other",
    }

    /// Result of verifying a fit note.
    pub enum FitNoteGenuineness {
        /// The note is valid and matches.
        Genuine = "genuine",
        /// The note is valid, but something differs.
        Altered = "altered",
        /// There is no valid note with this code.
        Unknown = "unknown",
    }
}

impl FitNoteAdaptation {
    /// The text printed on the form.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PhasedReturn => "a phased return to work",
            Self::AlteredHours => "altered hours",
            Self::AmendedDuties => "amended duties",
            Self::WorkplaceAdaptations => "workplace adaptations",
        }
    }
}

impl FitNoteProfession {
    /// The text printed on the form.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Doctor => "Doctor",
            Self::Nurse => "Nurse",
            Self::OccupationalTherapist => "Occupational therapist",
            Self::Pharmacist => "Pharmacist",
            Self::Physiotherapist => "Physiotherapist",
        }
    }
}

/// The period of a note, as stated on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotePeriod {
    /// From one day to another, both included.
    Dates {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
    },
    /// A duration from the date of the assessment.
    Duration { count: u32, unit: FitNotePeriodUnit },
    /// An indefinite period from the date of the assessment.
    Indefinite,
}

/// The days that a note covers, including the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day; none for an indefinite note.
    pub until: Option<NaiveDate>,
}

impl Span {
    /// The number of days, both ends included; `None` for an indefinite note.
    pub fn days(&self) -> Option<i64> {
        self.until.map(|until| (until - self.from).num_days() + 1)
    }
}

impl NotePeriod {
    /// The days that it covers. A duration counts from the date of the assessment, which is its first day.
    pub fn span(&self, assessed_on: NaiveDate) -> Span {
        let days = |count: u64| assessed_on.checked_add_days(Days::new(count)).and_then(|after| after.pred_opt());
        match *self {
            Self::Dates { from, until } => Span { from, until: Some(until) },
            Self::Duration { count, unit } => {
                let until = match unit {
                    FitNotePeriodUnit::Days => days(count.into()),
                    FitNotePeriodUnit::Weeks => days(u64::from(count) * 7),
                    FitNotePeriodUnit::Months => last_day_of_months(assessed_on, count),
                };
                Span { from: assessed_on, until }
            }
            Self::Indefinite => Span { from: assessed_on, until: None },
        }
    }
}

/// The last of this many calendar months of which `from` is the first day: the day before the corresponding date, or the last day
/// of a month without that date, so that one month from 31 January ends on the last day of February.
///
/// Source: the corresponding date rule, Dodds v Walker (1981) 1 WLR 1027; a month is a calendar month, Interpretation Act 1978,
/// schedule 1.
pub fn last_day_of_months(from: NaiveDate, count: u32) -> Option<NaiveDate> {
    let after = from.checked_add_months(Months::new(count))?;
    if after.day() < from.day() { Some(after) } else { after.pred_opt() }
}

/// Everything that is printed on a fit note. It is sealed as one document and is the only source of the PDF, so that a note
/// always prints the same.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitNoteContent {
    /// The practitioner's legal name.
    pub name: String,
    /// The date of the assessment.
    pub assessed_on: NaiveDate,
    /// The condition, as printed.
    pub condition: String,
    /// The statement about fitness for work.
    pub fitness: FitNoteFitness,
    /// Adaptations that may make work possible.
    pub adaptations: Vec<FitNoteAdaptation>,
    /// Comments, including functional effects.
    pub comments: Option<String>,
    /// The period, as stated on the note.
    pub stated: NotePeriod,
    /// Whether fitness must be assessed again at the end of the period.
    pub assess_again: bool,
    /// The issuer's name.
    pub issuer: String,
    /// The issuer's profession.
    pub profession: FitNoteProfession,
    /// The date of issue.
    pub issued_on: NaiveDate,
    /// Name and address lines of the organisation.
    pub organisation: Vec<String>,
    /// Where the code can be verified.
    pub check_at: Option<String>,
}

impl FitNoteContent {
    /// The days that it covers.
    pub fn span(&self) -> Span {
        self.stated.span(self.assessed_on)
    }
}

/// A written report that a note is based on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenReport {
    /// The author's name.
    pub author: String,
    /// The author's profession.
    pub profession: ReportingProfession,
    /// The date of the report.
    pub written_on: NaiveDate,
}

/// Facts about a note that are not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitNoteRecord {
    pub basis: FitNoteBasis,
    /// The report, if the note is based on one.
    pub report: Option<WrittenReport>,
    /// The precise condition, and why it is not printed.
    pub precise: Option<(String, FitNoteDiscretion)>,
    /// Why the practitioner is known to have been unfit for six months, if earlier notes do not show it.
    pub six_months: Option<String>,
    /// The warnings that the issuer acknowledged.
    pub acknowledged: Vec<FitNoteWarning>,
}

/// The details printed on a note, as entered by a person who verifies it.
#[derive(Clone)]
pub struct PrintedDetails {
    /// The date of issue.
    pub issued_on: NaiveDate,
    pub fitness: FitNoteFitness,
    pub period: NotePeriod,
    /// What was given of the rest; what was not is not compared.
    pub others: OtherPrintedDetails,
}

/// The details printed on a note that a person who verifies it may leave out.
#[derive(Clone, Default)]
pub struct OtherPrintedDetails {
    pub name: Option<String>,
    pub assessed_on: Option<NaiveDate>,
    pub condition: Option<String>,
    pub adaptations: Option<Vec<FitNoteAdaptation>>,
    pub comments: Option<String>,
    pub assess_again: Option<bool>,
    pub issuer_name: Option<String>,
    pub issuer_profession: Option<FitNoteProfession>,
    /// Name and address of the organisation.
    pub issuer_address: Option<String>,
    /// The date on a duplicate.
    pub duplicate_issued_on: Option<NaiveDate>,
}

platform::redacted_debug!(FitNoteContent, WrittenReport, FitNoteRecord, PrintedDetails, OtherPrintedDetails);
