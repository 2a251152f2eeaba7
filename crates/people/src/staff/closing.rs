//! Closing a staff account, which one administrator does at once.

use crate::Caller;
use crate::accounts::identity::{self, ChangedBy, IdentityKind};
use crate::accounts::model::{Account, Role};
use crate::accounts::queries;
use crate::sign_in::model::EndReason;
use crate::sign_in::queries as sessions;
use crate::staff_changes;
use platform::error::Result;
use platform::refusal::Reason;
use platform::{Tx, audit};

/// Closes an account at once; the changes that wait for it are withdrawn.
///
/// # Errors
/// `state_conflict` when too few accounts of the role would remain.
pub(super) fn close(tx: &mut Tx, caller: &Caller, account: &Account, by: ChangedBy<'_>) -> Result<()> {
    let id = account.id;
    check_enough_remain(tx, account)?;
    staff_changes::withdraw_pending(tx, caller, id, None)?;
    queries::set_active(tx, id, false)?;
    sessions::end_all(tx, id, EndReason::Deactivated)?;
    identity::set_current(tx, id, IdentityKind::AccountStatus, Some("closed"), by)?;
    audit::record(tx, caller.actor(), "staff.closed", ("account", Some(id)))
}

/// Checks that, without this account, someone reviews how records are used, and that one administrator still approves what another
/// proposes.
fn check_enough_remain(tx: &mut Tx, account: &Account) -> Result<()> {
    let (least, reason) = match account.role {
        Role::PrivacyOfficer => (1, Reason::LastPrivacyOfficer),
        Role::Administrator => (2, Reason::LastTwoAdministrators),
        _ => return Ok(()),
    };
    // Locked first, so that of two that are closed at once the second is counted without the first.
    for open in queries::active_with_role(tx, account.role)? {
        queries::lock_account(tx, open)?;
    }
    let open = queries::active_with_role(tx, account.role)?;
    if open.contains(&account.id) && open.len() <= least { Err(reason.into()) } else { Ok(()) }
}
