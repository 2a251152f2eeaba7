//! Types of printed letters: kinds, sections, recipients and states, and what is printed.

pub mod medicines;
pub mod record;
pub mod templates;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::medicines::LetterMedicine;
use platform::ids::Id;

platform::string_enum! {
    /// Kind of a letter.
    pub enum LetterKind {
        /// To the general practitioner, after an assessment or during treatment.
        GpLetter = "gp_letter",
        /// To the general practitioner or to the service that continues the care, at the end of care.
        DischargeSummary = "discharge_summary",
        /// To the employer or occupational health.
        EmployerLetter = "employer_letter",
        /// To the GMC or another regulator, on request.
        RegulatorLetter = "regulator_letter",
        /// To an insurer, on request.
        InsurerReport = "insurer_report",
    }

    /// State of a letter.
    pub enum LetterState {
        /// The clinician writes it.
        Draft = "draft",
        /// The practitioner reads it and answers.
        AwaitingAgreement = "awaiting_agreement",
        /// The practitioner agreed that exactly this text is sent.
        Agreed = "agreed",
        /// The practitioner did not agree.
        Declined = "declined",
        /// It was sent. Final.
        Sent = "sent",
        /// The practitioner withdrew consent before it was sent, also to a draft that they had been shown. Final.
        Withdrawn = "withdrawn",
        /// A clinician cancelled it, or the practitioner died. Final.
        Cancelled = "cancelled",
    }

    /// Section of a letter.
    pub enum LetterSection {
        /// Who the patient is.
        PatientDetails = "patient_details",
        /// The general practitioner and the practice.
        GpPractice = "gp_practice",
        /// What the recipient is asked to do.
        RequestedActions = "requested_actions",
        /// When the patient was seen, and the outcome of the assessment.
        AttendanceDetails = "attendance_details",
        /// When and why care ended.
        DischargeDetails = "discharge_details",
        /// The answer to what the recipient asked.
        Statement = "statement",
        /// Current problems, with their SNOMED CT codes.
        Diagnoses = "diagnoses",
        /// Findings and course.
        ClinicalSummary = "clinical_summary",
        /// The latest scores of questionnaires.
        AssessmentScales = "assessment_scales",
        /// Medicines that are or were prescribed here, each with what changed and who continues to prescribe it.
        Medications = "medications",
        /// Allergies and adverse reactions.
        Allergies = "allergies",
        /// Risks that the recipient must know of.
        SafetyAlerts = "safety_alerts",
        /// The plan. In the first format also what the recipient is asked to do.
        PlanAndActions = "plan_and_actions",
        /// Information and advice that the patient was given.
        InformationGiven = "information_given",
        /// Who wrote the letter.
        PersonCompleting = "person_completing",
        /// Who gets a copy.
        DistributionList = "distribution_list",
    }

    /// Whether a letter goes to the general practitioner of the record.
    pub enum LetterRecipientKind {
        /// The general practitioner named in the record.
        Gp = "gp",
        /// Another person or organisation.
        Other = "other",
    }

    /// How a letter was sent.
    pub enum LetterDelivery {
        /// Printed and posted.
        PrintedAndPosted = "printed_and_posted",
        /// Handed to the practitioner, who passes it on.
        HandedToPractitioner = "handed_to_practitioner",
        /// By secure email, outside this program.
        SecureEmail = "secure_email",
    }

    /// Why an agreed letter cannot be sent at present.
    pub enum LetterUnsendableReason {
        /// The practitioner does not agree at present that the GP is informed.
        GpConsentRequired = "gp_consent_required",
        /// The practice of the practitioner is no longer the one that the letter names. The author changes it and proposes it again.
        GpChanged = "gp_changed",
        /// Its author no longer works as a clinician of this service. Another clinician writes a new one.
        AuthorLeft = "author_left",
        /// A clinician who treats the practitioner decides what is done. Coordinators are not shown more.
        ClinicianDecides = "clinician_decides",
    }

    /// What was done with a letter.
    pub enum LetterEventKind {
        /// The draft was created.
        Drafted = "drafted",
        /// The text was changed, and the letter is a draft again.
        Changed = "changed",
        /// It was proposed to the practitioner.
        Proposed = "proposed",
        /// The practitioner agreed.
        Agreed = "agreed",
        /// The practitioner did not agree.
        Declined = "declined",
        /// The practitioner withdrew consent.
        Withdrawn = "withdrawn",
        /// It was sent.
        Sent = "sent",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

impl LetterState {
    /// Whether text and sending can no longer change. Consent can still change: to a letter that was sent it may be
    /// withdrawn.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Withdrawn | Self::Cancelled)
    }
}

/// The most characters of a section.
pub const LONGEST_SECTION: usize = 8000;

/// Who a letter goes to, as it is printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub kind: LetterRecipientKind,
    pub name: Option<String>,
    pub organisation: Option<String>,
    /// The lines of the postal address; empty where it is not known.
    pub address: Vec<String>,
}

impl Recipient {
    /// Name, organisation and address, a line each.
    pub fn lines(&self) -> Vec<&str> {
        let named = self.name.iter().chain(&self.organisation).chain(&self.address);
        named.map(String::as_str).collect()
    }
}

/// One section with its text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionText {
    pub section: LetterSection,
    /// The text; empty while no one has written it.
    pub text: String,
}

/// The format of letters that were written before formats had a number. They are printed as they were agreed.
pub const FIRST_FORMAT: u16 = 1;

/// The format of a letter that is written now.
pub const FORMAT: u16 = 2;

const fn first_format() -> u16 {
    FIRST_FORMAT
}

const fn is_first_format(format: &u16) -> bool {
    *format == FIRST_FORMAT
}

/// Everything that is printed on a letter. It is sealed as one document, and is the only source of the PDF and of the fingerprint of
/// what was agreed: a member that is added later is left out of the document while it is empty, so that earlier fingerprints stay valid.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterContent {
    pub kind: LetterKind,
    pub recipient: Recipient,
    /// The day on which it was written or last changed.
    pub written_on: NaiveDate,
    /// The sections, in the order of the letter.
    pub sections: Vec<SectionText>,
    /// Name and address lines of the organisation.
    pub organisation: Vec<String>,
    /// How it is printed, see [`FORMAT`].
    #[serde(default = "first_format", skip_serializing_if = "is_first_format")]
    pub format: u16,
    /// The medicines of the section about them; none where the author wrote that section.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub medicines: Vec<LetterMedicine>,
}

/// How a letter was sent. It is sealed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    pub delivery: LetterDelivery,
    pub sent_on: NaiveDate,
    /// The account that recorded it.
    pub recorded_by: Id,
}

platform::redacted_debug!(Recipient, SectionText, LetterContent, Sending);
