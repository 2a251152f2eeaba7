//! The nouns of funding: a request, its states, what is said about it, and the limits of an approval.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

platform::words! {
    /// Where a request stands.
    pub enum FundingState {
        /// It is being written.
        Draft = "draft",
        /// It is handed in; nobody has looked at it yet.
        Submitted = "submitted",
        /// A coordinator looks whether it can go to the commissioner.
        Screening = "screening",
        /// Something more must be told.
        InformationRequested = "information_requested",
        /// It lies before the commissioner.
        Panel = "panel",
        /// The commissioner pays, without a limit.
        Approved = "approved",
        /// The commissioner pays, up to a number of sessions, an amount, a day, or several of these.
        ApprovedLimited = "approved_limited",
        /// The commissioner does not pay. New facts may be put forward, or the decision appealed.
        Declined = "declined",
        /// New facts lie before the commissioner.
        Reconsideration = "reconsideration",
        /// An appeal lies before the commissioner.
        Appeal = "appeal",
        /// Declined for good.
        Final = "final",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// The approval's day has passed.
        Expired = "expired",
    }

    /// What happens to a request.
    pub enum FundingEvent {
        /// It was begun.
        Created = "created",
        /// What it says was written or changed.
        Updated = "updated",
        /// It was handed in.
        Submitted = "submitted",
        /// A coordinator began to look at it.
        ScreeningStarted = "screening_started",
        /// Something more was asked for.
        InformationRequested = "information_requested",
        /// Something more was told.
        InformationProvided = "information_provided",
        /// It went to the commissioner.
        SentToPanel = "sent_to_panel",
        /// The commissioner agreed to pay.
        Approved = "approved",
        /// The commissioner agreed to pay within limits.
        ApprovedLimited = "approved_limited",
        /// The commissioner declined.
        Declined = "declined",
        /// New facts were put forward.
        ReconsiderationRequested = "reconsideration_requested",
        /// The decision was appealed.
        Appealed = "appealed",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// The approval's day passed.
        Expired = "expired",
        /// A coordinator let an appointment stand whose approval has ended.
        AppointmentConfirmed = "appointment_confirmed",
    }

    /// Who has a part in a request.
    pub enum FundingParty {
        /// The person it is about.
        Practitioner = "practitioner",
        /// The service's coordinator.
        Coordinator = "coordinator",
        /// The commissioner of the area.
        Commissioner = "commissioner",
        /// The service by itself.
        System = "system",
    }

    /// Why somebody needs this care and no other: a category, so that nobody need tell more.
    pub enum FundingReason {
        /// Care nearby would not be confidential.
        Confidentiality = "confidentiality",
        /// There is no suitable care nearby.
        NoLocalCare = "no_local_care",
        /// Care must come from people who know the work of clinicians.
        SpecialistNeed = "specialist_need",
        /// Care nearby was tried and did not help.
        LocalCareFailed = "local_care_failed",
        /// Care that was agreed before should go on.
        Continuation = "continuation",
        /// Something else, which nobody is asked about.
        Other = "other",
    }

    /// What a commissioner decides.
    pub enum FundingDecision {
        /// To pay.
        Approved = "approved",
        /// To pay within limits.
        ApprovedLimited = "approved_limited",
        /// Not to pay, or no longer.
        Declined = "declined",
    }

    /// The grounds of a decision.
    pub enum FundingDecisionGround {
        /// The person meets what was agreed beforehand (prior approval).
        CriteriaMet = "criteria_met",
        /// The person's circumstances are exceptional.
        Exceptional = "exceptional",
        /// There is suitable care nearby.
        LocalCareSuitable = "local_care_suitable",
        /// The person's circumstances are not exceptional.
        NotExceptional = "not_exceptional",
        /// What was put forward does not show the need.
        InsufficientEvidence = "insufficient_evidence",
        /// There is no money for it.
        NoFunds = "no_funds",
        /// Another board answers for the person.
        NotOurArea = "not_our_area",
        /// Something else, which the text says.
        Other = "other",
    }

    /// The grounds on which a decision is appealed (as published by the former Bristol CCG and the Lancashire ICB).
    pub enum AppealGround {
        /// What was put forward was not considered.
        EvidenceNotConsidered = "evidence_not_considered",
        /// No reasonable panel could have decided so.
        Irrational = "irrational",
        /// The procedure was not followed.
        ProcedureNotFollowed = "procedure_not_followed",
    }

    /// What an approval is used for.
    pub enum FundedSession {
        /// An assessment.
        Assessment = "assessment",
        /// A treatment.
        Treatment = "treatment",
    }

    /// Which of two reminders of a time limit.
    pub enum Reminder {
        /// The limit is near.
        Near = "near",
        /// The limit has passed.
        Passed = "passed",
    }
}

impl FundingState {
    /// True while somebody still has something to decide or do before care can be paid for.
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Draft
                | Self::Submitted
                | Self::Screening
                | Self::InformationRequested
                | Self::Panel
                | Self::Reconsideration
                | Self::Appeal
        )
    }

    /// True while the commissioner pays, as far as the state tells.
    pub const fn is_approval(self) -> bool {
        matches!(self, Self::Approved | Self::ApprovedLimited)
    }
}

impl FundingDecision {
    /// What happens to the request by it.
    pub const fn event(self) -> FundingEvent {
        match self {
            Self::Approved => FundingEvent::Approved,
            Self::ApprovedLimited => FundingEvent::ApprovedLimited,
            Self::Declined => FundingEvent::Declined,
        }
    }
}

/// What a request says. Sealed as one document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Why this care and no other.
    pub reason: Option<FundingReason>,
    /// How many sessions are asked for.
    pub sessions: Option<i32>,
    /// What the person wants to say.
    pub statement: Option<String>,
    /// Whether the commissioner may read that, too.
    pub share_statement: bool,
}

/// What was said when something happened to a request. Sealed as one document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// The words.
    pub text: Option<String>,
    /// Whether words of the person or a coordinator may be read by the commissioner.
    pub shared: bool,
    /// The grounds of a decision.
    pub ground: Option<FundingDecisionGround>,
    /// The grounds of an appeal.
    pub appeal: Option<AppealGround>,
    /// The limits of an approval.
    pub terms: Option<Terms>,
}

platform::redacted_debug!(Told, Said);

/// How far an approval goes. What is `None` is not limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How many sessions.
    pub sessions: Option<i32>,
    /// How much money, in pence.
    pub amount_pence: Option<i32>,
    /// The last day on which anything may be booked.
    pub valid_until: Option<NaiveDate>,
}

impl Terms {
    /// Whether anything is limited at all.
    pub const fn limit_anything(&self) -> bool {
        self.sessions.is_some() || self.amount_pence.is_some() || self.valid_until.is_some()
    }
}

/// An approval as far as a booking depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// Where the request stands.
    pub state: FundingState,
    /// Its limits.
    pub terms: Terms,
    /// How many sessions are booked on it.
    pub sessions_used: i32,
    /// How much of the money, in pence.
    pub amount_used: i32,
}

/// The time limits of a stretch of time. Data, because commissioners set their own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The first day they are in force.
    pub valid_from: NaiveDate,
    /// The last such day.
    pub valid_to: Option<NaiveDate>,
    /// How many working days before a panel its papers must be in.
    pub papers_working_days: u16,
    /// Within how many days after the panel the result is due.
    pub result_days: u16,
    /// Within how many days after a decision it may be appealed.
    pub appeal_days: u16,
    /// Within how many days an appeal or new facts are answered.
    pub appeal_answer_days: u16,
    /// Within how many days after a decision new facts may be put forward.
    pub reconsideration_days: u16,
    /// Within how many working days after it was handed in a request is to be decided.
    pub decision_working_days: u16,
    /// Within how many working days a coordinator is to look at a request.
    pub screening_working_days: u16,
    /// Within how many days more is to be told.
    pub information_days: u16,
    /// How many days before a limit people are reminded.
    pub reminder_days: u16,
    /// How many hours before its start an appointment is called off in time, so that its session is given back.
    pub cancellation_notice_hours: u16,
    /// Where the figures come from.
    pub source: String,
}

/// What a session costs from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub session: FundedSession,
    /// The first day.
    pub from: NaiveDate,
    /// How much.
    pub pence: i32,
    /// Where the figure comes from.
    pub source: String,
}
