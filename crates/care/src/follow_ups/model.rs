//! Types of follow-ups: what is agreed, its state, and the steps of the background job.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use people::practitioners::model::Pathway;
use platform::ids::Id;
use scheduling::booking::model::AppointmentState;
use scheduling::calendar::model::AppointmentKind;

platform::string_enum! {
    /// Purpose of a follow-up.
    pub enum FollowUpPurpose {
        /// A general review.
        Review = "review",
        /// Review of a medicine.
        MedicationReview = "medication_review",
        /// The next session of a therapy.
        TherapySession = "therapy_session",
        /// Review of risk.
        RiskReview = "risk_review",
        /// Review before a fit note ends.
        FitNoteReview = "fit_note_review",
        /// Review of the return to work.
        ReturnToWorkReview = "return_to_work_review",
        /// Discussion of results or a report.
        ResultsReview = "results_review",
        /// Review of whether care can end.
        DischargeReview = "discharge_review",
        /// Anything else; see the note.
        Other = "other",
    }

    /// Unit of an interval.
    pub enum IntervalUnit {
        /// Days.
        Days = "days",
        /// Weeks.
        Weeks = "weeks",
    }

    /// State of a follow-up, calculated from appointments and the date whenever it is read.
    pub enum FollowUpState {
        /// Its window has not started, and nothing is booked.
        Waiting = "waiting",
        /// Its window is open, and nothing is booked.
        Due = "due",
        /// Its window is over, and nothing is booked.
        Overdue = "overdue",
        /// The appointment is booked.
        Booked = "booked",
        /// The appointment was attended.
        Done = "done",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// Care ended before the appointment.
        CareEnded = "care_ended",
    }

    /// How a follow-up was closed.
    pub enum ClosedAs {
        /// The appointment was attended, and that can no longer be corrected.
        Done = "done",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// Care ended.
        CareEnded = "care_ended",
    }

    /// Why a follow-up was cancelled.
    pub enum FollowUpCancelReason {
        /// It is no longer needed.
        NotNeeded = "not_needed",
        /// The practitioner does not want it.
        Declined = "declined",
        /// Something else was agreed instead.
        AgreedElsewhere = "agreed_elsewhere",
        /// It was entered in error.
        EnteredInError = "entered_in_error",
        /// Another reason.
        Other = "other",
    }

    /// Result of a call about a follow-up.
    pub enum FollowUpContactAttemptOutcome {
        /// The practitioner will book.
        WillBook = "will_book",
        /// The practitioner asked to be called again.
        CallAgain = "call_again",
        /// No answer.
        NoAnswer = "no_answer",
        /// A message was left.
        LeftMessage = "left_message",
        /// The practitioner does not want the appointment. Nothing more is sent.
        Declined = "declined",
    }
}

/// When a follow-up is due, counted from its appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    pub unit: IntervalUnit,
    /// Units until the first day.
    pub from: u16,
    /// Units until the last day; the usual slack of the policy when left out.
    pub to: Option<u16>,
}

/// The days on which a follow-up is due, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day, in Europe/London.
    pub from: NaiveDate,
    /// The last day.
    pub by: NaiveDate,
}

/// What agreeing or linking a follow-up depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppointmentFacts {
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentState,
}

/// An appointment that may fulfil a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CandidateAppointment {
    pub id: Id,
    pub clinician: Id,
    pub kind: AppointmentKind,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentState,
    /// When attendance was first recorded.
    pub attendance_recorded_at: Option<DateTime<Utc>>,
}

/// Which appointments fulfil a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchCriteria {
    /// The appointment that was linked by hand.
    pub linked_id: Option<Id>,
    /// The appointment at which it was agreed; it never fulfils the follow-up.
    pub agreed_appointment_id: Id,
    pub clinician: Id,
    pub kind: AppointmentKind,
    /// The appointment must not begin before this.
    pub counts_from: DateTime<Utc>,
}

/// What the state of a follow-up depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUpFacts {
    pub window: Window,
    pub closed_as: Option<ClosedAs>,
    pub pathway: Pathway,
    /// The appointment that fulfils it.
    pub appointment: Option<CandidateAppointment>,
}

/// What sending messages about a follow-up depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageFacts {
    /// Whether the practitioner was reminded that it is due.
    pub reminded: bool,
    /// How many overdue reminders were sent.
    pub chase_count: u32,
    /// The day of the last overdue reminder.
    pub last_chased_on: Option<NaiveDate>,
    /// The day of the last call, and its result.
    pub last_contact: Option<(NaiveDate, FollowUpContactAttemptOutcome)>,
    /// Whether a message can help: the account is active and the clinician can be booked.
    pub message_useful: bool,
    /// Whether a call has already been requested.
    pub call_requested: bool,
}

/// What the background job does about a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing for now.
    Wait,
    /// Sends a reminder that it is due.
    Remind,
    /// Sends an overdue reminder.
    Chase,
    /// Asks staff to call.
    RequestCall,
    /// Closes it.
    Close(ClosedAs),
}

/// The limits and intervals of follow-ups. A clinical lead should confirm them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Where these values come from.
    pub source: String,
    /// The local time from which messages are sent.
    #[serde(deserialize_with = "local_time")]
    pub messages_from: NaiveTime,
    /// The local time at which sending stops.
    #[serde(deserialize_with = "local_time")]
    pub messages_until: NaiveTime,
    /// After how many days each overdue reminder is sent, counted from the last day of the window or the previous reminder.
    pub chase_after_days: Vec<u16>,
    /// How many days before the window an appointment already fulfils it.
    pub counts_early_days: u16,
    /// How many days a window is open if the form gives no end, by the unit of its interval.
    pub slack_days: BTreeMap<IntervalUnit, u16>,
    /// The maximum number of days from the appointment to the end of the window.
    pub longest_days: u16,
    /// The maximum number of open follow-ups of one practitioner.
    pub max_open: u16,
    /// How many bookable slots are suggested.
    pub suggested_slots: u16,
    /// For how many days from now slots are suggested after the window is over.
    pub overdue_window_days: u16,
    /// After how many days to call again, by the result of the last call; never if null.
    pub call_again_after_days: BTreeMap<FollowUpContactAttemptOutcome, Option<u16>>,
}

fn local_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(serde::de::Error::custom)
}
