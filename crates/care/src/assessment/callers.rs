//! Callers of operations that both practitioners and clinicians may use.

use people::Role;

people::callers! {
    /// A practitioner or a clinician.
    pub CareParty: &[Role::Practitioner, Role::Clinician];
}
