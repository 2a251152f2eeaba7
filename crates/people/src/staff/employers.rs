//! The employer of a member of staff, which an administrator records. Clinicians have theirs in the directory, and hub coordinators
//! one for each hub.

use super::dto::StaffRole;
use crate::accounts::model::Role;
use platform::error::{Error, Result};
use platform::private::Private;
use platform::refusal::Reason;
use reference::workforce::rules::check_ods_code;

/// The code of the employer of a member of staff of this role; `None` for this service.
///
/// # Errors
/// `invalid_body` at `/employer_ods`.
pub(super) fn check(role: Role, employer: Option<&Private<String>>) -> Result<Option<String>> {
    check_role(role)?;
    Ok(employer.map(|code| check_ods_code(code.reveal())).transpose()?)
}

fn check_role(role: Role) -> Result<()> {
    let detail = match role {
        Role::Clinician => "The employer of a clinician is set in the directory of clinicians. Leave it out here.",
        Role::HubCoordinator => "The employer of a hub coordinator is set where they are assigned to a hub. Leave it out here.",
        _ => return Ok(()),
    };
    Err(Error::field(Reason::InvalidBody, "/employer_ods", "not_allowed", detail))
}

/// The roles of staff.
pub(super) fn staff_roles() -> Vec<Role> {
    StaffRole::ALL.iter().map(|role| Role::from(*role)).collect()
}
