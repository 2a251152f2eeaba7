//! A new name or employer of a staff account, which a second administrator approves: by both, practitioners are kept apart from staff.

use serde::{Deserialize, Serialize};

use super::dto::UpdateStaff;
use super::employers;
use crate::Caller;
use crate::accounts::identity::{self, IdentityKind};
use crate::accounts::queries::{self, AccountDetails};
use crate::accounts::staff_names::check_staff_name;
use crate::staff_changes::model::{Proposal, ProposedValue, ProposedValueName, StaffChange, StaffChangeKind};
use crate::staff_changes::{self, ChangeHandler, proposal_data};
use platform::error::{Error, Result};
use platform::private::trimmed;
use platform::refusal::Reason;
use platform::{Tx, audit};

/// How name and employer are set when that is approved.
pub const ACCOUNT_IDENTITY: ChangeHandler = ChangeHandler { kind: StaffChangeKind::AccountIdentity, apply };

/// What a proposal changes; a part that it does not change is `None`.
#[derive(Serialize, Deserialize)]
struct Data {
    name: Option<Change<String>>,
    employer: Option<Change<Option<String>>>,
}

/// A value when the change was proposed, and the one that it sets.
#[derive(Serialize, Deserialize)]
struct Change<T> {
    before: T,
    after: T,
}

/// Proposes the name and the employer in a form, as far as they differ from the present ones.
pub(super) fn propose(tx: &mut Tx, caller: &Caller, account: &AccountDetails, form: &UpdateStaff) -> Result<()> {
    let (id, present) = (account.account.id, account.name.reveal());
    let name = form.name.as_ref().map(trimmed).filter(|name| name != present);
    let name = name.map(|after| Change { before: present.clone(), after });
    if let Some(name) = &name {
        check_staff_name(&name.after)?;
    }
    let employer = match &form.employer_ods {
        Some(code) => {
            let after = employers::check(account.account.role, code.as_ref())?;
            let before = identity::current(tx, id, IdentityKind::Employer)?;
            (before != after).then_some(Change { before, after })
        }
        None => None,
    };
    if name.is_none() && employer.is_none() {
        return Ok(());
    }
    let shown_name = name.iter().map(|name| ProposedValue::new(ProposedValueName::Name, &name.after));
    let code = |employer: &Change<Option<String>>| employer.after.clone().unwrap_or_default();
    let shown_employer = employer.iter().map(|employer| ProposedValue::new(ProposedValueName::Employer, code(employer)));
    let proposal = Proposal {
        kind: StaffChangeKind::AccountIdentity,
        account: id,
        record: id,
        values: shown_name.chain(shown_employer).collect(),
        data: proposal_data(&Data { name, employer })?,
        reason: form.reason.reveal(),
    };
    staff_changes::propose(tx, caller, &proposal).map(|_| ())
}

fn apply(tx: &mut Tx, change: &StaffChange, caller: &Caller) -> Result<()> {
    let (id, Data { name, employer }) = (change.account, change.data()?);
    let found = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let present = identity::current(tx, id, IdentityKind::Employer)?;
    if name.as_ref().is_some_and(|name| name.before != *found.name.reveal())
        || employer.as_ref().is_some_and(|employer| employer.before != present)
    {
        return Err(Reason::ChangeOutdated.into());
    }
    let by = change.changed_by(caller.id);
    if let Some(name) = name {
        queries::rename_staff(tx, id, &name.after, by)?;
        audit::record(tx, caller.actor(), "staff.renamed", ("account", Some(id)))?;
    }
    if let Some(employer) = employer {
        identity::set_current(tx, id, IdentityKind::Employer, employer.after.as_deref(), by)?;
        queries::touch(tx, id)?;
        audit::record(tx, caller.actor(), "staff.employer_changed", ("account", Some(id)))?;
    }
    Ok(())
}
