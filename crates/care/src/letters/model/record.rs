//! What the record says about a practitioner, as far as letters repeat it.

use chrono::NaiveDate;

use super::medicines::{LetterMedicine, StatedMedicine};
use super::{LetterSection, Recipient};
use crate::assessment::model::AssessmentOutcome;
use crate::records::model::{Allergies, CarePlanContent, PostalAddress, ProblemContent};
use crate::risk::model::AssessmentContent;
use people::practitioners::model::GpDetails;
use people::relationships::model::DischargeReason;
use reference::workforce::model::RegistrationBody;
use scheduling::clinicians::model::AppointmentMode;

/// The extract of the record from which the sections of a letter are filled.
#[derive(Clone)]
pub struct RecordExtract {
    pub patient: PatientExtract,
    pub gp: GpDetails,
    /// The latest appointments that the practitioner attended, in order.
    pub attended: Vec<AttendanceExtract>,
    /// What the author asks the recipient to do; `None` where they have not stated it.
    pub actions: Option<Vec<String>>,
    /// The last outcome of an assessment.
    pub outcome: Option<OutcomeExtract>,
    /// The last discharge, unless care has begun again.
    pub discharge: Option<DischargeExtract>,
    /// The current problems.
    pub problems: Vec<ProblemContent>,
    /// None where they cannot be read.
    pub allergies: Option<Allergies>,
    /// The medicines that are or were prescribed, with what the author has stated.
    pub medicines: Vec<LetterMedicine>,
    /// The latest score of each questionnaire.
    pub scores: Vec<ScoreExtract>,
    pub plan: Option<PlanExtract>,
    /// The present assessment of risk.
    pub risk: Option<RiskExtract>,
    pub author: AuthorExtract,
    pub recipient: Recipient,
    /// The sections for which something in the record cannot be read. What can be read is in the parts above.
    pub unreadable: Vec<LetterSection>,
}

/// What the author states for a letter beside its sections.
#[derive(Clone)]
pub struct AuthorStatements {
    /// What the recipient is asked to do; `None` where it is not stated.
    pub actions: Option<Vec<String>>,
    pub medicines: Vec<StatedMedicine>,
}

/// Who the practitioner is.
#[derive(Clone)]
pub struct PatientExtract {
    pub legal_name: String,
    pub born_on: Option<NaiveDate>,
    /// The home address.
    pub address: Option<PostalAddress>,
    pub registration: Option<(RegistrationBody, String)>,
}

/// The outcome of an assessment.
#[derive(Clone)]
pub struct OutcomeExtract {
    pub outcome: AssessmentOutcome,
    pub recorded_on: NaiveDate,
    /// What was agreed.
    pub plan: Option<String>,
    /// The clinician's findings.
    pub summary: Option<String>,
    /// The names of the services that the practitioner was signposted to.
    pub signposts: Vec<String>,
}

/// The end of care.
#[derive(Clone)]
pub struct DischargeExtract {
    pub started_on: NaiveDate,
    pub ended_on: NaiveDate,
    pub reason: DischargeReason,
    /// The summary for clinicians.
    pub summary: Option<String>,
    /// What the practitioner can read.
    pub shared: Option<String>,
}

/// An appointment that the practitioner attended.
#[derive(Clone)]
pub struct AttendanceExtract {
    pub on: NaiveDate,
    pub mode: AppointmentMode,
    /// The name of the clinician, where it can be read.
    pub clinician: Option<String>,
}

/// A clinician as the author of a part of the record.
#[derive(Clone)]
pub struct ClinicianExtract {
    pub name: String,
    pub registration: Option<(RegistrationBody, String)>,
}

/// The present assessment of risk.
#[derive(Clone)]
pub struct RiskExtract {
    pub assessed_on: NaiveDate,
    /// Who assessed it, where they can be read.
    pub by: Option<ClinicianExtract>,
    pub findings: RiskFindings,
}

/// What was found about risk.
#[derive(Clone)]
pub enum RiskFindings {
    /// A structured assessment with its plan.
    Assessment(Box<AssessmentContent>),
    /// What the last signed note that mentions risk says about it.
    Note(String),
}

/// The latest score of a questionnaire.
#[derive(Clone)]
pub struct ScoreExtract {
    /// The name of the questionnaire.
    pub title: String,
    pub total: u16,
    /// The highest possible total.
    pub most: u16,
    /// The band of the total, in plain words.
    pub band: Option<String>,
    pub answered_on: NaiveDate,
}

/// The care plan.
#[derive(Clone)]
pub struct PlanExtract {
    pub content: CarePlanContent,
    pub review_on: NaiveDate,
}

/// The clinician who writes the letter.
#[derive(Clone)]
pub struct AuthorExtract {
    pub name: String,
    pub registration: Option<(RegistrationBody, String)>,
    /// The name of the organisation.
    pub organisation: String,
    /// How the recipient reaches the sender: telephone number and email address, as far as they are set.
    pub contact: Vec<String>,
}

platform::redacted_debug!(
    RecordExtract,
    AuthorStatements,
    PatientExtract,
    OutcomeExtract,
    DischargeExtract,
    AttendanceExtract,
    ClinicianExtract,
    RiskExtract,
    RiskFindings,
    ScoreExtract,
    PlanExtract,
    AuthorExtract
);
