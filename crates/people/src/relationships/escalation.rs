//! Who is informed when no coordinator may know of a practitioner: the privacy officers, who see that another coordinator is found.
//! While there is no privacy officer the administrators are, who can open an account for one. Those without a conflict with the
//! practitioner are informed; if each has one all are, because such a message names no practitioner.

use super::conflicts;
use crate::accounts::model::Role;
use crate::accounts::queries as accounts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// The staff who are informed, who all have one of the two roles.
///
/// # Errors
/// When the database fails.
pub fn recipients(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let officers = accounts::active_with_role(tx, Role::PrivacyOfficer)?;
    let all = if officers.is_empty() { accounts::active_with_role(tx, Role::Administrator)? } else { officers };
    let free = conflicts::permitted_staff(tx, practitioner, all.clone())?;
    Ok(if free.is_empty() { all } else { free })
}

/// What such a message asks of its recipient, as the end of its last sentence, and the page of the app that it leads to.
///
/// # Errors
/// When the database fails.
pub fn request_to(tx: &mut Tx, recipient: Id) -> Result<(&'static str, &'static str)> {
    let role = accounts::find(tx, recipient)?.map(|found| found.account.role);
    Ok(match role {
        Some(Role::PrivacyOfficer) => ("Please ask an administrator now to open an account for another coordinator.", "/"),
        _ => ("Please open an account for another coordinator now.", "/staff"),
    })
}
