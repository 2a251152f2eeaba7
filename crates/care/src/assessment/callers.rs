//! Callers of operations that both practitioners and clinicians may use.

use people::Role;

people::callers! {
    /// A practitioner or a clinician.
    pub PractitionerOrClinician: &[Role::Practitioner, Role::Clinician];
}
