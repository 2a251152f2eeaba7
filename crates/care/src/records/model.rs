//! Types of the clinical record: notes, problems, allergies, prescribing details and the care plan.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};
use scheduling::booking::model::AppointmentState;

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
    /// A part of a practitioner's own record.
    pub enum MyRecordPart {
        /// The name of the lead clinician.
        LeadClinician = "lead_clinician",
        /// The consent to share with the general practitioner.
        GpSharing = "gp_sharing",
        /// The allergies.
        Allergies = "allergies",
        /// What is recorded for prescriptions.
        PrescribingDetails = "prescribing_details",
        /// One or more of the shared problems; the others are shown.
        Problems = "problems",
        /// The care plan.
        CarePlan = "care_plan",
        /// The safety plan.
        SafetyPlan = "safety_plan",
        /// The latest discharge.
        Discharge = "discharge",
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
        /// Letters that have not been sent.
        Letters = "letters",
        /// Assessments without answers.
        Questionnaires = "questionnaires",
        /// Open risk alerts.
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

platform::string_enum! {
    /// Kinds of items that may be open when care ends. A clinician states what happens to each kind that is.
    pub enum OpenItemKind {
        /// Prescriptions in force: signed, with issues left.
        Prescriptions = "prescriptions",
        /// Follow-ups that are not closed.
        FollowUps = "follow_ups",
        /// Notes that are not signed and whose authors can still sign them, those about sessions of groups included.
        UnsignedNotes = "unsigned_notes",
        /// Notes that are not signed and whose author has left, so that no one can sign them; those about sessions of groups included.
        OrphanedNotes = "orphaned_notes",
    }

    /// What happens to the prescriptions in force when care ends. After the end of care no one here issues them.
    pub enum PrescriptionsDecision {
        /// They are cancelled. What was issued before stays valid.
        Cancel = "cancel",
        /// They stay as they are; the general practitioner continues the treatment and is informed. This needs the practitioner's consent
        /// to inform them.
        ContinueElsewhere = "continue_elsewhere",
        /// They stay as they are; the practitioner arranges with another prescriber how the treatment continues, and was advised to.
        PractitionerArranges = "practitioner_arranges",
    }

    /// What happens to the open follow-ups when care ends. None is kept: after the end of care nothing can be booked for it.
    pub enum FollowUpsDecision {
        /// They are closed, with their reminders.
        Close = "close",
    }

    /// What happens to the unsigned notes when care ends. Otherwise they are signed or deleted first.
    pub enum UnsignedNotesDecision {
        /// Their authors sign or delete them while they may still read the record.
        FinishWithinReadingTime = "finish_within_reading_time",
    }

    /// What happens to the unsigned notes of authors who have left when care ends. No one else can sign or delete them.
    pub enum OrphanedNotesDecision {
        /// They stay unsigned; the reason is part of the discharge.
        LeaveUnsigned = "leave_unsigned",
    }

    /// What was decided about items that were open when care ended.
    pub enum OpenItemDecision {
        /// Prescriptions were cancelled.
        Cancel = "cancel",
        /// The general practitioner continues the treatment and is informed.
        ContinueElsewhere = "continue_elsewhere",
        /// The practitioner arranges with another prescriber how the treatment continues.
        PractitionerArranges = "practitioner_arranges",
        /// Follow-ups were closed.
        Close = "close",
        /// The authors finish their notes while they may still read the record.
        FinishWithinReadingTime = "finish_within_reading_time",
        /// Notes whose author has left stay unsigned, for the reason in the discharge.
        LeaveUnsigned = "leave_unsigned",
    }
}

impl OpenItemKind {
    /// What can be decided about items of this kind; the general practitioner takes over only where they may be informed.
    pub fn decisions(self, gp_may_be_informed: bool) -> Vec<OpenItemDecision> {
        match self {
            Self::Prescriptions if gp_may_be_informed => {
                vec![OpenItemDecision::Cancel, OpenItemDecision::ContinueElsewhere, OpenItemDecision::PractitionerArranges]
            }
            Self::Prescriptions => vec![OpenItemDecision::Cancel, OpenItemDecision::PractitionerArranges],
            Self::FollowUps => vec![OpenItemDecision::Close],
            Self::UnsignedNotes => vec![OpenItemDecision::FinishWithinReadingTime],
            Self::OrphanedNotes => vec![OpenItemDecision::LeaveUnsigned],
        }
    }
}

impl From<PrescriptionsDecision> for OpenItemDecision {
    fn from(decision: PrescriptionsDecision) -> Self {
        match decision {
            PrescriptionsDecision::Cancel => Self::Cancel,
            PrescriptionsDecision::ContinueElsewhere => Self::ContinueElsewhere,
            PrescriptionsDecision::PractitionerArranges => Self::PractitionerArranges,
        }
    }
}

impl From<FollowUpsDecision> for OpenItemDecision {
    fn from(decision: FollowUpsDecision) -> Self {
        match decision {
            FollowUpsDecision::Close => Self::Close,
        }
    }
}

impl From<UnsignedNotesDecision> for OpenItemDecision {
    fn from(decision: UnsignedNotesDecision) -> Self {
        match decision {
            UnsignedNotesDecision::FinishWithinReadingTime => Self::FinishWithinReadingTime,
        }
    }
}

impl From<OrphanedNotesDecision> for OpenItemDecision {
    fn from(decision: OrphanedNotesDecision) -> Self {
        match decision {
            OrphanedNotesDecision::LeaveUnsigned => Self::LeaveUnsigned,
        }
    }
}

/// What a clinician states about what is open when care ends. A kind without an answer is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenItemAnswers {
    pub prescriptions: Option<PrescriptionsDecision>,
    pub follow_ups: Option<FollowUpsDecision>,
    pub unsigned_notes: Option<UnsignedNotesDecision>,
    pub orphaned_notes: Option<OrphanedNotesDecision>,
}

/// What a clinician states about the letter that informs the general practitioner of a treatment that they continue.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HandoverAnswer {
    pub letter: Option<Id>,
    pub no_letter_reason: Option<String>,
}

/// What a clinician states beside the answers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OpenItemStatements {
    pub handover: HandoverAnswer,
    /// Why notes stay unsigned whose author has left.
    pub orphaned_notes_reason: Option<String>,
}

platform::redacted_debug!(HandoverAnswer, OpenItemStatements);

impl OpenItemAnswers {
    /// What is stated about items of this kind.
    pub fn about(&self, kind: OpenItemKind) -> Option<OpenItemDecision> {
        match kind {
            OpenItemKind::Prescriptions => self.prescriptions.map(OpenItemDecision::from),
            OpenItemKind::FollowUps => self.follow_ups.map(OpenItemDecision::from),
            OpenItemKind::UnsignedNotes => self.unsigned_notes.map(OpenItemDecision::from),
            OpenItemKind::OrphanedNotes => self.orphaned_notes.map(OpenItemDecision::from),
        }
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
    /// The allergies; not empty if and only if the status is `permit`.
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
    pub appointment: Option<(DateTime<Utc>, AppointmentState)>,
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
