//! Request and response bodies about hubs.

mod administration;
mod directory;
mod places;
mod referrals;
mod status;

pub use administration::{
    AssignHubCoordinator, CloseHub, CoveredArea, CreateHub, EndHubCoordinator, HubBoardCode, HubContactChannelForm,
    HubCoordinator, HubCoordinators, MyHub, MyHubs, ReplaceHub, ReplaceHubChannels, ReplaceHubCoverage,
};
pub use directory::{HubContactChannel, HubCoverage, HubQuery, HubTeamMembers, HubView};
pub use places::{AreaAssignment, AreaMapping, HubArea, HubSearchResults, ReplaceEmployerArea, ReplaceOutcodeArea, SearchHubs};
pub use referrals::{
    AcceptReferral, CloseReferral, CreatePractitionerReferral, CreateReferral, DeclineReferral, HubReferralQuery, LookUpReferral,
    ProvideReferralInformation, ReferralCreated, ReferralHistoryEntry, ReferralSummary, ReferralView, ReferralWithContext,
    RequestReferralInformation,
};
pub use status::{MyReferral, PractitionerReferral, ReferralStatus};
