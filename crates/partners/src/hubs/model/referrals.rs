//! The nouns of referrals.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use reference::workforce::model::Profession;

platform::words! {
    /// From where to where somebody is referred.
    pub enum ReferralKind {
        /// From a hub to this service.
        HubToService = "hub_to_service",
        /// From this service to a hub.
        ServiceToHub = "service_to_hub",
        /// From a hub on to help online or for one person, given by somebody else.
        HubToHelp = "hub_to_help",
    }

    /// Where a referral stands.
    pub enum ReferralState {
        /// It waits for an answer.
        Sent = "sent",
        /// Something more was asked for.
        InformationRequested = "information_requested",
        /// It was taken on.
        Accepted = "accepted",
        /// It was not taken on.
        Declined = "declined",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// It has come to its end.
        Closed = "closed",
    }

    /// What happens to a referral.
    pub enum ReferralEvent {
        /// It was made.
        Created = "created",
        /// Something more was asked for.
        InformationRequested = "information_requested",
        /// Something more was told.
        InformationProvided = "information_provided",
        /// It was taken on.
        Accepted = "accepted",
        /// It was not taken on.
        Declined = "declined",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// It came to its end.
        Closed = "closed",
        /// The consent to what names the person was taken back.
        ConsentWithdrawn = "consent_withdrawn",
    }

    /// Who has a part in a referral.
    pub enum ReferralParty {
        /// Those who refer.
        Sender = "sender",
        /// Those who are asked to help.
        Receiver = "receiver",
        /// The person it is about.
        Person = "person",
    }

    /// Why somebody is referred: a category, so that nobody need tell more.
    pub enum ReferralReason {
        /// Help nearby would not be confidential.
        Confidentiality = "confidentiality",
        /// Help must come from people who know the work of clinicians.
        SpecialistNeed = "specialist_need",
        /// Low mood, worry, sleep and the like.
        MoodAndAnxiety = "mood_and_anxiety",
        /// Something terrible that was seen or lived through.
        Trauma = "trauma",
        /// A death.
        Bereavement = "bereavement",
        /// Pressure at work, absence, or coming back.
        WorkRelated = "work_related",
        /// Drink, medicines or drugs.
        Addiction = "addiction",
        /// Help for the whole team.
        TeamSupport = "team_support",
        /// Something else, which nobody is asked about.
        Other = "other",
    }

    /// Why a referral is not taken on.
    pub enum ReferralDeclineReason {
        /// Others are there for this person.
        NotEligible = "not_eligible",
        /// The hub does not cover the area.
        OutsideArea = "outside_area",
        /// Help of this kind is not given here.
        OtherHelpNeeded = "other_help_needed",
        /// There is no room at present.
        NoCapacity = "no_capacity",
        /// It was referred here before.
        Duplicate = "duplicate",
        /// The person could not be reached.
        NotReached = "not_reached",
    }

    /// How a referral that was taken on came to its end.
    pub enum ReferralOutcome {
        /// The person is being helped, or was.
        HelpGiven = "help_given",
        /// The person does not want it any more.
        NotWanted = "not_wanted",
        /// The person could not be reached.
        NotReached = "not_reached",
        /// Others help now.
        ReferredOn = "referred_on",
    }

    /// Of which kind the help is that a hub refers on to.
    pub enum HelpFormat {
        /// Online.
        Online = "online",
        /// For one person at a time.
        OneToOne = "one_to_one",
    }

    /// How somebody without an account hears of news.
    pub enum ReferralUpdateChannel {
        /// They ask with their code.
        Code = "code",
        /// They are also sent a text.
        Sms = "sms",
        /// They are also sent an e-mail.
        Email = "email",
    }
}

impl ReferralState {
    /// True while somebody still has something to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::InformationRequested | Self::Accepted)
    }
}

/// Who is referred and why. Sealed as one document. What names the person is there only by their consent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referred {
    pub reason: ReferralReason,
    /// What to call the person, which need not be a name.
    pub pseudonym: Option<String>,
    pub profession: Option<Profession>,
    /// The board in whose area they work.
    pub icb_code: Option<String>,
    pub name: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What else the receiver should know.
    pub note: Option<String>,
    /// How they hear of news.
    pub news: ReferralUpdateChannel,
    /// Of which kind the help is.
    pub help: Option<HelpFormat>,
    /// The signpost that they are referred on to.
    pub signpost: Option<String>,
}

impl Referred {
    /// Takes out what only the person's consent let in.
    pub fn without_names(self) -> Self {
        Self { name: None, phone: None, email: None, note: None, news: ReferralUpdateChannel::Code, ..self }
    }

    /// True when something in it may tell who the person is.
    pub const fn names_somebody(&self) -> bool {
        self.name.is_some() || self.phone.is_some() || self.email.is_some() || self.note.is_some()
    }
}

/// What was said when something happened to a referral. Sealed as one document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReferralSaid {
    /// The words.
    pub text: Option<String>,
    /// Why it was not taken on.
    pub decline: Option<ReferralDeclineReason>,
    /// How it ended.
    pub outcome: Option<ReferralOutcome>,
    /// Until when an invitation that was sent is good.
    pub invited_until: Option<NaiveDate>,
}

platform::redacted_debug!(Referred, ReferralSaid);

/// On which side of a referral somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// This service's.
    Service,
    /// The hub's.
    Hub,
    /// The person's own.
    Person,
}
