//! The roles that may use the operations on funding.

use people::Role;

people::callers! {
    /// Applies for funding: a practitioner, or a coordinator for them.
    pub FundingApplicant: &[Role::Practitioner, Role::Coordinator];
    /// Handles a funding request: a coordinator or a commissioner.
    pub FundingStaff: &[Role::Coordinator, Role::Commissioner];
    /// Takes part in a funding request.
    pub FundingParticipant: &[Role::Practitioner, Role::Coordinator, Role::Commissioner];
}
