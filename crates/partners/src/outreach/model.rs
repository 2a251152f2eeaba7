//! Types of outreach: campaigns, recipients and their responses.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use people::notifications::model::QuietHours;
use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// What the campaign offers, and to which staff.
    pub enum OutreachKind {
        /// Each member of a group of staff gets an offer for themselves.
        IndividualOffer = "individual_offer",
        /// Team leads are asked whether their team wants a session together.
        TeamSupport = "team_support",
        /// Senior leaders get an offer of their own, with confidential access.
        SeniorLeaders = "senior_leaders",
    }

    /// The state of a campaign.
    pub enum OutreachState {
        /// It is being prepared.
        Draft = "draft",
        /// It was submitted and waits for another coordinator to review it.
        Ready = "ready",
        /// Messages are sent at its pace.
        Running = "running",
        /// Nothing is sent for now.
        Paused = "paused",
        /// Its last day has passed.
        Finished = "finished",
        /// It was cancelled, or its last day passed before it was approved.
        Cancelled = "cancelled",
    }

    /// What happens to a campaign.
    pub enum OutreachEvent {
        /// Its content was changed, or recipients were added.
        Changed = "changed",
        /// It was submitted.
        Submitted = "submitted",
        /// It was returned to draft.
        Returned = "returned",
        /// Another coordinator approved it.
        Approved = "approved",
        /// It was paused.
        Paused = "paused",
        /// It was resumed.
        Resumed = "resumed",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// Its last day has passed.
        Ended = "ended",
    }

    /// Why a group is at particular risk.
    pub enum OutreachReason {
        /// A serious incident.
        Incident = "incident",
        /// A colleague has died.
        Bereavement = "bereavement",
        /// Long or unsociable hours.
        Rota = "rota",
        /// The winter's workload.
        Winter = "winter",
        /// An inspection or inquiry.
        Inspection = "inspection",
        /// A reorganisation.
        Reorganisation = "reorganisation",
        /// Something else.
        Other = "other",
    }

    /// The wording of a campaign's messages. All are neutral: none names the service or its field.
    pub enum OutreachWording {
        /// An offer for staff.
        StaffOffer = "staff_offer",
        /// An offer after recent events at work.
        RecentEvents = "recent_events",
        /// An offer after some busy weeks.
        BusyWeeks = "busy_weeks",
        /// An offer for a team.
        TeamOffer = "team_offer",
        /// An offer for senior colleagues.
        SeniorOffer = "senior_offer",
    }

    /// The employer's legal basis for giving contacts for this purpose (UK GDPR, Article 6).
    pub enum OutreachLegalBasis {
        /// Consent of the staff.
        Consent = "consent",
        /// A legal obligation of the employer.
        LegalObligation = "legal_obligation",
        /// Part of the employer's public task.
        PublicTask = "public_task",
        /// Legitimate interests of the employer and the staff.
        LegitimateInterests = "legitimate_interests",
    }

    /// The state of a recipient.
    pub enum RecipientState {
        /// No message has been sent yet.
        Waiting = "waiting",
        /// The message was sent.
        Sent = "sent",
        /// No message is sent to them.
        Skipped = "skipped",
    }

    /// A response to a message.
    pub enum OutreachResponse {
        /// They want to find out for themselves what would help.
        SelfCheck = "self_check",
        /// They want to be contacted.
        PleaseContactMe = "please_contact_me",
        /// They want a session for their team.
        AsksForTeamSession = "asks_for_team_session",
        /// They never want to be contacted again.
        OptOut = "opt_out",
    }

    /// The outcome of a response.
    pub enum OutreachOutcome {
        /// It was recorded.
        Recorded = "recorded",
        /// The same response was already recorded.
        AlreadyRecorded = "already_recorded",
        /// The link is no longer valid, or never was. It can still be used to opt out.
        LinkExpired = "link_expired",
        /// The campaign does not offer this.
        NotOffered = "not_offered",
    }

    /// What is known of a message after it was sent.
    pub enum OutreachDelivery {
        /// It was delivered.
        Delivered = "delivered",
        /// It could not be delivered.
        Failed = "failed",
    }

    /// How an opt-out reached the service.
    pub enum OptOutSource {
        /// Through the link in a message.
        Link = "link",
        /// Through a coordinator.
        Coordinator = "coordinator",
    }

    /// The state of a team's request.
    pub enum TeamRequestState {
        /// No coordinator has taken it yet.
        Open = "open",
        /// A coordinator has taken it.
        Taken = "taken",
        /// The session is arranged, or no longer wanted.
        Done = "done",
    }
}

/// What coordinators plan for a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the campaign offers, and to which staff.
    pub kind: OutreachKind,
    /// The reason for the campaign.
    pub reason: OutreachReason,
    pub wording: OutreachWording,
    /// Whether emails are sent.
    pub by_email: bool,
    /// Whether text messages are sent.
    pub by_text: bool,
    /// The number of messages per hour.
    pub per_hour: i32,
    /// When nothing is sent.
    pub quiet: QuietHours,
    /// Nothing is sent before this instant.
    pub starts_at: UtcTime,
    /// The last day.
    pub ends_on: NaiveDate,
    /// The sealed part of the plan.
    pub content: CampaignContent,
}

/// The sealed part of a campaign's plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignContent {
    /// The group of staff.
    pub group: String,
    /// The code of their employer in the NHS organisation data service.
    pub organisation_ods: String,
    /// The person there who gets the counts.
    pub employer: EmployerContact,
    /// The employer's statement that the contacts were given for this purpose.
    pub statement: Option<EmployerStatement>,
}

platform::redacted_debug!(CampaignContent);

/// A person at the employer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployerContact {
    /// Their name and job title.
    pub name: String,
    /// Their email address.
    pub email: String,
}

/// The employer's statement that the contacts were given for this purpose.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployerStatement {
    /// The person who gave it: name and job title.
    pub given_by: String,
    pub given_on: NaiveDate,
    /// The legal basis.
    pub legal_basis: OutreachLegalBasis,
}

/// A campaign whose next messages are due.
#[derive(Debug, Clone)]
pub struct DueCampaign {
    pub id: Id,
    pub wording: OutreachWording,
    /// The number of messages per hour.
    pub per_hour: i32,
    /// When nothing is sent.
    pub quiet: QuietHours,
    /// The last day.
    pub ends_on: NaiveDate,
    /// When the next message may be sent.
    pub next_at: UtcTime,
}

/// What the sending job does with a campaign now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendDecision {
    /// Nothing more: its last day has passed.
    Over,
    /// Nothing before this instant.
    Later(UtcTime),
    /// Sends this many messages; the next one after them is sent at this instant or later.
    Send { count: i64, next_at: UtcTime },
}

/// A recipient whose message was sent.
#[derive(Debug, Clone, Copy)]
pub struct SentRecipient {
    pub recipient: Id,
    /// Their last response.
    pub response: Option<OutreachResponse>,
    /// What is known of the message.
    pub delivery: Option<OutreachDelivery>,
}

/// What may be published about a campaign that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The number of messages sent, rounded; none when there were too few recipients.
    pub sent: Option<u32>,
    /// By response.
    pub responses: Vec<Count>,
    /// By delivery.
    pub deliveries: Vec<Count>,
}

/// The number of people in a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The value of the response or the delivery; `none` where there is neither.
    pub category: String,
    /// The number, rounded; none where it is hidden.
    pub count: Option<u32>,
}

/// What a team lead who asks for a session has entered, sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRequestDetails {
    /// The address or number to reach them at.
    pub contact: String,
    /// What else they want to say.
    pub note: Option<String>,
}

platform::redacted_debug!(TeamRequestDetails);
