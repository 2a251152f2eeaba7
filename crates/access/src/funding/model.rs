//! Funding requests, their states, content and history, and the limits of an approval.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

platform::string_enum! {
    /// The state of a funding request.
    pub enum FundingState {
        /// It is being written.
        Draft = "draft",
        /// Submitted; no coordinator has looked at it yet.
        Submitted = "submitted",
        /// A coordinator checks whether it can go to the commissioner.
        Screening = "screening",
        /// More information was asked for.
        InformationRequested = "information_requested",
        /// The commissioner must decide.
        Panel = "panel",
        /// The commissioner pays, without a limit.
        Approved = "approved",
        /// The commissioner pays, up to a number of sessions, an amount, a day, or several of these.
        ApprovedLimited = "approved_limited",
        /// The commissioner does not pay. New facts can be put forward, or the decision appealed.
        Declined = "declined",
        /// The commissioner must decide again, on new facts.
        Reconsideration = "reconsideration",
        /// The commissioner must decide on an appeal.
        Appeal = "appeal",
        /// Declined for good.
        Final = "final",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// The last day of the approval has passed.
        Expired = "expired",
    }

    /// An action on a funding request.
    pub enum FundingEvent {
        /// It was created.
        Created = "created",
        /// Its content was written or changed.
        Updated = "updated",
        /// It was submitted.
        Submitted = "submitted",
        /// A coordinator started screening it.
        ScreeningStarted = "screening_started",
        /// More information was asked for.
        InformationRequested = "information_requested",
        /// More information was provided.
        InformationProvided = "information_provided",
        /// It was sent to the commissioner.
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
        /// It was withdrawn.
        Withdrawn = "withdrawn",
        /// The last day of the approval passed.
        Expired = "expired",
        /// A coordinator confirmed an appointment whose approval has ended.
        AppointmentConfirmed = "appointment_confirmed",
    }

    /// The parties to a funding request.
    pub enum FundingParty {
        /// The practitioner it is about.
        Practitioner = "practitioner",
        /// A coordinator.
        Coordinator = "coordinator",
        /// A commissioner of the area.
        Commissioner = "commissioner",
        /// The service itself.
        System = "system",
    }

    /// Why someone needs this care and no other: a category, so that they need not say more.
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
        /// Another reason, which need not be explained.
        Other = "other",
    }

    /// A commissioner's decision.
    pub enum FundingDecision {
        /// To pay.
        Approved = "approved",
        /// To pay, within limits.
        ApprovedLimited = "approved_limited",
        /// Not to pay, or not any more.
        Declined = "declined",
    }

    /// The grounds of a decision.
    pub enum FundingDecisionGround {
        /// The practitioner meets the criteria agreed beforehand (prior approval).
        CriteriaMet = "criteria_met",
        /// The practitioner's circumstances are exceptional.
        Exceptional = "exceptional",
        /// There is suitable care nearby.
        LocalCareSuitable = "local_care_suitable",
        /// The practitioner's circumstances are not exceptional.
        NotExceptional = "not_exceptional",
        /// The evidence does not show the need.
        InsufficientEvidence = "insufficient_evidence" | "evidence_lacking",
        /// There is no money for it.
        NoFunds = "no_funds",
        /// Another board is responsible for the practitioner.
        NotOurArea = "not_our_area",
        /// Another ground, given in the text.
        Other = "other",
    }

    /// The grounds on which a decision is appealed (as published by the former Bristol CCG and the Lancashire ICB).
    pub enum AppealGround {
        /// The evidence was not considered.
        EvidenceNotConsidered = "evidence_not_considered",
        /// No reasonable panel could have made this decision.
        Irrational = "irrational",
        /// The procedure was not followed.
        ProcedureNotFollowed = "procedure_not_followed",
    }

    /// What a slot or appointment is for.
    pub enum AppointmentKind {
        /// The first, in-depth assessment.
        Assessment = "assessment",
        /// Care after the assessment.
        Treatment = "treatment",
    }

    /// The two reminders of a time limit.
    pub enum Reminder {
        /// The time limit is near.
        Near = "near",
        /// The time limit has passed.
        Passed = "passed",
    }
}

impl FundingState {
    /// True while someone still has to decide or do something before care can be paid for.
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

    /// True while the commissioner pays, judging by the state alone.
    pub const fn is_approval(self) -> bool {
        matches!(self, Self::Approved | Self::ApprovedLimited)
    }
}

impl FundingDecision {
    /// What the decision does to the request.
    pub const fn event(self) -> FundingEvent {
        match self {
            Self::Approved => FundingEvent::Approved,
            Self::ApprovedLimited => FundingEvent::ApprovedLimited,
            Self::Declined => FundingEvent::Declined,
        }
    }
}

/// The content of a request. Sealed as one document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FundingApplication {
    /// Why this care and no other.
    pub reason: Option<FundingReason>,
    /// How many sessions are requested.
    pub sessions: Option<i32>,
    /// The practitioner's statement.
    pub statement: Option<String>,
    /// Whether the commissioner may read the statement too.
    pub share_statement: bool,
}

/// What was written in an entry of the history. Sealed as one document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventDetails {
    /// The text.
    pub text: Option<String>,
    /// Whether the commissioner may read the text of the practitioner or a coordinator.
    pub shared: bool,
    /// The grounds of a decision.
    pub ground: Option<FundingDecisionGround>,
    /// The grounds of an appeal.
    pub appeal: Option<AppealGround>,
    /// The limits of an approval.
    pub terms: Option<Terms>,
}

platform::redacted_debug!(FundingApplication, EventDetails);

/// The limits of an approval. `None` is unlimited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How many sessions.
    pub sessions: Option<i32>,
    /// How much money, in pence.
    pub amount_pence: Option<i32>,
    /// The last day for bookings.
    pub valid_until: Option<NaiveDate>,
}

impl Terms {
    /// Whether anything is limited at all.
    pub const fn has_limit(&self) -> bool {
        self.sessions.is_some() || self.amount_pence.is_some() || self.valid_until.is_some()
    }
}

/// The part of an approval that booking depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// The state of the request.
    pub state: FundingState,
    /// Its limits.
    pub terms: Terms,
    /// How many sessions are booked on it.
    pub sessions_used: i32,
    /// How much of the amount is used, in pence.
    pub amount_used: i32,
}

/// The time limits of a period. Data, because commissioners set their own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimits {
    /// The first day on which they are in force.
    pub valid_from: NaiveDate,
    /// The last day on which they are in force.
    pub valid_to: Option<NaiveDate>,
    /// How many working days before a panel its papers must be submitted.
    pub papers_working_days: u16,
    /// Within how many days after the panel the result is due.
    pub result_days: u16,
    /// Within how many days after a decision it can be appealed.
    pub appeal_days: u16,
    /// Within how many days an appeal or new facts must be answered.
    pub appeal_answer_days: u16,
    /// Within how many calendar months after a decision new facts can be put forward.
    pub reconsideration_months: u16,
    /// Within how many working days after submission a request must be decided.
    pub decision_working_days: u16,
    /// Within how many working days a coordinator must look at a request.
    pub screening_working_days: u16,
    /// Within how many days more information must be provided.
    pub information_days: u16,
    /// How many days before a time limit people are reminded.
    pub reminder_days: u16,
    /// How many hours before its start an appointment must be cancelled for its session to be released.
    pub cancellation_notice_hours: u16,
    /// Where the figures come from.
    pub source: String,
}

impl TimeLimits {
    /// The limits by name.
    pub fn named(&self) -> [(&'static str, u16); 10] {
        [
            ("papers_working_days", self.papers_working_days),
            ("result_days", self.result_days),
            ("appeal_days", self.appeal_days),
            ("appeal_answer_days", self.appeal_answer_days),
            ("reconsideration_months", self.reconsideration_months),
            ("decision_working_days", self.decision_working_days),
            ("screening_working_days", self.screening_working_days),
            ("information_days", self.information_days),
            ("reminder_days", self.reminder_days),
            ("cancellation_notice_hours", self.cancellation_notice_hours),
        ]
    }

    /// The limit with this name, to be replaced.
    pub fn named_mut(&mut self, name: &str) -> Option<&mut u16> {
        Some(match name {
            "papers_working_days" => &mut self.papers_working_days,
            "result_days" => &mut self.result_days,
            "appeal_days" => &mut self.appeal_days,
            "appeal_answer_days" => &mut self.appeal_answer_days,
            "reconsideration_months" => &mut self.reconsideration_months,
            "decision_working_days" => &mut self.decision_working_days,
            "screening_working_days" => &mut self.screening_working_days,
            "information_days" => &mut self.information_days,
            "reminder_days" => &mut self.reminder_days,
            "cancellation_notice_hours" => &mut self.cancellation_notice_hours,
            _ => return None,
        })
    }

    /// The values that make sense for the limit with this name (`docs/clinical-rules.md#reference-data`). What protects the person, such
    /// as the time to appeal, may become longer and never shorter than published; for the service and the boards there is a longest time.
    pub fn allowed(name: &str) -> Option<RangeInclusive<u16>> {
        Some(match name {
            "papers_working_days" => 5..=20,
            "result_days" => 1..=28,
            "appeal_days" => 28..=183,
            "appeal_answer_days" => 7..=56,
            "reconsideration_months" => 3..=12,
            "decision_working_days" => 20..=80,
            "screening_working_days" => 1..=10,
            "information_days" => 14..=92,
            "reminder_days" => 0..=14,
            "cancellation_notice_hours" => 0..=72,
            _ => return None,
        })
    }

    /// The first limit whose value makes no sense.
    pub fn first_absurd(&self) -> Option<&'static str> {
        let absurd = |(name, value): &(&'static str, u16)| Self::allowed(name).is_none_or(|allowed| !allowed.contains(value));
        self.named().into_iter().find(absurd).map(|(name, _)| name)
    }
}

/// The price of a session from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub session: AppointmentKind,
    /// The first day.
    pub from: NaiveDate,
    /// The price, in pence.
    pub pence: i32,
    /// Where the figure comes from.
    pub source: String,
}

/// The prices that make sense, in pence: 20 to 1,000 pounds (`docs/clinical-rules.md#reference-data`).
pub const ALLOWED_PENCE: RangeInclusive<i32> = 2_000..=100_000;
