//! Types of risk alerts: what raises one, how soon someone must act, attempts to make contact, and the assessment that closes it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use access::contacts::model::RiskSeverity;
use platform::ids::Id;
use platform::private::Private;

platform::string_enum! {
    /// What raised an alert.
    pub enum RiskEventKind {
        /// An answer to an item that shows risk.
        RiskAnswer = "risk_answer",
        /// A severe total without an answer that shows risk.
        SevereTotal = "severe_total",
        /// An appointment that the practitioner missed.
        MissedAppointment = "missed_appointment",
        /// A contact with the contact line that is about a crisis.
        CrisisContact = "crisis_contact",
        /// The concern of a member of staff.
        StaffConcern = "staff_concern",
    }

    /// Whether a clinician has assessed the risk.
    pub enum RiskAlertState {
        /// No clinician has recorded an assessment and a plan yet.
        Open = "open",
        /// A clinician has, or the service has closed it with a note.
        Closed = "closed",
    }

    /// How staff tried to reach a practitioner.
    pub enum RiskContactMethod {
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Text = "text",
        /// By email.
        Email = "email",
        /// In another way, such as through the emergency contact.
        Other = "other",
    }

    /// How high a clinician found one kind of risk in this assessment, beside their words and the plan. It describes what was found and asks
    /// for the date of a review. It does not predict suicide or self-harm: do not use it to decide who is offered treatment, who is
    /// discharged or who comes first.
    pub enum RiskLevel {
        /// No risk was found. That does not exclude one.
        None = "none",
        /// Low. The next review needs no date.
        Low = "low",
        /// Moderate. The next review needs a date.
        Moderate = "moderate",
        /// High. The next review needs a date.
        High = "high",
    }

    /// What a person could harm themselves or others with.
    pub enum AccessToMeans {
        /// None is known.
        NoneKnown = "none_known",
        /// Medicines at work, such as controlled drugs or anaesthetics.
        MedicinesAtWork = "medicines_at_work",
        /// Medicines at home, or that they prescribe.
        MedicinesAtHome = "medicines_at_home",
        /// Blades or needles.
        Sharps = "sharps",
        /// A firearm.
        Firearms = "firearms",
        /// Other means.
        Other = "other",
    }

    /// How the clinician spoke to the practitioner.
    pub enum AssessedHow {
        /// Face to face.
        InPerson = "in_person",
        /// By video.
        Video = "video",
        /// By telephone.
        Phone = "phone",
        /// In another way.
        Other = "other",
        /// Not at all: they could not be reached.
        NotReached = "not_reached",
    }
}

impl RiskLevel {
    /// Whether the next review needs a date.
    pub const fn needs_review(self) -> bool {
        matches!(self, Self::Moderate | Self::High)
    }
}

/// Where an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskEventSource {
    /// An assessment with the answers.
    Assessment(Id),
    /// A self-check in the practitioner's record.
    SelfCheck(Id),
    /// A total that a clinician entered.
    Score(Id),
    /// An appointment.
    Appointment(Id),
    /// A contact of the contact line.
    Contact(Id),
    /// A contact of the contact line of which staff recorded neither the contact nor who it is from. Anyone can send one with the number of
    /// another person.
    AnonymousContact(Id),
    /// The member of staff who raised it.
    Staff(Id),
}

impl RiskEventSource {
    /// Whether anyone outside can have caused it, with nothing but the number or address of the practitioner.
    pub const fn is_anonymous(self) -> bool {
        matches!(self, Self::AnonymousContact(_))
    }
}

/// How many events an alert has at most, because as many are shown: a clinician who closes it must be able to read all of them.
pub const MOST_EVENTS: usize = 100;

/// Something that shows a risk.
#[derive(Clone)]
pub struct NewRiskEvent {
    pub kind: RiskEventKind,
    pub severity: RiskSeverity,
    pub source: RiskEventSource,
    /// Code of the questionnaire, if an answer or a total shows the risk.
    pub questionnaire: Option<String>,
    /// What a member of staff wrote about it.
    pub note: Option<Private<String>>,
}

/// An attempt to make contact, before it is stored.
#[derive(Clone)]
pub struct NewContactAttempt {
    pub by: Id,
    /// Whether they are a clinician.
    pub by_clinician: bool,
    pub how: RiskContactMethod,
    pub reached: bool,
    pub note: Private<String>,
}

/// How high one kind of risk is, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub level: RiskLevel,
    pub details: Option<String>,
}

/// A clinician's structured risk assessment with the plan. It is stored as one sealed document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentContent {
    pub risk_to_self: Finding,
    pub risk_to_others: Finding,
    /// To patients, and to children and others in their care.
    pub risk_to_people_in_their_care: Finding,
    pub risk_from_others: Finding,
    pub protective_factors: String,
    pub access_to_means: Vec<AccessToMeans>,
    pub means_details: Option<String>,
    pub assessed_how: AssessedHow,
    pub assessed_how_details: Option<String>,
    pub plan: String,
    pub next_review_on: Option<NaiveDate>,
    pub safety_plan_reviewed: Option<bool>,
}

platform::redacted_debug!(NewRiskEvent, NewContactAttempt, Finding, AssessmentContent);

impl AssessmentContent {
    /// The four kinds of risk with their members in a request.
    pub fn findings(&self) -> [(&'static str, &Finding); 4] {
        [
            ("/risk_to_self", &self.risk_to_self),
            ("/risk_to_others", &self.risk_to_others),
            ("/risk_to_people_in_their_care", &self.risk_to_people_in_their_care),
            ("/risk_from_others", &self.risk_from_others),
        ]
    }
}

/// When alerts are due, when they are escalated and when reviews are notified, as read from the data file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskPolicy {
    /// One entry for each severity.
    pub severities: Vec<SeverityPolicy>,
    pub same_day: SameDayPolicy,
    /// For how many minutes after an event another one belongs to the same alert.
    pub same_alert_minutes: u16,
    /// At which hour of the day staff are notified of a review that is due, by the clock in London.
    pub review_hour: u16,
    /// How severe the answers to some items are.
    pub answers: Vec<AnswerPolicy>,
    /// How severe answers to all other items that show risk are.
    pub other_answers: RiskSeverity,
    /// Where these values come from.
    pub source: String,
}

/// The times of one severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityPolicy {
    pub severity: RiskSeverity,
    /// After how many minutes an alert is due; none for the severity that is due by the end of the working day.
    pub due_minutes: Option<u16>,
    /// How many minutes after the first step of escalation the second one follows.
    pub second_step_minutes: u16,
    /// After how many minutes the second step is repeated, until the alert is closed.
    pub repeat_minutes: u16,
    /// How many minutes after the due time the first step is, once the practitioner was reached.
    pub contact_postpones_minutes: u16,
}

/// When an alert of the same day is due, by the clock in London.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameDayPolicy {
    /// Raised on a working day until this hour …
    pub raised_until_hour: u16,
    /// … it is due at this hour of the day.
    pub due_hour: u16,
    /// Raised later or on another day, it is due after so many hours.
    pub otherwise_hours: u16,
}

/// How severe the answers to an item are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerPolicy {
    /// Code of the questionnaire.
    pub questionnaire: String,
    /// Id of the item.
    pub item: String,
    /// From the lowest points upwards.
    pub severities: Vec<AnswerSeverity>,
}

/// From how many points an answer is how severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSeverity {
    pub from: u8,
    pub severity: RiskSeverity,
}
