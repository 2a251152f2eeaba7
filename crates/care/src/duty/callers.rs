//! Who sets, approves and reads the rota.

use people::Role;

people::callers! {
    /// Proposes and ends periods on duty: a coordinator or an administrator.
    pub RotaEditor: &[Role::Coordinator, Role::Administrator];
    /// Approves a period on duty: another person who sets the rota, or the clinician who will be on duty.
    pub DutyApprover: &[Role::Clinician, Role::Coordinator, Role::Administrator];
    /// Reads the rota: who is on duty is no secret among staff.
    pub RotaReader: &[Role::Clinician, Role::Coordinator, Role::Administrator, Role::PrivacyOfficer];
}
