//! What the record says about a practitioner, as far as letters repeat it.

use chrono::NaiveDate;

use super::Recipient;
use crate::assessment::model::AssessmentOutcome;
use crate::records::model::{Allergies, CarePlanContent, PostalAddress, ProblemContent};
use people::practitioners::model::GpDetails;
use people::relationships::model::DischargeReason;
use reference::workforce::model::RegistrationBody;

/// The words of the record from which the sections of a letter are filled.
#[derive(Clone)]
pub struct RecordWords {
    pub patient: PatientWords,
    pub gp: GpDetails,
    /// The days on which the clinician saw the practitioner, in order.
    pub attended_on: Vec<NaiveDate>,
    /// The last outcome of an assessment.
    pub outcome: Option<OutcomeWords>,
    /// The last discharge, unless care has begun again.
    pub discharge: Option<DischargeWords>,
    /// The current problems.
    pub problems: Vec<ProblemContent>,
    pub allergies: Allergies,
    /// The medicines that are prescribed.
    pub medicines: Vec<MedicineWords>,
    /// The latest score of each questionnaire.
    pub scores: Vec<ScoreWords>,
    pub plan: Option<PlanWords>,
    /// Risk, as the last signed note describes it.
    pub risk: Option<String>,
    pub author: AuthorWords,
    pub recipient: Recipient,
}

/// Who the practitioner is.
#[derive(Clone)]
pub struct PatientWords {
    pub legal_name: String,
    pub born_on: Option<NaiveDate>,
    /// The home address.
    pub address: Option<PostalAddress>,
    pub registration: Option<(RegistrationBody, String)>,
}

/// The outcome of an assessment.
#[derive(Clone)]
pub struct OutcomeWords {
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
pub struct DischargeWords {
    pub started_on: NaiveDate,
    pub ended_on: NaiveDate,
    pub reason: DischargeReason,
    /// The summary for clinicians.
    pub summary: Option<String>,
    /// What the practitioner can read.
    pub shared: Option<String>,
}

/// A medicine that is prescribed.
#[derive(Clone)]
pub struct MedicineWords {
    /// Its name, with strength and form.
    pub name: String,
    pub dosage: String,
    pub signed_on: Option<NaiveDate>,
}

/// The latest score of a questionnaire.
#[derive(Clone)]
pub struct ScoreWords {
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
pub struct PlanWords {
    pub content: CarePlanContent,
    pub review_on: NaiveDate,
}

/// The clinician who writes the letter.
#[derive(Clone)]
pub struct AuthorWords {
    pub name: String,
    pub registration: Option<(RegistrationBody, String)>,
    /// The name of the organisation.
    pub organisation: String,
}

platform::redacted_debug!(
    RecordWords,
    PatientWords,
    OutcomeWords,
    DischargeWords,
    MedicineWords,
    ScoreWords,
    PlanWords,
    AuthorWords
);
