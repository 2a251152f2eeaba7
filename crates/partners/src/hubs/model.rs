//! Types of hubs: how one is reached, what help it offers, which areas it covers when, and how an area is found.

mod referrals;

use chrono::NaiveDate;

use access::contacts::model::ContactChannel;
use platform::ids::Id;
use reference::workforce::model::Region;

pub use referrals::{
    HelpFormat, ReferralDeclineReason, ReferralDetails, ReferralEvent, ReferralEventDetails, ReferralKind, ReferralOutcome,
    ReferralParty, ReferralReason, ReferralState, ReferralUpdateChannel, Side,
};

platform::string_enum! {
    /// A kind of help that a hub offers.
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

    /// The discipline of a member of a hub's team.
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
        /// The first half of a postcode, or the letters at its start.
        Outcode = "outcode",
        /// An employer.
        Employer = "employer",
    }
}

/// A hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    pub id: Id,
    pub name: String,
    pub region: Region,
    /// The hub's first day.
    pub opened_on: NaiveDate,
    /// The first day on which it is closed; none while it is open.
    pub closed_on: Option<NaiveDate>,
    /// The kinds of help that it offers.
    pub help: Vec<HubHelp>,
    /// The number of team members in each discipline.
    pub team: Vec<(HubDiscipline, i32)>,
    pub version: i32,
}

impl Hub {
    /// Whether it is open on this day.
    pub fn is_open(&self, on: NaiveDate) -> bool {
        self.opened_on <= on && self.closed_on.is_none_or(|end| on < end)
    }
}

/// A value that is valid for a range of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedValue<T> {
    pub value: T,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it is no longer valid; `None` while there is no end.
    pub until: Option<NaiveDate>,
}

impl<T> DatedValue<T> {
    /// Whether it is valid on this day.
    pub fn is_valid_on(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|end| on < end)
    }
}

/// An area that a hub covers: the hub and the board's code.
pub type Coverage = DatedValue<(Id, String)>;

/// A way to reach a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubContact {
    pub channel: ContactChannel,
    /// The telephone number, address or web page.
    pub contact: String,
    /// The opening hours, as text.
    pub hours: String,
}

/// The first half of a postcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcode {
    /// An outcode in an area: its codes from the most exact to its letters alone.
    InArea(Vec<String>),
    /// An outcode without an area: no fixed abode, or the British Forces Post Office.
    WithoutArea,
}

/// The board's area that a place belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedArea {
    /// The board.
    pub icb_code: String,
    /// False when the assignment comes from general knowledge and no administrator has confirmed it.
    pub confirmed: bool,
    pub source: String,
}
