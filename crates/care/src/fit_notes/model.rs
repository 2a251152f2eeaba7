//! The nouns of fit notes: what is said on one, on what it rests, and what comes of it.

pub mod plans;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

platform::words! {
    /// What a fit note rests on.
    pub enum FitNoteBasis {
        /// An appointment in the same room.
        InPerson = "in_person",
        /// An appointment by telephone.
        Phone = "phone",
        /// An appointment by video call.
        Video = "video",
        /// A written report by another healthcare professional.
        WrittenReport = "written_report",
    }

    /// What a fit note says. There is no word for being fit: whoever is fit for work needs no note.
    pub enum FitNoteFitness {
        /// Not fit for work.
        NotFit = "not_fit",
        /// May be fit for work, taking account of the advice.
        MayBeFit = "may_be_fit",
    }

    /// What may make work possible, if the employer agrees.
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

    /// Why a condition is given less precisely than it is known.
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
        /// For so long from the day of the assessment.
        Duration = "duration",
        /// For an indefinite period from the day of the assessment.
        Indefinite = "indefinite",
    }

    /// In what a duration is counted.
    pub enum FitNotePeriodUnit {
        /// Days.
        Days = "days",
        /// Weeks.
        Weeks = "weeks",
        /// Calendar months.
        Months = "months",
    }

    /// The professions that may issue fit notes, as far as there are such clinicians here.
    pub enum FitNoteProfession {
        /// A registered medical practitioner.
        Doctor = "doctor",
        /// A registered nurse.
        Nurse = "nurse",
        /// A registered occupational therapist.
        OccupationalTherapist = "occupational_therapist",
        /// A registered pharmacist.
        Pharmacist = "pharmacist",
    }

    /// What whoever wrote a report works as.
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
        /// A psychologist.
        Psychologist = "psychologist",
        /// A psychotherapist.
        Psychotherapist = "psychotherapist",
        /// A counsellor.
        Counsellor = "counsellor",
        /// A paramedic.
        Paramedic = "paramedic",
        /// Another healthcare professional.
        OtherHealthProfessional = "other_health_professional",
    }

    /// What a clinician must have seen before a fit note is issued all the same.
    pub enum FitNoteWarning {
        /// The first seven days of a spell are certified by oneself.
        SelfCertification = "self_certification",
        /// The text holds a word that may tell what is treated, or where.
        SensitiveWords = "sensitive_words",
    }

    /// Where a fit note stands.
    pub enum FitNoteState {
        /// It is valid.
        Issued = "issued",
        /// It was taken back before the employer had it.
        Withdrawn = "withdrawn",
    }

    /// Why a fit note was taken back.
    pub enum FitNoteWithdrawalReason {
        /// Something on it is wrong.
        Mistake = "mistake",
        /// The practitioner does not want it.
        NotWanted = "not_wanted",
        /// Anything else.
        Other = "other",
    }

    /// Whether a paper is what was issued. There are three answers and no more.
    pub enum FitNoteGenuineness {
        /// It was issued, it stands, and it says what the paper says.
        Genuine = "genuine",
        /// It was issued and stands, but it says something else than the paper.
        Altered = "altered",
        /// Nothing that stands was issued with this code.
        Unknown = "unknown",
    }
}

impl FitNoteAdaptation {
    /// As it stands on the form.
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
    /// As it stands on the form.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Doctor => "Doctor",
            Self::Nurse => "Nurse",
            Self::OccupationalTherapist => "Occupational therapist",
            Self::Pharmacist => "Pharmacist",
        }
    }
}

/// The period that a note is for, as it is stated on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stated {
    /// From one day to another, both included.
    Dates {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
    },
    /// For so long.
    Duration { count: u32, unit: FitNotePeriodUnit },
    /// Without an end.
    Indefinite,
}

/// The days that a note covers, the last one included; without a last one it has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: Option<NaiveDate>,
}

impl Span {
    /// How many days it is, both ends included; `None` without an end.
    pub fn days(&self) -> Option<i64> {
        self.until.map(|until| (until - self.from).num_days() + 1)
    }
}

impl Stated {
    /// The days that it covers: a duration counts from the day of the assessment, which is its first day.
    pub fn span(&self, assessed_on: NaiveDate) -> Span {
        match *self {
            Self::Dates { from, until } => Span { from, until: Some(until) },
            Self::Duration { count, unit } => {
                let after = match unit {
                    FitNotePeriodUnit::Days => assessed_on.checked_add_days(Days::new(count.into())),
                    FitNotePeriodUnit::Weeks => assessed_on.checked_add_days(Days::new(u64::from(count) * 7)),
                    FitNotePeriodUnit::Months => assessed_on.checked_add_months(Months::new(count)),
                };
                Span { from: assessed_on, until: after.and_then(|after| after.pred_opt()) }
            }
            Self::Indefinite => Span { from: assessed_on, until: None },
        }
    }
}

/// Everything that stands on a fit note. Sealed as one document, it is all that the paper is made of, so that the same note
/// is printed the same for ever.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The practitioner's legal name.
    pub name: String,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// The condition, as it is to be given.
    pub condition: String,
    /// What is said about work.
    pub fitness: FitNoteFitness,
    /// What may make work possible.
    pub adaptations: Vec<FitNoteAdaptation>,
    /// Comments, functional effects among them.
    pub comments: Option<String>,
    /// For how long.
    pub stated: Stated,
    /// Whether fitness must be assessed again at the end.
    pub assess_again: bool,
    /// The issuer's name.
    pub issuer: String,
    /// The issuer's profession.
    pub profession: FitNoteProfession,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// Name and address lines of the organisation.
    pub organisation: Vec<String>,
    /// Where a code can be checked.
    pub check_at: Option<String>,
}

impl Content {
    /// The days that it covers.
    pub fn span(&self) -> Span {
        self.stated.span(self.assessed_on)
    }
}

/// Who wrote a report, and when.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The author's name.
    pub author: String,
    /// What they work as.
    pub profession: ReportingProfession,
    /// The day of the report.
    pub written_on: NaiveDate,
}

/// What is known of a note and does not stand on it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What it rests on.
    pub basis: FitNoteBasis,
    /// The report, where it rests on one.
    pub report: Option<Report>,
    /// The condition as precisely as it is known, and why it is not given so.
    pub precise: Option<(String, FitNoteDiscretion)>,
    /// Why the practitioner is known to have been unfit for six months, where earlier notes do not show it.
    pub six_months: Option<String>,
    /// What the issuer had seen before it was issued.
    pub acknowledged: Vec<FitNoteWarning>,
}

/// What a paper says, as somebody read it.
#[derive(Clone)]
pub struct Paper {
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// What is said about work.
    pub fitness: FitNoteFitness,
    /// For how long.
    pub stated: Stated,
    /// The name, where it was given.
    pub name: Option<String>,
    /// The condition, where it was given.
    pub condition: Option<String>,
}

platform::redacted_debug!(Content, Report, Record, Paper);
