//! Types of referrals.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use reference::workforce::model::Profession;

platform::string_enum! {
    /// The direction of a referral.
    pub enum ReferralKind {
        /// From a hub to this service.
        HubToService = "hub_to_service",
        /// From this service to a hub.
        ServiceToHub = "service_to_hub",
        /// From a hub to help online or for one person, given by a third party.
        HubToHelp = "hub_to_help",
    }

    /// The state of a referral.
    pub enum ReferralState {
        /// It is waiting for an answer.
        Sent = "sent",
        /// The receiver has asked for more information.
        InformationRequested = "information_requested",
        /// It was accepted.
        Accepted = "accepted",
        /// It was declined.
        Declined = "declined",
        /// It was withdrawn.
        Withdrawn = "withdrawn",
        /// It has ended.
        Closed = "closed",
    }

    /// An event in the history of a referral.
    pub enum ReferralEvent {
        /// It was created.
        Created = "created",
        /// The receiver asked for more information.
        InformationRequested = "information_requested",
        /// The sender provided more information.
        InformationProvided = "information_provided",
        /// It was accepted.
        Accepted = "accepted",
        /// It was declined.
        Declined = "declined",
        /// It was withdrawn.
        Withdrawn = "withdrawn",
        /// It ended.
        Closed = "closed",
        /// The person's consent to sharing what identifies them was withdrawn.
        ConsentWithdrawn = "consent_withdrawn",
    }

    /// A role in a referral.
    pub enum ReferralParty {
        /// Those who refer.
        Sender = "sender",
        /// Those who are asked to help.
        Receiver = "receiver",
        /// The person it is about.
        Person = "person",
    }

    /// The category of reason for a referral; no further detail is required.
    pub enum ReferralReason {
        /// Help nearby would not be confidential.
        Confidentiality = "confidentiality",
        /// Help must come from people who know the work of clinicians.
        SpecialistNeed = "specialist_need",
        /// Low mood, anxiety, sleep problems and the like.
        MoodAndAnxiety = "mood_and_anxiety",
        /// A traumatic event.
        Trauma = "trauma",
        /// A death.
        Bereavement = "bereavement",
        /// Pressure at work, sickness absence, or the return to work.
        WorkRelated = "work_related",
        /// Alcohol, medicines or drugs.
        Addiction = "addiction",
        /// Help for the whole team.
        TeamSupport = "team_support",
        /// Something else, without details.
        Other = "other",
    }

    /// Why a referral is declined.
    pub enum ReferralDeclineReason {
        /// The person is not eligible here.
        NotEligible = "not_eligible",
        /// The hub does not cover the area.
        OutsideArea = "outside_area",
        /// This kind of help is not offered here.
        OtherHelpNeeded = "other_help_needed",
        /// There is no capacity at present.
        NoCapacity = "no_capacity",
        /// The person has already been referred here.
        Duplicate = "duplicate",
        /// The person could not be contacted.
        NotReached = "not_reached",
    }

    /// How an accepted referral ended.
    pub enum ReferralOutcome {
        /// The person was helped, or is being helped.
        HelpGiven = "help_given",
        /// The person no longer wants help.
        NotWanted = "not_wanted",
        /// The person could not be contacted.
        NotReached = "not_reached",
        /// The person was referred on to others.
        ReferredOn = "referred_on" | "passed_on",
    }

    /// The kind of help that a hub refers on to.
    pub enum HelpFormat {
        /// Online.
        Online = "online",
        /// For one person at a time.
        OneToOne = "one_to_one",
    }

    /// How a person without an account gets updates.
    pub enum ReferralUpdateChannel {
        /// They look them up with their code.
        Code = "code",
        /// They also get text messages.
        Sms = "sms",
        /// They also get emails.
        Email = "email",
    }
}

impl ReferralState {
    /// True while someone still has something to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::InformationRequested | Self::Accepted)
    }
}

/// The person who is referred, and why. Sealed as one document. What identifies the person is only included with their consent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralDetails {
    pub reason: ReferralReason,
    /// What to call the person; it need not be a name.
    pub pseudonym: Option<String>,
    pub profession: Option<Profession>,
    /// The integrated care board in whose area they work.
    pub icb_code: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// What else the receiver should know.
    pub note: Option<String>,
    /// How they get updates.
    #[serde(rename = "news")]
    pub updates_by: ReferralUpdateChannel,
    /// The kind of help that a hub refers on to.
    pub help: Option<HelpFormat>,
    /// The signpost that a hub refers on to.
    pub signpost: Option<String>,
}

impl ReferralDetails {
    /// Removes what identifies the person and was included with their consent.
    pub fn without_identifying_details(self) -> Self {
        Self { name: None, phone: None, email: None, note: None, updates_by: ReferralUpdateChannel::Code, ..self }
    }

    /// True when something in it may identify the person.
    pub const fn identifies_person(&self) -> bool {
        self.name.is_some() || self.phone.is_some() || self.email.is_some() || self.note.is_some()
    }
}

/// The details of an event in the history of a referral. Sealed as one document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReferralEventDetails {
    /// The message.
    pub text: Option<String>,
    /// Why it was declined.
    pub decline: Option<ReferralDeclineReason>,
    /// How it ended.
    pub outcome: Option<ReferralOutcome>,
    /// The last day on which the invitation that was sent can be used.
    pub invited_until: Option<NaiveDate>,
}

platform::redacted_debug!(ReferralDetails, ReferralEventDetails);

/// The side of a referral that someone acts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// This service's.
    Service,
    /// The hub's.
    Hub,
    /// The person's own.
    Person,
}
