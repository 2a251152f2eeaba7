//! Proposing a change, and finding the one that waits.

use super::dto::PendingChange;
use super::model::{Proposal, StaffChange, StaffChangeKind, StaffChangeState};
use super::{queries, rules};
use crate::Caller;
use crate::accounts::identity::ChangedBy;
use crate::accounts::model::Role;
use crate::accounts::queries as accounts;
use crate::relationships::same_person::same_person;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};

/// How changes of one kind are applied when they are approved.
#[derive(Clone, Copy)]
pub struct ChangeHandler {
    pub kind: StaffChangeKind,
    /// Applies the change in the transaction of the approval, which holds the lock of the account. Refuses a change whose basis
    /// has changed with [`Reason::ChangeOutdated`].
    pub apply: fn(&mut Tx, &StaffChange, &Caller) -> Result<()>,
}

/// The handlers of all kinds, as the program registers them.
#[derive(Clone, Copy)]
pub struct ChangeHandlers(pub &'static [ChangeHandler]);

/// Stores a change that waits for a second administrator. The caller holds the lock of the account.
///
/// # Errors
/// [`Reason::ChangePending`] when a change of this kind already waits; [`Reason::OwnAccount`] when it may be about the caller.
pub fn propose(tx: &mut Tx, caller: &Caller, proposal: &Proposal<'_>) -> Result<PendingChange> {
    refuse_for_oneself(tx, caller, proposal.account)?;
    queries::expire(tx)?;
    let (id, expires_at) = queries::insert(tx, caller.id, proposal)?;
    audit::record(tx, caller.actor(), "staff_change.proposed", ("account", Some(proposal.account)))?;
    let next_step = rules::next_step(accounts::active_with_role(tx, Role::Administrator)?.len()).to_owned();
    Ok(PendingChange { id, expires_at, next_step })
}

/// Refuses to act on an account that may be the caller's own, under whatever name: with a second account, administrators could give
/// themselves other roles and rights.
///
/// # Errors
/// [`Reason::OwnAccount`].
pub fn refuse_for_oneself(tx: &mut Tx, caller: &Caller, account: Id) -> Result<()> {
    if same_person(tx, caller.id, account)? {
        let detail = "This may be your own account. Ask another administrator to do this.";
        return Err(Refusal::new(Reason::OwnAccount, detail).into());
    }
    Ok(())
}

/// Withdraws the changes that wait for an account, because the opposite is done now: those of one kind about one record, or all.
///
/// # Errors
/// When the database fails.
pub fn withdraw_pending(tx: &mut Tx, caller: &Caller, account: Id, only: Option<(StaffChangeKind, Id)>) -> Result<()> {
    for (change, kind, record) in queries::waiting_for(tx, account)? {
        if only.is_none_or(|only| only == (kind, record))
            && queries::decide(tx, change, StaffChangeState::Withdrawn, caller.id, None)?
        {
            audit::record(tx, caller.actor(), "staff_change.withdrawn", ("account", Some(account)))?;
        }
    }
    Ok(())
}

/// The change of this kind that waits for an account, with what to do next.
///
/// # Errors
/// When the database fails.
pub fn pending(tx: &mut Tx, kind: StaffChangeKind, account: Id) -> Result<Option<PendingChange>> {
    Ok(pending_among(tx, kind, &[account])?.pop().map(|(_, change)| change))
}

/// The changes of this kind that wait for these accounts.
///
/// # Errors
/// When the database fails.
pub fn pending_among(tx: &mut Tx, kind: StaffChangeKind, among: &[Id]) -> Result<Vec<(Id, PendingChange)>> {
    let rows = queries::pending_among(tx, kind, among)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let next_step = rules::next_step(accounts::active_with_role(tx, Role::Administrator)?.len());
    let view = |(account, id, expires_at)| (account, PendingChange { id, expires_at, next_step: next_step.to_owned() });
    Ok(rows.into_iter().map(view).collect())
}

impl StaffChange {
    /// Who makes this change when `approver` approves it.
    pub fn changed_by(&self, approver: Id) -> ChangedBy<'_> {
        ChangedBy { account: Some(self.proposed_by), approver: Some(approver), reason: Some(self.reason.reveal()) }
    }

    /// The data of the change, as its kind proposed it.
    ///
    /// # Errors
    /// [`Error::internal`] when the data has another shape.
    pub fn data<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.data).map_err(|_| Error::internal("the data of a staff change has another shape"))
    }
}

/// The data of a proposal as it is stored.
///
/// # Errors
/// [`Error::internal`] when it cannot be written.
pub fn proposal_data<T: serde::Serialize>(data: &T) -> Result<String> {
    serde_json::to_string(data).map_err(|_| Error::internal("the data of a staff change cannot be written"))
}

/// The reason that a change needs and the form may have left out.
///
/// # Errors
/// `invalid_body` at `/reason`.
pub fn required_reason(reason: Option<&platform::private::Private<String>>) -> Result<String> {
    platform::private::trimmed_non_empty(reason).ok_or_else(|| {
        Error::field(Reason::InvalidBody, "/reason", "required", "Say why this is changed: the identity history shows it.")
    })
}
