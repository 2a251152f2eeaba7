//! The nouns of the record: notes, problems, allergies and the care plan.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};
use scheduling::booking::model::AppointmentStatus;

platform::words! {
    /// What a note is about.
    pub enum NoteKind {
        /// The practitioner was seen.
        Session = "session",
        /// The practitioner did not come, and the note says what is done about it.
        NonAttendance = "non_attendance",
    }

    /// Where a note stands.
    pub enum NoteState {
        /// Its author is writing; nobody else sees it.
        Draft = "draft",
        /// It is part of the record and never changes; addenda may follow.
        Signed = "signed",
    }

    /// Where a problem stands.
    pub enum ProblemState {
        /// It is there.
        Active = "active",
        /// It is over.
        Resolved = "resolved",
        /// It was never there: a mistake in the record. Final.
        EnteredInError = "entered_in_error",
    }

    /// What is known about allergies.
    pub enum AllergyStatus {
        /// Nobody has asked yet.
        NotAsked = "not_asked",
        /// Somebody has asked, and there are none that are known.
        NoneKnown = "none_known",
        /// There are some.
        Known = "known",
    }

    /// How bad a reaction was at its worst.
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

    /// How sure an allergy is.
    pub enum AllergyCertainty {
        /// Somebody says so, and nothing more is known.
        Unconfirmed = "unconfirmed",
        /// A test, or a reaction that somebody saw, has shown it.
        Confirmed = "confirmed",
    }

    /// Where a goal stands.
    pub enum GoalState {
        /// Agreed, and not reached yet.
        Open = "open",
        /// Reached.
        Achieved = "achieved",
        /// Given up by agreement.
        GivenUp = "given_up",
    }
}

platform::words! {
    /// What a person has with the service that may end when their care ends.
    pub enum EndedItemKind {
        /// Messages that have not gone, and every later one.
        Messages = "messages",
        /// Appointments that have not begun.
        Appointments = "appointments",
        /// Slots that they hold.
        Holds = "holds",
        /// Places in groups: had, offered and waited for.
        GroupPlaces = "group_places",
        /// Follow-ups, with their reminders.
        FollowUps = "follow_ups",
        /// Prescriptions in force, and those that are not signed.
        Prescriptions = "prescriptions",
        /// Questionnaires that nobody has answered.
        Questionnaires = "questionnaires",
        /// Risk alerts that nobody has acknowledged.
        RiskAlerts = "risk_alerts",
        /// Funding: open requests and approvals.
        FundingRequests = "funding_requests",
        /// Referrals from and to hubs.
        Referrals = "referrals",
        /// Tasks of the contact line.
        ContactTasks = "contact_tasks",
        /// The account, with its sessions and links.
        Account = "account",
    }
}

/// What a person may not be given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allergy {
    pub substance: String,
    /// Its SNOMED CT code.
    pub snomed_code: Option<String>,
    /// What happened.
    pub reaction: Option<String>,
    /// How bad that was.
    pub severity: AllergySeverity,
    /// How sure it is.
    pub certainty: AllergyCertainty,
}

platform::redacted_debug!(Allergy);

/// What is known about a person's allergies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allergies {
    /// Whether anybody has asked, and what came of it.
    pub status: AllergyStatus,
    /// The allergies; some exactly when the status is `known`.
    pub entries: Vec<Allergy>,
    /// Who said so; nobody while nobody was asked.
    pub said_by: Option<Id>,
    pub said_at: Option<UtcTime>,
    /// Counts statements; 0 while there is none.
    pub version: i32,
}

impl Allergies {
    /// What is known while nobody has asked.
    pub const NOT_ASKED: Self =
        Self { status: AllergyStatus::NotAsked, entries: Vec::new(), said_by: None, said_at: None, version: 0 };
}

/// A note's words. The practitioner sees `shared`, and nothing else of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteWords {
    /// What brings the practitioner, and how they are.
    pub presentation: Option<String>,
    /// What was found on examination of the mental state.
    pub mental_state: Option<String>,
    /// Risk to themselves and others, and what protects.
    pub risk: Option<String>,
    /// What was agreed and is done next.
    pub plan: Option<String>,
    /// What the practitioner may read.
    pub shared: Option<String>,
}

platform::redacted_debug!(NoteWords);

/// What signing a note depends on.
#[derive(Debug, Clone)]
pub struct NoteFacts<'a> {
    /// Where the note stands.
    pub state: NoteState,
    /// What it is about.
    pub kind: NoteKind,
    pub words: &'a NoteWords,
    /// When its appointment begins and where that stands; none when it was called off or is another clinician's now.
    pub appointment: Option<(DateTime<Utc>, AppointmentStatus)>,
}

/// A problem's words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemWords {
    /// What it is called.
    pub name: String,
    /// Its SNOMED CT code.
    pub snomed_code: Option<String>,
    /// The first day of it, as far as is known.
    pub since: Option<NaiveDate>,
    /// What else is to be said.
    pub note: Option<String>,
}

platform::redacted_debug!(ProblemWords);

/// One thing that care is to reach.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    pub text: String,
    /// How it is seen that it is reached.
    pub measure: Option<String>,
    pub state: GoalState,
}

/// A care plan's words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanWords {
    /// What care is to reach.
    pub goals: Vec<Goal>,
    /// What is done for it.
    pub interventions: Vec<String>,
}

platform::redacted_debug!(Goal, PlanWords);
