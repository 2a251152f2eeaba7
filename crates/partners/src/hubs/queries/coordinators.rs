//! The hubs that hub coordinators are assigned to. One without a hub sees no referral.

use diesel::prelude::*;

use crate::schema::{hub_coordinators, hubs};
use people::Role;
use people::accounts::{identity, queries as accounts};
use platform::Tx;
use platform::error::Result;
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
pub fn assign(tx: &mut Tx, hub: Id, account: Id, employer: Option<&str>, by: Id) -> Result<()> {
    let index = employer.map(|code| identity::employer_index(tx.sealer, code));
    let row = (
        hub_coordinators::hub_id.eq(hub),
        hub_coordinators::account_id.eq(account),
        hub_coordinators::employer_index.eq(index.clone()),
        hub_coordinators::assigned_by.eq(by),
        hub_coordinators::assigned_at.eq(tx.now),
    );
    on!(tx.conn, |inner| diesel::insert_into(hub_coordinators::table)
        .values(row)
        .on_conflict((hub_coordinators::hub_id, hub_coordinators::account_id))
        .do_update()
        .set(hub_coordinators::employer_index.eq(index.clone()))
        .execute(inner))?;
    record_employers(tx, account, index.zip(employer), Some(by))
}

/// Removes an account from a hub; false when it was not assigned.
pub fn unassign(tx: &mut Tx, hub: Id, account: Id, by: Id) -> Result<bool> {
    if diesel::delete(hub_coordinators::table.find((hub, account))).execute(tx.conn)? != 1 {
        return Ok(false);
    }
    record_employers(tx, account, None, Some(by))?;
    Ok(true)
}

/// Records the employers of an account's hubs in its identity history; for the one in `named` also the code itself.
fn record_employers(tx: &mut Tx, account: Id, named: Option<(String, &str)>, by: Option<Id>) -> Result<()> {
    let code = |index: &String| named.as_ref().filter(|(named, _)| named == index).map(|(_, code)| (*code).to_owned());
    let employers: Vec<(String, Option<String>)> =
        employers_of(tx, account)?.into_iter().map(|index| (index.clone(), code(&index))).collect();
    identity::set_employers(tx, account, &employers, by)
}
