//! Who may call about referrals.

use people::Role;

people::callers! {
    /// Somebody who refers people to and from hubs.
    pub ReferralDesk: &[Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
    /// Somebody with a part in a referral.
    pub ReferralMember: &[Role::Practitioner, Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
}
