//! Opening a staff account, new or closed, which a second administrator approves.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Caller;
use crate::accounts::identity::{self, IdentityKind};
use crate::accounts::model::{Account, TokenPurpose};
use crate::accounts::{emails, queries};
use crate::staff_changes::model::{Proposal, ProposedValue, ProposedValueName, StaffChange, StaffChangeKind};
use crate::staff_changes::{self, ChangeHandler, proposal_data};
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::{Tx, audit, outbox};

/// How long the link for a new member of staff to choose a password is valid.
const INVITATION_LIFE: TimeDelta = TimeDelta::days(3);

/// How an account is opened when that is approved.
pub const OPEN_ACCOUNT: ChangeHandler = ChangeHandler { kind: StaffChangeKind::OpenAccount, apply: open };

/// The version of the account that the proposal is about.
#[derive(Serialize, Deserialize)]
struct Basis {
    version: i32,
}

/// Proposes to open an account.
pub(super) fn propose(tx: &mut Tx, caller: &Caller, account: &Account, reason: &str) -> Result<()> {
    let role = ProposedValue::new(ProposedValueName::Role, account.role.as_str());
    let employer = identity::current(tx, account.id, IdentityKind::Employer)?;
    let employer = employer.map(|code| ProposedValue::new(ProposedValueName::Employer, code));
    let proposal = Proposal {
        kind: StaffChangeKind::OpenAccount,
        account: account.id,
        record: account.id,
        values: std::iter::once(role).chain(employer).collect(),
        data: proposal_data(&Basis { version: account.version })?,
        reason,
    };
    staff_changes::propose(tx, caller, &proposal).map(|_| ())
}

fn open(tx: &mut Tx, change: &StaffChange, caller: &Caller) -> Result<()> {
    let Basis { version } = change.data()?;
    let found = queries::find(tx, change.account)?.ok_or_else(Error::not_found)?;
    if found.account.active || found.account.version != version {
        return Err(Reason::ChangeOutdated.into());
    }
    queries::set_active(tx, change.account, true)?;
    identity::set_current(tx, change.account, IdentityKind::AccountStatus, Some("open"), change.changed_by(caller.id))?;
    audit::record(tx, caller.actor(), "staff.opened", ("account", Some(change.account)))?;
    if found.account.email_verified_at.is_none() {
        invite(tx, change.account, found.email.reveal())?;
    }
    Ok(())
}

/// Sends the link to choose a password. Where the address belongs to a practitioner, its owner is asked for another one under the
/// same kind of message, so that administrators do not learn whose it is.
fn invite(tx: &mut Tx, account: Id, email: &str) -> Result<()> {
    let index = queries::email_index(tx.sealer, email);
    let taken = queries::find_by_confirmed_email(tx, &index)?.is_some();
    let message = if taken {
        emails::address_in_use(email)
    } else {
        let token = queries::issue_token(tx, account, TokenPurpose::ResetPassword, INVITATION_LIFE)?;
        emails::password_reset(email, &tx.policy.app_url, token.reveal(), "three days")
    };
    outbox::queue_email(tx, "staff_invitation", &message)?;
    Ok(())
}
