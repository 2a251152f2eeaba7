//! Who may call about what the two sides of care share.

use people::Role;

people::callers! {
    /// One of the two between whom care takes place: a practitioner or a clinician.
    pub CareParty: &[Role::Practitioner, Role::Clinician];
}
