//! Forms about hubs.

mod administering;
mod directory;
mod places;
mod referrals;
mod standing;

pub use administering::{
    AssignHubCoordinator, CloseHub, CoveredArea, CreateHub, HubBoardCode, HubCoordinator, HubCoordinators, HubWay, MyHub, MyHubs,
    SetHubChannels, SetHubCoverage, UpdateHub,
};
pub use directory::{HubContactChannel, HubCoverage, HubQuery, HubTeamMembers, HubView};
pub use places::{AreaPlace, AreaPlaceLie, FindHubs, FoundHubs, HubArea, SetEmployerArea, SetOutcodeArea};
pub use referrals::{
    AcceptReferral, AskReferralInformation, CloseReferral, DeclineReferral, GiveReferralInformation, HubReferral,
    HubReferralQuery, HubReferralSummary, LookUpReferral, MadeReferral, MakeReferral, ReferPractitioner, ReferralHappening,
    Shown,
};
pub use standing::{MyReferral, PractitionerReferral, ReferralStanding};
