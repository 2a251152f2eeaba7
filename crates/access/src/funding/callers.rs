//! Who may call about funding.

use people::Role;

people::callers! {
    /// Asks for funding: a practitioner, or a coordinator for them.
    pub FundingApplicant: &[Role::Practitioner, Role::Coordinator];
    /// Handles a funding request: a coordinator or a commissioner.
    pub FundingDesk: &[Role::Coordinator, Role::Commissioner];
    /// Takes part in a funding request.
    pub FundingMember: &[Role::Practitioner, Role::Coordinator, Role::Commissioner];
}
