//! Who may call about funding.

use people::Role;

people::callers! {
    /// Somebody who asks for funding: a practitioner, or a coordinator for them.
    pub FundingApplicant: &[Role::Practitioner, Role::Coordinator];
    /// Somebody whom a funding request has reached: a coordinator or a commissioner.
    pub FundingDesk: &[Role::Coordinator, Role::Commissioner];
    /// Somebody with a part in a funding request.
    pub FundingMember: &[Role::Practitioner, Role::Coordinator, Role::Commissioner];
}
