//! Who may call about referrals.

use people::Role;

people::callers! {
    /// Refers people to and from hubs.
    pub ReferralDesk: &[Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
    /// Takes part in a referral.
    pub ReferralMember: &[Role::Practitioner, Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
}
