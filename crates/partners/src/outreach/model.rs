//! The nouns of outreach: a campaign, why and how it is run, who is written to, and what they answer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use people::notifications::model::QuietHours;
use platform::ids::{Id, UtcTime};

platform::words! {
    /// What is offered to whom.
    pub enum OutreachKind {
        /// Each of a group of staff is told of an offer for themselves.
        IndividualOffer = "individual_offer",
        /// Those who lead a team are asked whether it wants a session together.
        TeamSupport = "team_support",
        /// Senior leaders are told of a package of their own, with a confidential way in.
        SeniorLeaders = "senior_leaders",
    }

    /// Where a campaign stands.
    pub enum OutreachState {
        /// It is being written.
        Draft = "draft",
        /// It is handed in; somebody else looks whether it may go.
        Ready = "ready",
        /// Messages go, at its pace.
        Running = "running",
        /// Nothing goes for now.
        Paused = "paused",
        /// Its last day has passed.
        Finished = "finished",
        /// It was called off, or its last day passed before it was released.
        Cancelled = "cancelled",
    }

    /// What happens to a campaign.
    pub enum OutreachEvent {
        /// What it says was changed, or recipients were added.
        Changed = "changed",
        /// It was handed in.
        HandedIn = "handed_in",
        /// It was given back to be changed.
        Returned = "returned",
        /// Somebody else released it.
        Released = "released",
        /// It was stopped for a while.
        Paused = "paused",
        /// It goes on.
        Resumed = "resumed",
        /// It was called off.
        Cancelled = "cancelled",
        /// Its last day passed.
        Ended = "ended",
    }

    /// Why a group is more at risk than others.
    pub enum OutreachReason {
        /// Something grave has happened.
        Incident = "incident",
        /// A colleague has died.
        Bereavement = "bereavement",
        /// Long or unsociable hours.
        Rota = "rota",
        /// The winter's workload.
        Winter = "winter",
        /// An inspection or inquiry.
        Inspection = "inspection",
        /// Work is being arranged anew.
        Reorganisation = "reorganisation",
        /// Something else.
        Other = "other",
    }

    /// In which words a campaign writes. All are neutral: none names the service or its field.
    pub enum OutreachWording {
        /// There is an offer for staff.
        StaffOffer = "staff_offer",
        /// There is one after recent events at work.
        RecentEvents = "recent_events",
        /// There is one after some busy weeks.
        BusyWeeks = "busy_weeks",
        /// There is an offer for a team.
        TeamOffer = "team_offer",
        /// There is an offer for senior colleagues.
        SeniorOffer = "senior_offer",
    }

    /// On what the employer rests when it gives contacts for this purpose (UK GDPR, Article 6).
    pub enum OutreachLegalBasis {
        /// The staff agreed.
        Consent = "consent",
        /// The employer has a duty by law.
        LegalObligation = "legal_obligation",
        /// It is part of the employer's public task.
        PublicTask = "public_task",
        /// It is in the employer's and the staff's legitimate interests.
        LegitimateInterests = "legitimate_interests",
    }

    /// Where a recipient stands.
    pub enum RecipientState {
        /// Not written to yet.
        Waiting = "waiting",
        /// Written to.
        Sent = "sent",
        /// Passed over: not wanted.
        Skipped = "skipped",
    }

    /// What somebody answers to a message.
    pub enum OutreachResponse {
        /// They want to find out for themselves what would help.
        SelfCheck = "self_check",
        /// They want to be rung or written to.
        PleaseContactMe = "please_contact_me",
        /// They want a session for their team.
        AsksForTeamSession = "asks_for_team_session",
        /// They never want to be written to again.
        OptOut = "opt_out",
    }

    /// What becomes of an answer.
    pub enum OutreachOutcome {
        /// It was taken in.
        Recorded = "recorded",
        /// The same was taken in before.
        AlreadyRecorded = "already_recorded",
        /// The link is not good any more, or never was. It still serves for saying no.
        LinkExpired = "link_expired",
        /// This campaign does not offer that.
        NotOffered = "not_offered",
    }

    /// What is known of a message after it was sent.
    pub enum OutreachDelivery {
        /// It has arrived.
        Delivered = "delivered",
        /// It cannot arrive.
        Failed = "failed",
    }

    /// How a wish never to be written to reached us.
    pub enum OptOutSource {
        /// By the link in a message.
        Link = "link",
        /// A coordinator was told.
        Coordinator = "coordinator",
    }

    /// Where a team's request stands.
    pub enum TeamRequestState {
        /// Nobody looks after it yet.
        Open = "open",
        /// A coordinator does.
        Taken = "taken",
        /// The session is arranged, or not wanted any more.
        Done = "done",
    }
}

/// What coordinators say of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What is offered to whom.
    pub kind: OutreachKind,
    /// Why now.
    pub reason: OutreachReason,
    pub wording: OutreachWording,
    /// Whether letters go.
    pub by_email: bool,
    /// Whether texts go.
    pub by_text: bool,
    /// How many messages an hour.
    pub per_hour: i32,
    /// When nothing is sent.
    pub quiet: QuietHours,
    /// Not before this instant.
    pub starts_at: UtcTime,
    /// The last day.
    pub ends_on: NaiveDate,
    /// What is sealed of it.
    pub told: Told,
}

/// What is sealed of a campaign.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Which staff.
    pub group: String,
    /// Whose, by its code in the organisation data service.
    pub organisation_ods: String,
    /// Who there gets the counts.
    pub employer: EmployerContact,
    /// That the contacts were given for this purpose.
    pub statement: Option<EmployerStatement>,
}

platform::redacted_debug!(Told);

/// Somebody at the employer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployerContact {
    /// Their name and post.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// The employer's word that the contacts were given for this purpose.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployerStatement {
    /// Who said so: name and post.
    pub given_by: String,
    pub given_on: NaiveDate,
    /// On what it rests.
    pub legal_basis: OutreachLegalBasis,
}

/// A campaign as far as sending depends on it.
#[derive(Debug, Clone)]
pub struct Sending {
    pub id: Id,
    pub wording: OutreachWording,
    /// How many messages an hour.
    pub per_hour: i32,
    /// When nothing is sent.
    pub quiet: QuietHours,
    /// The last day.
    pub ends_on: NaiveDate,
    /// When the next message may go.
    pub next_at: UtcTime,
}

/// What a sender does about a campaign now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing any more.
    Over,
    /// Nothing before this instant.
    Later(UtcTime),
    /// So many messages; the next after them not before this instant.
    Send { count: i64, next_at: UtcTime },
}

/// Somebody who was written to.
#[derive(Debug, Clone, Copy)]
pub struct Fact {
    pub recipient: Id,
    /// What they answered last.
    pub response: Option<OutreachResponse>,
    /// What is known of the message to them.
    pub delivery: Option<OutreachDelivery>,
}

/// What may be told of a campaign that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// How many messages went, rounded; none when they went to too few people.
    pub sent: Option<u32>,
    /// By what was answered.
    pub responses: Vec<Count>,
    /// By what is known of the messages.
    pub deliveries: Vec<Count>,
}

/// How many people there are of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The word of the answer, or of what became of the message; `none` for neither.
    pub category: String,
    /// How many, rounded; none where it is hidden.
    pub count: Option<u32>,
}

/// What the lead of a team left, sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamWish {
    /// The address or number by which to reach them.
    pub contact: String,
    /// What they want to say.
    pub note: Option<String>,
}

platform::redacted_debug!(TeamWish);
