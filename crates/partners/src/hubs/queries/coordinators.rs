//! The hubs that hub coordinators are assigned to. One without a hub sees no referral.

use diesel::prelude::*;

use crate::schema::{hub_coordinators, hubs};
use people::Role;
use people::accounts::identity::{self, ChangedBy, IdentityKind};
use people::accounts::queries as accounts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::on;

/// The hubs that this account coordinates.
pub fn hubs_of(tx: &mut Tx, account: Id) -> Result<Vec<Id>> {
    Ok(hub_coordinators::table
        .filter(hub_coordinators::account_id.eq(account))
        .order(hub_coordinators::hub_id)
        .select(hub_coordinators::hub_id)
        .load(tx.conn)?)
}

/// The employer recorded with an assignment, as a keyed index; `None` when the account is not assigned to the hub.
pub fn assignment(tx: &mut Tx, hub: Id, account: Id) -> Result<Option<Option<String>>> {
    let assigned = hub_coordinators::table.find((hub, account));
    Ok(assigned.select(hub_coordinators::employer_index).get_result(tx.conn).optional()?)
}

/// The hubs that this account coordinates, by name, up to a hundred.
pub fn named_hubs_of(tx: &mut Tx, account: Id) -> Result<Vec<(Id, String)>> {
    Ok(hub_coordinators::table
        .inner_join(hubs::table)
        .filter(hub_coordinators::account_id.eq(account))
        .order((hubs::name, hubs::id))
        .limit(100)
        .select((hubs::id, hubs::name))
        .load(tx.conn)?)
}

/// The coordinators of a hub and when they were assigned, up to a hundred.
pub fn of(tx: &mut Tx, hub: Id) -> Result<Vec<(Id, UtcTime)>> {
    Ok(hub_coordinators::table
        .filter(hub_coordinators::hub_id.eq(hub))
        .order((hub_coordinators::assigned_at, hub_coordinators::account_id))
        .limit(100)
        .select((hub_coordinators::account_id, hub_coordinators::assigned_at))
        .load(tx.conn)?)
}

/// The coordinators of a hub whose accounts are open.
pub fn active_of(tx: &mut Tx, hub: Id) -> Result<Vec<Id>> {
    let assigned: Vec<Id> =
        hub_coordinators::table.filter(hub_coordinators::hub_id.eq(hub)).select(hub_coordinators::account_id).load(tx.conn)?;
    accounts::active_among(tx, &assigned, Role::HubCoordinator)
}

/// The employers recorded with this account's hubs, as keyed indexes.
fn employers_of(tx: &mut Tx, account: Id) -> Result<Vec<String>> {
    let known: Vec<Option<String>> = hub_coordinators::table
        .filter(hub_coordinators::account_id.eq(account))
        .order(hub_coordinators::hub_id)
        .select(hub_coordinators::employer_index)
        .load(tx.conn)?;
    Ok(known.into_iter().flatten().collect())
}

/// Assigns an account to a hub, or updates its employer if it is assigned already. Conflicts are found by employer, so that
/// earlier employers are kept in the account's identity history.
pub fn assign(tx: &mut Tx, hub: Id, account: Id, employer: Option<&str>, by: ChangedBy<'_>) -> Result<()> {
    let index = employer.map(|code| identity::employer_index(tx.sealer, code));
    let assigned_by = by.account.ok_or_else(|| Error::internal("a hub coordinator is assigned by no one"))?;
    let row = (
        hub_coordinators::hub_id.eq(hub),
        hub_coordinators::account_id.eq(account),
        hub_coordinators::employer_index.eq(index.clone()),
        hub_coordinators::assigned_by.eq(assigned_by),
        hub_coordinators::assigned_at.eq(tx.now),
    );
    on!(tx.conn, |inner| diesel::insert_into(hub_coordinators::table)
        .values(row)
        .on_conflict((hub_coordinators::hub_id, hub_coordinators::account_id))
        .do_update()
        .set(hub_coordinators::employer_index.eq(index.clone()))
        .execute(inner))?;
    record_hubs(tx, account, by)?;
    record_employers(tx, account, index.zip(employer), by)
}

/// Removes an account from a hub; false when it was not assigned.
pub fn unassign(tx: &mut Tx, hub: Id, account: Id, by: ChangedBy<'_>) -> Result<bool> {
    if diesel::delete(hub_coordinators::table.find((hub, account))).execute(tx.conn)? != 1 {
        return Ok(false);
    }
    record_hubs(tx, account, by)?;
    record_employers(tx, account, None, by)?;
    Ok(true)
}

/// Records the hubs of an account in its identity history.
fn record_hubs(tx: &mut Tx, account: Id, by: ChangedBy<'_>) -> Result<()> {
    let names: Vec<String> = named_hubs_of(tx, account)?.into_iter().map(|(_, name)| name).collect();
    let value = (!names.is_empty()).then(|| names.join(", "));
    identity::set_current(tx, account, IdentityKind::Hubs, value.as_deref(), by)
}

/// Records the employers of an account's hubs in its identity history; for the one in `named` also the code itself.
fn record_employers(tx: &mut Tx, account: Id, named: Option<(String, &str)>, by: ChangedBy<'_>) -> Result<()> {
    let code = |index: &String| named.as_ref().filter(|(named, _)| named == index).map(|(_, code)| (*code).to_owned());
    let employers: Vec<(String, Option<String>)> =
        employers_of(tx, account)?.into_iter().map(|index| (index.clone(), code(&index))).collect();
    identity::set_employers(tx, account, &employers, by)
}

/// Indexes again the employers that were indexed before sites of one trust had one index; returns how many. Where only the index
/// is known, it stays as it is.
pub fn reindex_employers(tx: &mut Tx) -> Result<usize> {
    let rows: Vec<(Id, Id, String)> = hub_coordinators::table
        .filter(hub_coordinators::employer_index.is_not_null())
        .select((hub_coordinators::hub_id, hub_coordinators::account_id, hub_coordinators::employer_index.assume_not_null()))
        .load(tx.conn)?;
    let mut renewed = 0;
    for (hub, account, before) in rows {
        if let Some(index) = identity::renewed_employer_index(tx, account, &before)? {
            let assigned = hub_coordinators::table.find((hub, account));
            diesel::update(assigned).set(hub_coordinators::employer_index.eq(Some(index))).execute(tx.conn)?;
            renewed += 1;
        }
    }
    Ok(renewed)
}
