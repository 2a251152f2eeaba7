//! The roles that may use the operations on eligibility.

use people::Role;

people::callers! {
    /// Decides about a reason for confidentiality that was given in words: a coordinator, or a privacy officer where no coordinator may
    /// know of the practitioner.
    pub ReasonDecider: &[Role::Coordinator, Role::PrivacyOfficer];
}
