//! Who turned to us and how, what was said about how urgent it is, and the links that lead from there to a registration.

mod channel;
mod hours;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use channel::ContactChannel;
pub use hours::{ContactHoursDay, ContactHoursKind, Hours, MIDNIGHT, Route, Span};

use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Nation, Profession, Region, Setting};

platform::words! {
    /// How a contact came to be known.
    pub enum ContactOrigin {
        /// Whoever answered logged it.
        Logged = "logged",
        /// The person asked to be rung, without an account.
        Requested = "requested",
        /// The person asked for it at the end of a self-check.
        SelfCheck = "self_check",
        /// The person answered when we turned to them.
        Outreach = "outreach",
    }

    /// Where a contact stands.
    pub enum ContactState {
        /// Something may still come of it.
        Open = "open",
        /// Done with.
        Closed = "closed",
    }

    /// What came of a contact.
    pub enum ContactCloseReason {
        /// The caller has an invitation to register.
        Invited = "invited",
        /// The caller knows what they wanted to know.
        Informed = "informed",
        /// The caller was pointed to other help.
        Signposted = "signposted",
        /// The emergency services have taken over.
        EmergencyServices = "emergency_services",
        /// The caller could not be reached.
        NotReached = "not_reached",
        /// The caller ended it before anything was settled.
        CallerLeft = "caller_left",
        /// Anything else.
        Other = "other",
    }

    /// What is asked about every contact. Several may hold.
    pub enum TriageNeed {
        /// Life may be in danger, now.
        ImmediateDanger = "immediate_danger",
        /// They need somebody today.
        NeedsToday = "needs_today",
        /// It is somebody else whom they worry about.
        AboutSomeoneElse = "about_someone_else",
        /// They want to register.
        WantsToRegister = "wants_to_register",
        /// They want to know something.
        WantsInformation = "wants_information",
    }

    /// What whoever answers does next.
    pub enum TriageStep {
        /// See to it that the emergency services come, before anything else.
        CallEmergencyServices = "call_emergency_services",
        /// Find somebody who speaks to the caller today.
        ArrangeToday = "arrange_today",
        /// Advise in general, and say nothing of anybody else.
        AdviseAboutSomeoneElse = "advise_about_someone_else",
        /// Send the link to register with.
        SendInvitation = "send_invitation",
        /// Say what there is.
        GiveInformation = "give_information",
    }

    /// What somebody must see to.
    pub enum ContactTaskKind {
        /// Life may be in danger.
        Danger = "danger",
        /// Somebody needs to be spoken to today.
        Today = "today",
        /// Somebody waits to be rung.
        CallBack = "call_back",
    }

    /// Where a task stands.
    pub enum ContactTaskState {
        /// Nobody has taken it.
        Waiting = "waiting",
        /// Somebody sees to it.
        Taken = "taken",
        /// Done.
        Done = "done",
    }

    /// What an invitation comes from.
    pub enum InvitationOrigin {
        /// Somebody turned to us.
        Contact = "contact",
        /// A hub referred somebody.
        Referral = "referral",
    }

    /// By what an invitation goes.
    pub enum InvitationChannel {
        /// As a text message.
        Sms = "sms",
        /// By e-mail.
        Email = "email",
    }

    /// Where an invitation stands.
    pub enum InvitationState {
        /// It was sent and is good.
        Sent = "sent",
        /// Somebody has registered with it.
        Used = "used",
        /// Its days are over.
        Expired = "expired",
        /// It was taken back, or another one was sent.
        Revoked = "revoked",
    }
}

/// What a caller gave of themselves, as it is kept: one document, sealed. All of it may be missing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What they want to be called.
    pub called: Option<String>,
    /// The telephone number, as it was given.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub profession: Option<Profession>,
    pub setting: Option<Setting>,
    pub nation: Option<Nation>,
    /// In which region of England.
    pub region: Option<Region>,
    /// The board of the area.
    pub icb_code: Option<String>,
    /// Which languages they speak, or what else they need for talking.
    pub languages: Option<String>,
    /// Whether it is safe to ring them.
    pub safe_to_ring: Option<bool>,
    /// Whether it is safe to send them texts.
    pub safe_to_text: Option<bool>,
    /// Whether it is safe to send them e-mail.
    pub safe_to_email: Option<bool>,
    /// When it is safe, in their words.
    pub safe_times: Option<String>,
    /// What it is about, as far as whoever answered wrote it down.
    pub note: Option<String>,
    /// True for somebody who leads an organisation or a large part of it, and for whom there is a package of its own.
    #[serde(default)]
    pub senior_leader: bool,
}

/// To whom an invitation goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendTo {
    /// A mobile number, in E.164.
    Mobile(String),
    /// An e-mail address.
    Email(String),
}

/// What an invitation brings along for the registration: what the person gave, and nothing else.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// What they want to be called.
    pub called: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub profession: Option<Profession>,
    pub setting: Option<Setting>,
    pub nation: Option<Nation>,
    /// In which region of England.
    pub region: Option<Region>,
    /// The board of the area.
    pub icb_code: Option<String>,
}

impl From<Told> for Brought {
    fn from(told: Told) -> Self {
        let Told { called, phone, email, profession, setting, nation, region, icb_code, .. } = told;
        Self { called, phone, email, profession, setting, nation, region, icb_code }
    }
}

platform::redacted_debug!(Told, SendTo, Brought);

impl SendTo {
    /// By what it goes.
    pub const fn channel(&self) -> InvitationChannel {
        match self {
            Self::Mobile(_) => InvitationChannel::Sms,
            Self::Email(_) => InvitationChannel::Email,
        }
    }
}

/// What decides whether an invitation is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationFacts {
    /// Until when it is.
    pub expires_at: DateTime<Utc>,
    /// When somebody registered with it.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What follows from a word of the triage: data, not code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageWord {
    /// The word.
    pub need: TriageNeed,
    /// Its weight: of the words that hold, the first says what is done next.
    pub order: u8,
    /// What is done next.
    pub step: TriageStep,
    /// The same as a sentence.
    pub sentence: String,
    /// What is to be done now, point by point.
    pub to_do: Vec<String>,
    /// The needs to point to help for.
    pub signposts: Vec<SignpostNeed>,
    /// What somebody must take and finish.
    pub task: Option<TaskRule>,
}

/// A task that a word raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskRule {
    pub kind: ContactTaskKind,
    /// Within how many minutes it is to be done.
    pub within_minutes: u32,
}

/// What a triage comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is done next.
    pub step: TriageStep,
    /// The same as a sentence.
    pub sentence: String,
    /// What is to be done now, the weightiest first.
    pub to_do: Vec<String>,
    /// The needs to point to help for.
    pub signposts: Vec<SignpostNeed>,
    /// What somebody must take and finish.
    pub tasks: Vec<TaskRule>,
}
