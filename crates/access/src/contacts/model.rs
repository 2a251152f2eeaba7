//! Contacts, their triage and tasks, and the invitations that lead to a registration.

mod channel;
mod crises;
mod hours;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use channel::ContactChannel;
pub use crises::{Crisis, RiskSeverity, SafetyAnswer};
pub use hours::{ChannelStatus, ContactHoursKind, ContactHoursState, Hours, MIDNIGHT, Span};

use platform::outbox::MessageCarrier;
use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Nation, Profession, Region, Setting};

platform::string_enum! {
    /// How a contact came about.
    pub enum ContactOrigin {
        /// A member of staff logged it.
        Logged = "logged",
        /// The person asked to be called back, without an account.
        Requested = "requested",
        /// The person asked for contact at the end of a self-check.
        SelfCheck = "self_check",
        /// The person answered an outreach message.
        Outreach = "outreach",
    }

    /// Whether a contact is open or closed.
    pub enum ContactState {
        /// Not yet settled.
        Open = "open",
        /// Settled.
        Closed = "closed",
    }

    /// Why a contact was closed.
    pub enum ContactCloseReason {
        /// The caller has an invitation to register.
        Invited = "invited",
        /// The caller received the information they wanted.
        Informed = "informed",
        /// The caller was directed to other help.
        Signposted = "signposted",
        /// The emergency services have taken over.
        EmergencyServices = "emergency_services",
        /// The caller could not be reached.
        NotReached = "not_reached",
        /// The caller left before anything was settled.
        CallerLeft = "caller_left",
        /// Anything else.
        Other = "other",
    }

    /// The needs asked about in every triage. Several may apply.
    pub enum TriageNeed {
        /// Life may be in danger, now.
        ImmediateDanger = "immediate_danger",
        /// They need to speak to someone today.
        NeedsToday = "needs_today",
        /// They are worried about someone else.
        AboutSomeoneElse = "about_someone_else",
        /// They want to register.
        WantsToRegister = "wants_to_register",
        /// They want information.
        WantsInformation = "wants_information",
        /// A child may be harmed or neglected.
        SafeguardingChild = "safeguarding_child",
        /// An adult who needs care and support may be abused or neglected.
        SafeguardingAdult = "safeguarding_adult",
        /// Someone close to them has died, also by suicide.
        Bereavement = "bereavement",
        /// They are in care here already.
        ExistingPatient = "existing_patient",
        /// They are a colleague or a member of the family of a health professional they worry about.
        WorriedColleagueOrFamily = "worried_colleague_or_family",
        /// They have a concern about the safety of patients.
        PatientSafety = "patient_safety",
    }

    /// What the call handler does next.
    pub enum TriageStep {
        /// Make sure that the emergency services are called, before anything else.
        CallEmergencyServices = "call_emergency_services",
        /// Find someone who speaks to the caller today.
        ArrangeToday = "arrange_today",
        /// Give general advice, and say nothing about the other person.
        AdviseAboutSomeoneElse = "advise_about_someone_else",
        /// Send a link to register with.
        SendInvitation = "send_invitation",
        /// Explain what help there is.
        GiveInformation = "give_information",
        /// Follow the steps that protect a child.
        ProtectChild = "protect_child",
        /// Follow the steps that protect an adult.
        ProtectAdult = "protect_adult",
        /// Listen, and name the help for people who were bereaved.
        SupportBereaved = "support_bereaved",
        /// See that the team that treats them hears of the call.
        ReachOwnTeam = "reach_own_team",
        /// Advise someone who worries about a health professional.
        AdviseColleagueOrFamily = "advise_colleague_or_family",
        /// Name the ways to raise a concern, and have a clinician look at it.
        RaiseConcern = "raise_concern",
    }

    /// What a task of the contact line is about.
    pub enum ContactTaskKind {
        /// Life may be in danger.
        Danger = "danger",
        /// Someone needs to be spoken to today.
        Today = "today",
        /// Someone is waiting to be called back.
        CallBack = "call_back",
        /// A decision about the protection of a child or an adult.
        Safeguarding = "safeguarding",
        /// A clinician decides about a concern about the safety of patients.
        PatientSafety = "patient_safety",
    }

    /// Whether a task is waiting, taken or done.
    pub enum ContactTaskState {
        /// No one has taken it.
        Waiting = "waiting",
        /// A member of staff has taken it.
        Taken = "taken",
        /// Done.
        Done = "done",
    }

    /// Where an invitation comes from.
    pub enum InvitationOrigin {
        /// A contact with the service.
        Contact = "contact",
        /// A referral by a hub.
        Referral = "referral",
    }

    /// The state of an invitation.
    pub enum InvitationState {
        /// Sent, and not over yet.
        Sent = "sent",
        /// No longer valid.
        Expired = "expired",
        /// Revoked, or replaced by another one.
        Revoked = "revoked",
    }
}

/// What callers gave about themselves: one sealed document. All of it may be missing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDetails {
    /// The name they want to be called by.
    #[serde(rename = "called")]
    pub preferred_name: Option<String>,
    /// The telephone number, as it was typed.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub profession: Option<Profession>,
    pub setting: Option<Setting>,
    pub nation: Option<Nation>,
    /// The region of England they work in.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    pub icb_code: Option<String>,
    /// The languages they speak, or what else they need to be able to talk.
    pub languages: Option<String>,
    /// Whether it is safe to call them.
    #[serde(rename = "safe_to_ring")]
    pub safe_to_call: Option<bool>,
    /// Whether it is safe to send them text messages.
    pub safe_to_text: Option<bool>,
    /// Whether it is safe to email them.
    pub safe_to_email: Option<bool>,
    /// When it is safe to contact them, in their own words.
    pub safe_times: Option<String>,
    /// What the contact is about, as the call handler wrote it down.
    pub note: Option<String>,
    /// True for someone who leads an organisation or a large part of it: there is a separate package of support for them.
    #[serde(default)]
    pub senior_leader: bool,
    /// The reference of a practitioner, as the caller stated it. It may be unknown or mistyped: no answer depends on it.
    #[serde(default)]
    pub stated_reference: Option<String>,
    /// The answer to the safety question of a request for a call-back; `None` where it was not asked.
    #[serde(default)]
    pub safety_answer: Option<SafetyAnswer>,
}

/// The recipient of an invitation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationRecipient {
    /// A mobile number, in E.164.
    Mobile(String),
    /// An email address.
    Email(String),
}

/// The details that an invitation prefills in the registration: only what the person gave.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefill {
    /// The name they want to be called by.
    #[serde(rename = "called")]
    pub preferred_name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub profession: Option<Profession>,
    pub setting: Option<Setting>,
    pub nation: Option<Nation>,
    /// The region of England they work in.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    pub icb_code: Option<String>,
}

impl From<ContactDetails> for Prefill {
    fn from(details: ContactDetails) -> Self {
        let ContactDetails { preferred_name, phone, email, profession, setting, nation, region, icb_code, .. } = details;
        Self { preferred_name, phone, email, profession, setting, nation, region, icb_code }
    }
}

platform::redacted_debug!(ContactDetails, InvitationRecipient, Prefill);

impl ContactTaskKind {
    /// Whether someone must act today.
    pub const fn is_for_today(self) -> bool {
        matches!(self, Self::Danger | Self::Today | Self::Safeguarding)
    }
}

impl InvitationRecipient {
    /// How the invitation is sent.
    pub const fn channel(&self) -> MessageCarrier {
        match self {
            Self::Mobile(_) => MessageCarrier::Sms,
            Self::Email(_) => MessageCarrier::Email,
        }
    }
}

/// The facts that decide whether an invitation is valid, and how staff see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationFacts {
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// When someone registered with it.
    pub used_at: Option<DateTime<Utc>>,
    /// When it became invalid, by staff or because someone registered with another one.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When staff revoked it or sent another one, also after it was used.
    pub ended_by_staff_at: Option<DateTime<Utc>>,
}

/// What follows from a triage need: data, not code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageRule {
    pub need: TriageNeed,
    /// Its rank: of the needs that apply, the one with the lowest order decides the next step.
    pub order: u8,
    /// The next step.
    pub step: TriageStep,
    /// The next step as a sentence.
    pub next_step_text: String,
    /// What to do now, point by point.
    pub to_do: Vec<String>,
    /// The needs for which sources of help are shown.
    pub signposts: Vec<SignpostNeed>,
    /// The task that it raises.
    pub task: Option<TaskRule>,
    /// Where the step and its texts come from.
    pub source: String,
}

/// A task that a triage need raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskRule {
    pub kind: ContactTaskKind,
    /// Within how many minutes it must be done.
    pub within_minutes: u16,
}

/// Which tasks are reported again while they are overdue and no one has taken them: data, not code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverdueRules {
    /// One entry for each kind that is reported again. Tasks of other kinds are reported once.
    pub repeats: Vec<RepeatRule>,
    /// Where the times come from.
    pub source: String,
}

/// How often an overdue task of a kind is reported again while no one has taken it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepeatRule {
    pub kind: ContactTaskKind,
    /// How many minutes after each report the next one follows.
    pub every_minutes: u16,
    /// Whether the clinicians on duty are notified too, from the second report on.
    pub clinicians_on_duty: bool,
}

/// The safety question, and what follows from its answers: data, not code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyQuestion {
    /// The question, word for word.
    pub text: String,
    /// What follows from each answer.
    pub answers: Vec<SafetyRule>,
    /// Where the question comes from.
    pub source: String,
}

/// What follows from an answer to the safety question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyRule {
    pub answer: SafetyAnswer,
    /// The task that it raises instead of an ordinary call-back; `None` for an ordinary call-back.
    pub task: Option<TaskRule>,
}

/// A text that apps show, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcedText {
    pub text: String,
    pub source: String,
}

/// The advice that follows from a triage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The next step.
    pub step: TriageStep,
    /// The next step as a sentence.
    pub next_step_text: String,
    /// What to do now, most urgent first.
    pub to_do: Vec<String>,
    /// The needs for which sources of help are shown.
    pub signposts: Vec<SignpostNeed>,
    /// The tasks to raise.
    pub tasks: Vec<TaskRule>,
}
