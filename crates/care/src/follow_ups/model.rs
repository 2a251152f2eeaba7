//! The nouns of follow-ups: what is agreed, what it has come to, and how it is chased.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use people::practitioners::model::Pathway;
use platform::ids::Id;
use scheduling::booking::model::AppointmentStatus;
use scheduling::calendar::model::AppointmentKind;

platform::words! {
    /// What a follow-up is for.
    pub enum FollowUpPurpose {
        /// To see how things are.
        Review = "review",
        /// To see how a medicine does.
        MedicationReview = "medication_review",
        /// The next session of a therapy.
        TherapySession = "therapy_session",
        /// To look at risk again.
        RiskReview = "risk_review",
        /// Before a fit note ends.
        FitNoteReview = "fit_note_review",
        /// To see how the return to work goes.
        ReturnToWorkReview = "return_to_work_review",
        /// To talk about results or a report.
        ResultsReview = "results_review",
        /// To see whether care can end.
        DischargeReview = "discharge_review",
        /// Anything else; the note says what.
        Other = "other",
    }

    /// In what an interval is counted.
    pub enum IntervalUnit {
        /// In days.
        Days = "days",
        /// In weeks.
        Weeks = "weeks",
    }

    /// Where a follow-up stands. It is worked out anew from appointments and the day whenever somebody asks.
    pub enum FollowUpState {
        /// Its time has not come, and nothing is booked.
        Waiting = "waiting",
        /// Its time has come, and nothing is booked.
        Due = "due",
        /// Its time is over, and nothing is booked.
        Overdue = "overdue",
        /// The appointment is booked.
        Booked = "booked",
        /// The appointment took place.
        Done = "done",
        /// It was called off.
        Cancelled = "cancelled",
        /// Care ended before it came to it.
        CareEnded = "care_ended",
    }

    /// How a follow-up was closed.
    pub enum ClosedAs {
        /// The appointment took place, and that can no longer be corrected.
        Done = "done",
        /// Somebody called it off.
        Cancelled = "cancelled",
        /// Care ended.
        CareEnded = "care_ended",
    }

    /// Why a follow-up was called off.
    pub enum FollowUpCancelReason {
        /// It is not needed any more.
        NotNeeded = "not_needed",
        /// The practitioner does not want it.
        Declined = "declined",
        /// Something else was agreed instead.
        AgreedElsewhere = "agreed_elsewhere",
        /// It should never have been there.
        EnteredInError = "entered_in_error",
        /// Another reason.
        Other = "other",
    }

    /// What came of ringing somebody.
    pub enum FollowUpContactOutcome {
        /// They will book.
        WillBook = "will_book",
        /// They asked to be rung again.
        CallAgain = "call_again",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// A message was left.
        LeftMessage = "left_message",
        /// They do not want the appointment. Nothing is sent any more.
        Declined = "declined",
    }
}

/// When a follow-up is to be, counted from its appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// In what it is counted.
    pub unit: IntervalUnit,
    /// After how many at the earliest.
    pub from: u16,
    /// After how many at the latest; the service's usual slack when left out.
    pub to: Option<u16>,
}

/// The days on which a follow-up is to be, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day, in Europe/London.
    pub from: NaiveDate,
    /// The last day.
    pub by: NaiveDate,
}

/// The appointment at whose end something is agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldAppointment {
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentStatus,
}

/// An appointment that might be the one that was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    pub id: Id,
    pub clinician: Id,
    pub kind: AppointmentKind,
    pub starts_at: DateTime<Utc>,
    pub status: AppointmentStatus,
    /// When attendance was first recorded.
    pub attendance_recorded_at: Option<DateTime<Utc>>,
}

/// Which appointments count as the one that was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The one that somebody said it is.
    pub linked: Option<Id>,
    /// The one at whose end it was agreed, which is never it.
    pub agreed_in: Id,
    pub clinician: Id,
    pub kind: AppointmentKind,
    /// It begins no earlier than this.
    pub counts_from: DateTime<Utc>,
}

/// What the state of a follow-up depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub window: Window,
    pub closed: Option<ClosedAs>,
    /// Where the practitioner stands.
    pub pathway: Pathway,
    /// The appointment that it came to.
    pub appointment: Option<Candidate>,
}

/// What writing about a follow-up depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters {
    /// Whether they were reminded.
    pub reminded: bool,
    /// How often they were chased.
    pub chased: u32,
    /// The day of the last letter that chased.
    pub last_chased: Option<NaiveDate>,
    /// The last time that somebody rang, and what came of it.
    pub last_contact: Option<(NaiveDate, FollowUpContactOutcome)>,
    /// Whether a letter would help: the account is open, and the clinician can be booked.
    pub worth_writing: bool,
    /// Whether a person is asked to ring already.
    pub call_asked: bool,
}

/// What the service does about a follow-up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing for now.
    Wait,
    /// A first letter: it is time.
    Remind,
    /// A letter: it is past time.
    Chase,
    /// Asks a person to ring.
    AskForCall,
    /// Closes it.
    Close(ClosedAs),
}

/// The figures that follow-ups go by. The service sets them; the file inside the program is no more than a sensible start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The time on the wall at which letters begin to go out.
    #[serde(deserialize_with = "wall_time")]
    pub letters_from: NaiveTime,
    /// The time on the wall at which they stop.
    #[serde(deserialize_with = "wall_time")]
    pub letters_until: NaiveTime,
    /// After how many days each letter that chases goes out, counted from the last day of the window or the letter before.
    pub chase_after_days: Vec<u16>,
    /// How many days before its window an appointment counts.
    pub counts_early_days: u16,
    /// How many days a window is open where nobody says, by the unit of its interval.
    pub slack_days: BTreeMap<IntervalUnit, u16>,
    /// How many days after its appointment a window ends at the latest.
    pub longest_days: u16,
    /// How many open follow-ups one person may have.
    pub most_open: u16,
    /// How many free slots are suggested.
    pub suggested_slots: u16,
    /// How many days ahead slots are suggested once the window is over.
    pub overdue_window_days: u16,
    /// After how many days to ring again, by what came of ringing; never where there is none.
    pub call_again_after_days: BTreeMap<FollowUpContactOutcome, Option<u16>>,
}

fn wall_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(serde::de::Error::custom)
}
