//! The nouns of hubs: how one is reached, what it gives, which areas it covers when, and what leads to an area.

mod referrals;

use chrono::NaiveDate;

use platform::ids::Id;
use reference::workforce::model::Region;

pub use referrals::{
    HelpFormat, ReferralDeclineReason, ReferralEvent, ReferralKind, ReferralOutcome, ReferralParty, ReferralReason, ReferralSaid,
    ReferralState, ReferralUpdateChannel, Referred, Side,
};

platform::words! {
    /// By which way a hub is reached.
    pub enum HubChannel {
        /// By telephone.
        Phone = "phone",
        /// By e-mail.
        Email = "email",
        /// By text message.
        Text = "text",
        /// On a page.
        Web = "web",
    }

    /// A kind of help that a hub gives.
    pub enum HubHelp {
        /// Expert help online.
        Online = "online",
        /// Expert help for one person at a time.
        OneToOne = "one_to_one",
        /// Help for a whole team.
        TeamSupport = "team_support",
        /// Psychological support by specialists.
        SpecialistPsychologicalSupport = "specialist_psychological_support",
        /// Support for senior leaders.
        SeniorLeaderSupport = "senior_leader_support",
        /// A quick way into mental-health services.
        RapidAccess = "rapid_access",
    }

    /// What somebody in a hub's team is.
    pub enum HubDiscipline {
        /// A mental-health clinician.
        MentalHealthClinician = "mental_health_clinician",
        /// A therapist.
        Therapist = "therapist",
        /// A recovery worker.
        RecoveryWorker = "recovery_worker",
        /// A psychologist.
        Psychologist = "psychologist",
    }

    /// What an area is found by.
    pub enum PlaceKind {
        /// The first half of a postcode, or the letters it begins with.
        Outcode = "outcode",
        /// An employer.
        Employer = "employer",
    }
}

/// A hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    pub id: Id,
    /// What it is called.
    pub name: String,
    pub region: Region,
    /// Its first day.
    pub opened_on: NaiveDate,
    /// The first day on which it is no longer there.
    pub closed_on: Option<NaiveDate>,
    /// What it gives.
    pub help: Vec<HubHelp>,
    /// How many of which discipline work there.
    pub team: Vec<(HubDiscipline, i32)>,
    pub version: i32,
}

impl Hub {
    /// Whether it is there on this day.
    pub fn is_open(&self, on: NaiveDate) -> bool {
        self.opened_on <= on && self.closed_on.is_none_or(|end| on < end)
    }
}

/// Something that holds for a stretch of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch<T> {
    pub what: T,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it no longer holds; `None` while there is no end.
    pub until: Option<NaiveDate>,
}

impl<T> Stretch<T> {
    /// Whether it holds on this day.
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|end| on < end)
    }
}

/// An area that a hub covers: whose, and the board's code.
pub type Coverage = Stretch<(Id, String)>;

/// A way to reach a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Which way.
    pub channel: HubChannel,
    /// The number, address or page.
    pub contact: String,
    /// When somebody answers, in words.
    pub hours: String,
}

/// The first half of a postcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcode {
    /// One that is somewhere: from the most exact to the mere letters that it begins with.
    Somewhere(Vec<String>),
    /// One that is nowhere: no fixed abode, or a forces' post office.
    Nowhere,
}

/// Which board's area a place lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lie {
    /// The board.
    pub icb_code: String,
    /// False for what only general knowledge says.
    pub confirmed: bool,
    pub source: String,
}
