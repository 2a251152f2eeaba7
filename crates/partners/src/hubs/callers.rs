//! Roles that may use the operations on referrals.

use people::Role;

people::callers! {
    /// Staff who refer people to and from hubs.
    pub ReferralStaff: &[Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
    /// Takes part in a referral, as staff or as the practitioner.
    pub ReferralParticipant: &[Role::Practitioner, Role::CallHandler, Role::Coordinator, Role::HubCoordinator];
}
