//! Every statement about accounts and their one-time tokens.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

pub use super::email_indexes::email_index;
use super::email_indexes::{EMAIL, email_taken, invited_index};
use super::identity::{self, ChangedBy, IdentityKind};
use super::model::{Account, Role, TokenPurpose};
use crate::schema::{accounts, one_time_tokens};
use platform::Tx;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;
use platform::seal::{Place, Sealer, fill_random, readable};
use platform::text;

const NAME: &str = "accounts.name";

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct Row {
    id: Id,
    role: Role,
    email: Vec<u8>,
    name: Vec<u8>,
    active: bool,
    email_verified_at: Option<UtcTime>,
    created_at: UtcTime,
    version: i32,
}

impl Row {
    fn account(&self) -> Account {
        Account {
            id: self.id,
            role: self.role,
            active: self.active,
            email_verified_at: self.email_verified_at,
            created_at: self.created_at,
            version: self.version,
        }
    }
}

/// An account with its personal data, decrypted.
#[derive(Debug, Clone)]
pub struct AccountDetails {
    pub account: Account,
    pub email: Private<String>,
    /// For staff their name, for practitioners the name they want to be called by.
    pub name: Private<String>,
}

/// The data of a new account.
#[derive(Debug)]
pub struct NewAccount<'a> {
    pub id: Id,
    pub role: Role,
    /// The email address.
    pub email: &'a str,
    /// The name to call the person by.
    pub name: &'a str,
    /// The argon2id hash; `None` until the person has chosen a password.
    pub password_hash: Option<&'a str>,
    /// Set when the address is confirmed, or when the operator created the account on the command line.
    pub email_verified_at: Option<UtcTime>,
}

/// Creates an account. An address belongs to the account that confirmed it, and two staff accounts never share an address.
///
/// # Errors
/// 409 `email_taken` when the address belongs to another account. Callers that must not reveal this replace the answer.
pub fn insert(tx: &mut Tx, new: &NewAccount<'_>) -> Result<()> {
    insert_account(tx, new, true, ChangedBy::default())
}

/// Creates a staff account that is closed until a second administrator approves it.
///
/// # Errors
/// As [`insert`].
pub fn insert_closed(tx: &mut Tx, new: &NewAccount<'_>, by: ChangedBy<'_>) -> Result<()> {
    insert_account(tx, new, false, by)
}

fn insert_account(tx: &mut Tx, new: &NewAccount<'_>, active: bool, by: ChangedBy<'_>) -> Result<()> {
    let (confirmed, is_staff) = (email_index(tx.sealer, new.email), new.role != Role::Practitioner);
    let invited = invited_index(tx.sealer, &confirmed);
    let (index, other) = if is_staff && new.email_verified_at.is_none() { (invited, confirmed) } else { (confirmed, invited) };
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(new.id),
            accounts::role.eq(new.role),
            accounts::email.eq(tx.sealer.seal_text(Place(EMAIL, new.id), new.email.trim())?),
            accounts::email_index.eq(index),
            accounts::name.eq(tx.sealer.seal_text(Place(NAME, new.id), new.name.trim())?),
            accounts::password_hash.eq(new.password_hash),
            accounts::active.eq(active),
            accounts::email_verified_at.eq(new.email_verified_at),
            accounts::created_at.eq(tx.now),
            accounts::updated_at.eq(tx.now),
            accounts::version.eq(1),
        ))
        .execute(tx.conn)
        .map_err(email_taken)?;
    if !is_staff {
        return Ok(());
    }
    // Two staff accounts with one address have the same index, unless one of them is confirmed and the other is not.
    let same = accounts::table.filter(accounts::email_index.eq(other)).filter(accounts::role.ne(Role::Practitioner));
    if same.select(accounts::id).first::<Id>(tx.conn).optional()?.is_some() {
        return Err(Reason::EmailTaken.into());
    }
    identity::set_current(tx, new.id, IdentityKind::AccountName, Some(new.name), by)
}

/// The account that confirmed the address with this blind index.
pub fn find_by_confirmed_email(tx: &mut Tx, email_index: &str) -> Result<Option<Account>> {
    let confirmed =
        accounts::table.filter(accounts::email_index.eq(email_index)).filter(accounts::email_verified_at.is_not_null());
    Ok(confirmed.select(Row::as_select()).get_result(tx.conn).optional()?.map(|row| row.account()))
}

/// The account that confirmed an address, with its argon2id hash if the person has a password. It is one statement whether or not
/// there is such an account.
pub fn credentials(tx: &mut Tx, email_index: &str) -> Result<Option<(Account, Option<String>)>> {
    let confirmed =
        accounts::table.filter(accounts::email_index.eq(email_index)).filter(accounts::email_verified_at.is_not_null());
    let row: Option<(Row, Option<String>)> =
        confirmed.select((Row::as_select(), accounts::password_hash)).get_result(tx.conn).optional()?;
    Ok(row.map(|(row, hash)| (row.account(), hash)))
}

/// The staff account that was created for an address and whose address is not confirmed yet. An instance of an earlier version may have
/// stored the index of the address.
pub fn find_invited_staff(tx: &mut Tx, email_index: &str) -> Result<Option<Account>> {
    let indexes = vec![invited_index(tx.sealer, email_index), email_index.to_owned()];
    let invited = accounts::table
        .filter(accounts::email_index.eq_any(indexes))
        .filter(accounts::email_verified_at.is_null())
        .filter(accounts::role.ne(Role::Practitioner));
    Ok(invited.select(Row::as_select()).first(tx.conn).optional()?.map(|row| row.account()))
}

/// An account with its personal data.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<AccountDetails>> {
    let row = accounts::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// The names of these accounts.
pub fn names(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, Private<String>>> {
    let rows: Vec<(Id, Vec<u8>)> =
        accounts::table.filter(accounts::id.eq_any(ids.to_vec())).select((accounts::id, accounts::name)).load(tx.conn)?;
    rows.into_iter().map(|(id, name)| Ok((id, tx.sealer.open_text(Place(NAME, id), &name)?.into()))).collect()
}

/// Names by account.
pub type Names = BTreeMap<Id, Private<String>>;

/// The names of these accounts as far as they can be decrypted, and the ids of the others.
pub fn readable_names(tx: &mut Tx, ids: &[Id]) -> Result<(Names, Vec<Id>)> {
    let rows: Vec<(Id, Vec<u8>)> =
        accounts::table.filter(accounts::id.eq_any(ids.to_vec())).select((accounts::id, accounts::name)).load(tx.conn)?;
    let (names, unreadable) =
        readable(rows.into_iter().map(|(id, name)| Ok((id, Private::new(tx.sealer.open_text(Place(NAME, id), &name)?)))))?;
    Ok((names.into_iter().collect(), unreadable))
}

/// The email addresses of these accounts, as far as they can be decrypted.
pub fn emails(tx: &mut Tx, ids: &[Id]) -> Result<Vec<String>> {
    let rows: Vec<(Id, Vec<u8>)> =
        accounts::table.filter(accounts::id.eq_any(ids.to_vec())).select((accounts::id, accounts::email)).load(tx.conn)?;
    Ok(readable(rows.into_iter().map(|(id, email)| tx.sealer.open_text(Place(EMAIL, id), &email)))?.0)
}

/// The open staff accounts with role and name, as far as the name can be decrypted.
pub fn active_staff(tx: &mut Tx, roles: &[Role]) -> Result<Vec<(Id, Role, Private<String>)>> {
    let rows: Vec<(Id, Role, Vec<u8>)> = accounts::table
        .filter(accounts::role.eq_any(roles.to_vec()))
        .filter(accounts::active.eq(true))
        .select((accounts::id, accounts::role, accounts::name))
        .load(tx.conn)?;
    let open = |(id, role, name): (Id, Role, Vec<u8>)| Ok((id, role, Private::new(tx.sealer.open_text(Place(NAME, id), &name)?)));
    Ok(readable(rows.into_iter().map(open))?.0)
}

/// The open accounts with a role and a confirmed address. Nothing is sent to the others.
pub fn active_with_role(tx: &mut Tx, role: Role) -> Result<Vec<Id>> {
    let open = accounts::table
        .filter(accounts::role.eq(role))
        .filter(accounts::active.eq(true))
        .filter(accounts::email_verified_at.is_not_null());
    Ok(open.order(accounts::id).select(accounts::id).load(tx.conn)?)
}

/// The accounts among `ids` that are open and have this role, in the order of their ids.
pub fn active_among(tx: &mut Tx, ids: &[Id], role: Role) -> Result<Vec<Id>> {
    let open = accounts::table
        .filter(accounts::id.eq_any(ids.to_vec()))
        .filter(accounts::role.eq(role))
        .filter(accounts::active.eq(true));
    Ok(open.order(accounts::id).select(accounts::id).load(tx.conn)?)
}

/// The closed accounts with a role.
pub fn closed_with_role(tx: &mut Tx, role: Role) -> Result<Vec<Id>> {
    let closed = accounts::table.filter(accounts::role.eq(role)).filter(accounts::active.eq(false));
    Ok(closed.order(accounts::id).select(accounts::id).load(tx.conn)?)
}

/// Staff accounts with their ids, oldest first, after `after`; an error for each that cannot be decrypted.
pub fn list_staff(tx: &mut Tx, role: Option<Role>, after: Option<Id>, limit: i64) -> Result<Vec<(Id, Result<AccountDetails>)>> {
    let mut query = accounts::table.filter(accounts::role.ne(Role::Practitioner)).select(Row::as_select()).into_boxed();
    if let Some(role) = role {
        query = query.filter(accounts::role.eq(role));
    }
    if let Some(after) = after {
        query = query.filter(accounts::id.gt(after));
    }
    let rows: Vec<Row> = query.order(accounts::id).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// True while there is no account.
pub fn is_empty(conn: &mut Conn) -> Result<bool> {
    let first: Option<Id> = accounts::table.select(accounts::id).first(conn).optional()?;
    Ok(first.is_none())
}

/// The result of checking the keys against some of the accounts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct KeyCheck {
    /// Numbers of sealing keys that decrypt none of the values that carry their number.
    pub wrong_sealing_keys: Vec<u8>,
    /// True when the index key finds none of the addresses.
    pub wrong_index_key: bool,
}

/// Checks the keys on some of the oldest and of the newest accounts. A key is wrong only when it fails on all of them, because
/// a single row may be damaged.
pub fn check_keys(conn: &mut Conn, sealer: &Sealer) -> Result<KeyCheck> {
    const SAMPLE: i64 = 20;
    let columns = (accounts::id, accounts::email, accounts::email_index);
    let mut rows: Vec<(Id, Vec<u8>, String)> = accounts::table.order(accounts::id).limit(SAMPLE).select(columns).load(conn)?;
    rows.extend(accounts::table.order(accounts::id.desc()).limit(SAMPLE).select(columns).load::<(Id, Vec<u8>, String)>(conn)?);
    let (mut opened, mut indexed): (BTreeMap<u8, bool>, Option<bool>) = (BTreeMap::new(), None);
    for (id, sealed, index) in rows {
        let address = sealer.open_text(Place(EMAIL, id), &sealed).ok();
        if let Some(number) = sealed.get(1) {
            *opened.entry(*number).or_default() |= address.is_some();
        }
        if let Some(address) = address {
            let confirmed = email_index(sealer, &address);
            let is_right = confirmed == index || invited_index(sealer, &confirmed) == index;
            indexed = Some(indexed.unwrap_or_default() || is_right);
        }
    }
    let wrong_sealing = opened.into_iter().filter(|(_, opens)| !opens).map(|(number, _)| number).collect();
    Ok(KeyCheck { wrong_sealing_keys: wrong_sealing, wrong_index_key: indexed == Some(false) })
}

fn unseal(sealer: &Sealer, row: Row) -> Result<AccountDetails> {
    Ok(AccountDetails {
        account: row.account(),
        email: sealer.open_text(Place(EMAIL, row.id), &row.email)?.into(),
        name: sealer.open_text(Place(NAME, row.id), &row.name)?.into(),
    })
}

/// Changes the name of an account.
pub fn rename(tx: &mut Tx, id: Id, name: &str) -> Result<()> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::name.eq(tx.sealer.seal_text(Place(NAME, id), name.trim())?),
            accounts::updated_at.eq(tx.now),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Changes the name of a member of staff. Conflicts are found by the new name and by every earlier one.
pub fn rename_staff(tx: &mut Tx, id: Id, name: &str, by: ChangedBy<'_>) -> Result<()> {
    rename(tx, id, name)?;
    identity::set_current(tx, id, IdentityKind::AccountName, Some(name), by)
}

/// Counts a change of what is not stored with the account itself.
pub fn touch(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(accounts::table.find(id))
        .set((accounts::updated_at.eq(tx.now), accounts::version.eq(accounts::version + 1)))
        .execute(tx.conn)?;
    Ok(())
}

/// Opens or closes an account.
pub fn set_active(tx: &mut Tx, id: Id, active: bool) -> Result<()> {
    diesel::update(accounts::table.find(id))
        .set((accounts::active.eq(active), accounts::updated_at.eq(tx.now), accounts::version.eq(accounts::version + 1)))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes the one-time tokens of an account, so that no link that was sent works any more.
pub fn delete_tokens(tx: &mut Tx, account: Id) -> Result<()> {
    diesel::delete(one_time_tokens::table.filter(one_time_tokens::account_id.eq(account))).execute(tx.conn)?;
    Ok(())
}

/// Records that the person confirmed the address. From now on it belongs to this account.
///
/// # Errors
/// 409 `email_taken` when another account has confirmed it in the meantime.
pub fn mark_email_verified(tx: &mut Tx, id: Id) -> Result<()> {
    let unconfirmed = || accounts::table.find(id).filter(accounts::email_verified_at.is_null());
    let sealed: Option<Vec<u8>> = unconfirmed().select(accounts::email).get_result(tx.conn).optional()?;
    let Some(sealed) = sealed else { return Ok(()) };
    let email = tx.sealer.open_text(Place(EMAIL, id), &sealed)?;
    diesel::update(unconfirmed())
        .set((
            accounts::email_verified_at.eq(Some(tx.now)),
            accounts::email_index.eq(email_index(tx.sealer, &email)),
            accounts::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(email_taken)?;
    Ok(())
}

/// The argon2id hash, if the person has a password.
pub fn password_hash(tx: &mut Tx, id: Id) -> Result<Option<String>> {
    Ok(accounts::table.find(id).select(accounts::password_hash).get_result(tx.conn).optional()?.flatten())
}

/// Replaces the argon2id hash.
pub fn set_password_hash(tx: &mut Tx, id: Id, hash: &str) -> Result<()> {
    diesel::update(accounts::table.find(id))
        .set((accounts::password_hash.eq(Some(hash)), accounts::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Creates a one-time token and deletes earlier ones for the same purpose. Only a hash of the token is stored.
pub fn issue_token(tx: &mut Tx, account: Id, purpose: TokenPurpose, life: TimeDelta) -> Result<Private<String>> {
    diesel::delete(
        one_time_tokens::table
            .filter(one_time_tokens::account_id.eq(account))
            .filter(one_time_tokens::purpose.eq(purpose.as_str())),
    )
    .execute(tx.conn)?;
    let token = new_token();
    diesel::insert_into(one_time_tokens::table)
        .values((
            one_time_tokens::id.eq(Id::new(tx.now)),
            one_time_tokens::account_id.eq(account),
            one_time_tokens::purpose.eq(purpose.as_str()),
            one_time_tokens::token_hash.eq(token_hash(&token)),
            one_time_tokens::created_at.eq(tx.now),
            one_time_tokens::expires_at.eq(tx.now + life),
        ))
        .execute(tx.conn)?;
    Ok(token.into())
}

/// Uses a token and returns the account that it belongs to.
///
/// # Errors
/// 410 `token_expired` when it is unknown, used or expired; the answer does not show which.
pub fn redeem_token(tx: &mut Tx, token: &str, purpose: TokenPurpose) -> Result<Id> {
    let good = one_time_tokens::table
        .filter(one_time_tokens::token_hash.eq(token_hash(token)))
        .filter(one_time_tokens::purpose.eq(purpose.as_str()))
        .filter(one_time_tokens::used_at.is_null())
        .filter(one_time_tokens::expires_at.gt(tx.now));
    let account = diesel::update(good)
        .set(one_time_tokens::used_at.eq(Some(tx.now)))
        .returning(one_time_tokens::account_id)
        .get_result::<Id>(tx.conn)
        .optional()?;
    account.ok_or_else(|| Reason::TokenExpired.into())
}

/// Deletes expired tokens; returns how many.
pub fn delete_expired_tokens(tx: &mut Tx) -> Result<usize> {
    Ok(diesel::delete(one_time_tokens::table.filter(one_time_tokens::expires_at.lt(tx.now))).execute(tx.conn)?)
}

/// A new token. Its 128 bits cannot be guessed during its life, and it is short enough for a link to fit on a line of an
/// email.
pub fn new_token() -> String {
    let mut secret = [0; 16];
    fill_random(&mut secret);
    URL_SAFE_NO_PAD.encode(secret)
}

/// The hash of a token that is stored. White space is removed first, because a token may be pasted with white space in it.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text::token(token).as_bytes()))
}

/// Locks an account until the transaction ends; `None` when there is no such account.
pub fn lock_account(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(platform::lock_row!(tx.conn, accounts, id)?)
}
