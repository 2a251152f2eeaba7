//! Types of the clinical record: notes, problems, allergies, prescribing details and the care plan.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};
use scheduling::booking::model::AppointmentStatus;

platform::string_enum! {
    /// Kind of a note.
    pub enum NoteKind {
        /// The practitioner was seen.
        Session = "session",
        /// The practitioner did not attend; the note records what is done about it.
        NonAttendance = "non_attendance",
    }

    /// State of a note.
    pub enum NoteState {
        /// Only its author sees it and can change it.
        Draft = "draft",
        /// It is part of the record and cannot be changed; addenda can be added.
        Signed = "signed",
    }

    /// State of a problem.
    pub enum ProblemState {
        /// Current.
        Active = "active",
        /// Resolved.
        Resolved = "resolved",
        /// Entered by mistake; final.
        EnteredInError = "entered_in_error",
    }

    /// What is known about allergies.
    pub enum AllergyStatus {
        /// The practitioner has not been asked yet.
        NotAsked = "not_asked",
        /// The practitioner was asked, and no allergies are known.
        NoneKnown = "none_known",
        /// There are known allergies.
        Known = "known",
    }

    /// Severity of the worst known reaction.
    pub enum AllergySeverity {
        /// Not known.
        Unknown = "unknown",
        /// Mild.
        Mild = "mild",
        /// Moderate.
        Moderate = "moderate",
        /// Severe, but life was not in danger.
        Severe = "severe",
        /// Life was in danger.
        LifeThreatening = "life_threatening",
    }

    /// How certain an allergy is.
    pub enum AllergyCertainty {
        /// Reported, without confirmation.
        Unconfirmed = "unconfirmed",
        /// Confirmed by a test or an observed reaction.
        Confirmed = "confirmed",
    }

    /// State of a goal.
    pub enum GoalState {
        /// Agreed and not achieved yet.
        Open = "open",
        /// Achieved.
        Achieved = "achieved",
        /// Given up by agreement.
        GivenUp = "given_up",
    }
}

platform::string_enum! {
    /// Kinds of items that may end when a practitioner's care ends.
    pub enum EndedItemKind {
        /// Queued messages, and all later ones.
        Messages = "messages",
        /// Appointments that have not begun.
        Appointments = "appointments",
        /// Held slots.
        Holds = "holds",
        /// Places in groups, offers of places, and waiting list entries.
        GroupPlaces = "group_places",
        /// Follow-ups, with their reminders.
        FollowUps = "follow_ups",
        /// Prescriptions in force and unsigned ones.
        Prescriptions = "prescriptions",
        /// Assessments without answers.
        Questionnaires = "questionnaires",
        /// Risk alerts that are not acknowledged.
        RiskAlerts = "risk_alerts",
        /// Open funding requests and approvals.
        FundingRequests = "funding_requests",
        /// Referrals from and to hubs.
        Referrals = "referrals" | "hub_referrals",
        /// Tasks of the contact line.
        ContactTasks = "contact_tasks",
        /// The account, with its sessions and emailed links.
        Account = "account",
    }
}

/// A known allergy.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allergy {
    pub substance: String,
    /// Its SNOMED CT code.
    pub snomed_code: Option<String>,
    pub reaction: Option<String>,
    pub severity: AllergySeverity,
    pub certainty: AllergyCertainty,
}

platform::redacted_debug!(Allergy);

/// A practitioner's allergies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allergies {
    pub status: AllergyStatus,
    /// The allergies; not empty if and only if the status is `known`.
    pub entries: Vec<Allergy>,
    /// The clinician who recorded them; none if the practitioner has not been asked.
    pub recorded_by: Option<Id>,
    pub recorded_at: Option<UtcTime>,
    /// Counts the recorded statements; 0 if there is none.
    pub version: i32,
}

impl Allergies {
    /// The value before the practitioner has been asked.
    pub const NOT_ASKED: Self =
        Self { status: AllergyStatus::NotAsked, entries: Vec::new(), recorded_by: None, recorded_at: None, version: 0 };
}

/// A postal address in the United Kingdom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    pub lines: Vec<String>,
    pub postcode: String,
}

platform::redacted_debug!(PostalAddress);

platform::string_enum! {
    /// Whether someone is pregnant or may become so.
    pub enum PregnancyStatus {
        /// Not pregnant, and not able to become pregnant.
        NotPossible = "not_possible",
        /// Not pregnant, but may become pregnant.
        Possible = "possible",
        /// Pregnant.
        Pregnant = "pregnant",
    }
}

/// An answer about pregnancy.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pregnancy {
    pub status: PregnancyStatus,
    /// The day of the answer.
    pub asked_on: NaiveDate,
}

platform::redacted_debug!(Pregnancy);

/// What prescribing needs to know about a practitioner.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrescribingDetails {
    pub date_of_birth: Option<NaiveDate>,
    /// The home address.
    pub address: Option<PostalAddress>,
    pub pregnancy: Option<Pregnancy>,
}

platform::redacted_debug!(PrescribingDetails);

/// The texts of a note. The practitioner sees only `shared`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteContent {
    /// Presenting problem and current condition.
    pub presentation: Option<String>,
    /// Mental state examination.
    pub mental_state: Option<String>,
    /// Risk to self and others, and protective factors.
    pub risk: Option<String>,
    /// What was agreed, and next steps.
    pub plan: Option<String>,
    /// What the practitioner can read.
    pub shared: Option<String>,
}

platform::redacted_debug!(NoteContent);

/// What signing a note depends on.
#[derive(Debug, Clone)]
pub struct NoteFacts<'a> {
    pub state: NoteState,
    pub kind: NoteKind,
    pub content: &'a NoteContent,
    /// Start and status of its appointment; none if it was cancelled or now belongs to another clinician.
    pub appointment: Option<(DateTime<Utc>, AppointmentStatus)>,
}

/// The content of a problem.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemContent {
    pub name: String,
    /// Its SNOMED CT code.
    pub snomed_code: Option<String>,
    /// Date of onset, if known.
    pub since: Option<NaiveDate>,
    pub note: Option<String>,
}

platform::redacted_debug!(ProblemContent);

/// A goal of care.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    pub text: String,
    /// How progress towards the goal is measured.
    pub measure: Option<String>,
    pub state: GoalState,
}

/// The content of a care plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarePlanContent {
    pub goals: Vec<Goal>,
    /// What is done to reach the goals.
    pub interventions: Vec<String>,
}

platform::redacted_debug!(Goal, CarePlanContent);
