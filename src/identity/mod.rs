//! Floor 1: who may come in, and who is in.

pub mod accounts;
pub mod sign_in;
pub mod staff;

pub use accounts::model::Role;
pub use sign_in::caller::{
    Administrator, Anyone, Caller, CareParty, CareTeam, Clinician, Commissioner, ContactDesk, Coordinator, FigureReader,
    FundingApplicant, FundingDesk, FundingMember, HubCoordinator, Member, Practitioner, Readmitter, ReferralDesk, ReferralMember,
    Staff,
};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this floor.
pub fn configure(config: &mut ServiceConfig<'_>) {
    accounts::configure(config);
    sign_in::configure(config);
    staff::configure(config);
}
