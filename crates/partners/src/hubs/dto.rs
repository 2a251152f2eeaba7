//! Request and response bodies about hubs.

mod administration;
mod directory;
mod places;
mod referrals;
mod status;

pub use administration::{
    CloseHub, CoveredArea, CreateHub, EndHubCoordinator, HubBoardCode, HubContactChannelForm, HubCoordinator, HubCoordinators,
    MyHub, MyHubs, ReplaceHub, ReplaceHubChannels, ReplaceHubCoordinator, ReplaceHubCoverage,
};
pub use directory::{HubContactChannel, HubCoverage, HubQuery, HubTeamMembers, HubView};
pub use places::{AreaAssignment, AreaMapping, HubArea, HubSearchResults, ReplaceEmployerArea, ReplaceOutcodeArea, SearchHubs};
pub use referrals::{
    AcceptReferral, CloseReferral, CreatePractitionerReferral, CreateReferral, CreatedReferral, DeclineReferral,
    HubReferralQuery, LookUpReferral, ProvideReferralInformation, ReferralHistoryEntry, ReferralSummary, ReferralView,
    ReferralWithContext, RequestReferralInformation,
};
pub use status::{MyReferral, PractitionerReferral, ReferralStatus};
