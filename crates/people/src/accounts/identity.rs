//! The identity of a person: names, registration number, employer. Every entry stays in the identity history with the time for
//! which it applied and who set it, so that a later change does not undo a decision based on it: a colleague who was blocked by
//! name stays blocked under a new name.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::accounts::model::Role;
use crate::schema::{accounts, identity_entries, identity_entry_keys};
use platform::Tx;
use platform::db::types::sql;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::names;
use platform::on;
use platform::seal::{Place, Sealer};
use reference::workforce;
use reference::workforce::model::RegistrationBody;
use reference::workforce::rules::employer_of;

/// The purpose of the indexes of employers of staff.
const EMPLOYER: &str = "employer";

// The name of the table when values were first sealed: it is part of them, so it stays.
pub(super) const VALUE: &str = "account_marks.value";
pub(super) const REASON: &str = "account_marks.reason";
pub(super) const END_REASON: &str = "account_marks.end_reason";

/// How long people count as colleagues after one of them has left the employer. Handovers, shared rotas and friendships at work
/// last about as long as a trainee's rotation of one year.
pub const COLLEAGUE_PERIOD_AFTER_LEAVING: TimeDelta = TimeDelta::days(365);

/// How long after their account was created the employer of a clinician or a hub coordinator is recorded: both the account and its
/// directory entry or hub wait for up to fourteen days for a second administrator.
const TIME_TO_RECORD_EMPLOYER: TimeDelta = TimeDelta::days(28);

/// The value of an entry about working for the service itself.
const THIS_SERVICE: &str = "this service";

/// Entries read in one statement at start-up.
const BATCH: i64 = 500;

platform::string_enum! {
    /// The kind of an identity entry. Names and registrations of staff and of practitioners are different kinds, so that no list
    /// mixes them.
    pub enum IdentityKind {
        /// Staff: the name of the account.
        AccountName = "account_name",
        /// Staff: the name in the directory of clinicians.
        DirectoryName = "directory_name",
        /// Staff: register and number.
        Registration = "registration",
        /// Staff and practitioners: the employer's code.
        Employer = "employer",
        /// Staff: a clinician's discipline. No conflict is found by it; the history has it because it decides what they may
        /// prescribe.
        Discipline = "discipline",
        /// Staff: whether the account is open. No conflict is found by it, nor by prescribing rights.
        AccountStatus = "account_status",
        /// Staff: a clinician's prescribing rights.
        PrescribingRights = "prescribing_rights",
        /// Staff: that they worked for the service without another employer, until they got one. While they have none there is no
        /// entry.
        ServiceEmployment = "service_employment",
        /// Staff: the hubs of a hub coordinator. No conflict is found by it.
        Hubs = "hubs",
        /// Practitioners: the legal name.
        LegalName = "legal_name",
        /// Practitioners: register and number.
        PractitionerRegistration = "own_registration",
    }
}

/// Whose value an index is of. Each has purposes of its own, so that equal values have nothing in common in the database: it does not
/// tell which practitioner is a member of staff, or who is blocked. People are compared by the sealed values
/// (`relationships/stated_values.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexOwner {
    /// A member of staff.
    Staff,
    /// A practitioner.
    Practitioner,
    /// A colleague that a practitioner has blocked.
    BlockedColleague,
}

impl IndexOwner {
    const fn name_purpose(self) -> &'static str {
        match self {
            Self::Staff => "name",
            Self::Practitioner => "practitioner_name",
            Self::BlockedColleague => "blocked_name",
        }
    }

    const fn registration_purpose(self) -> &'static str {
        match self {
            Self::Staff => "registration",
            Self::Practitioner => "practitioner_registration",
            Self::BlockedColleague => "blocked_registration",
        }
    }
}

/// The keyed indexes of a name: of its first and last word, and of every two of its words.
pub fn name_indexes(sealer: &Sealer, owner: IndexOwner, name: &str) -> (String, Vec<String>) {
    names::indexes(sealer, owner.name_purpose(), name)
}

/// The keyed index of a registration, from its key ([`registration_key`]).
pub fn registration_index(sealer: &Sealer, owner: IndexOwner, key: &str) -> String {
    sealer.blind_index(owner.registration_purpose(), key)
}

/// The value that the blind index of a registration is computed from: register and number.
pub fn registration_key(body: RegistrationBody, number: &str) -> String {
    format!("{} {number}", body.as_str())
}

/// Opens the value of an identity entry.
pub fn open_value(sealer: &Sealer, entry: Id, sealed: &[u8]) -> Result<String> {
    sealer.open_text(Place(VALUE, entry), sealed)
}

/// Who changes an identity, who approved it, and why.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChangedBy<'a> {
    /// The account that makes or proposes the change; `None` for the service itself.
    pub account: Option<Id>,
    /// The second administrator, where one is needed.
    pub approver: Option<Id>,
    pub reason: Option<&'a str>,
}

impl From<Option<Id>> for ChangedBy<'_> {
    fn from(account: Option<Id>) -> Self {
        Self { account, approver: None, reason: None }
    }
}

impl<'a> ChangedBy<'a> {
    /// A change that one person makes at once.
    pub fn one(account: Id, reason: &'a str) -> Self {
        Self { account: Some(account), approver: None, reason: Some(reason.trim()) }
    }
}

/// Sets the current value of one kind for an account and ends the one before; `None` for no value. Nothing changes when the value
/// is the current one.
pub fn set_current<'a>(
    tx: &mut Tx,
    account: Id,
    kind: IdentityKind,
    value: Option<&str>,
    by: impl Into<ChangedBy<'a>>,
) -> Result<()> {
    let by = by.into();
    let current: Option<(Id, Vec<u8>, UtcTime)> = identity_entries::table
        .filter(identity_entries::account_id.eq(account))
        .filter(identity_entries::kind.eq(kind))
        .filter(identity_entries::held_until.is_null())
        .select((identity_entries::id, identity_entries::value, identity_entries::held_from))
        .get_result(tx.conn)
        .optional()?;
    let value = value.map(str::trim);
    let is_first = current.is_none();
    if let Some((id, sealed, from)) = current {
        if value == Some(tx.sealer.open_text(Place(VALUE, id), &sealed)?.as_str()) {
            return Ok(());
        }
        end(tx, id, by, tx.now.max(from))?;
    }
    let Some(value) = value else { return Ok(()) };
    let owner = owner(tx, account, kind)?;
    if is_first && kind == IdentityKind::Employer && owner == IndexOwner::Staff {
        end_service_employment(tx, account, by)?;
    }
    let (index, pairs) = indexes(tx.sealer, (account, owner), kind, value);
    let id = insert(tx, account, kind, (value, index), by, tx.now)?;
    add_name_pairs(tx, id, pairs)
}

/// The current value of one kind, of which an account has one at most.
pub fn current(tx: &mut Tx, account: Id, kind: IdentityKind) -> Result<Option<String>> {
    let held: Option<(Id, Vec<u8>)> = identity_entries::table
        .filter(identity_entries::account_id.eq(account))
        .filter(identity_entries::kind.eq(kind))
        .filter(identity_entries::held_until.is_null())
        .select((identity_entries::id, identity_entries::value))
        .first(tx.conn)
        .optional()?;
    held.map(|(id, sealed)| open_value(tx.sealer, id, &sealed)).transpose()
}

/// Records that a member of staff who gets an employer now worked for the service itself until then: for a year they still count as
/// a colleague of those who do.
fn end_service_employment(tx: &mut Tx, account: Id, by: ChangedBy<'_>) -> Result<()> {
    let (role, created): (Role, UtcTime) =
        accounts::table.find(account).select((accounts::role, accounts::created_at)).get_result(tx.conn)?;
    let left: Option<UtcTime> = identity_entries::table
        .filter(identity_entries::account_id.eq(account))
        .filter(identity_entries::kind.eq(IdentityKind::Employer))
        .filter(identity_entries::held_until.is_not_null())
        .order(identity_entries::held_until.desc())
        .select(identity_entries::held_until.assume_not_null())
        .first(tx.conn)
        .optional()?;
    // The employer of these two is not recorded with the account, but soon afterwards.
    let is_recorded_later = matches!(role, Role::Clinician | Role::HubCoordinator);
    let was_awaited = left.is_none() && is_recorded_later && created >= tx.now - TIME_TO_RECORD_EMPLOYER;
    let from = left.unwrap_or(created);
    if was_awaited || from >= tx.now {
        return Ok(());
    }
    let index = tx.sealer.blind_index("service_employment", THIS_SERVICE);
    let kind = IdentityKind::ServiceEmployment;
    let entry = insert(tx, account, kind, (THIS_SERVICE, index), ChangedBy::default(), from)?;
    end(tx, entry, by, tx.now)
}

fn end(tx: &mut Tx, entry: Id, by: ChangedBy<'_>, at: UtcTime) -> Result<()> {
    let reason = seal_reason(tx.sealer, Place(END_REASON, entry), by.reason)?;
    diesel::update(identity_entries::table.find(entry))
        .set((
            identity_entries::held_until.eq(Some(at)),
            identity_entries::ended_by.eq(by.account),
            identity_entries::end_reason.eq(reason),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn seal_reason(sealer: &Sealer, place: Place, reason: Option<&str>) -> Result<Option<Vec<u8>>> {
    reason.map(|reason| sealer.seal_text(place, reason)).transpose()
}

fn insert(
    tx: &mut Tx,
    account: Id,
    kind: IdentityKind,
    (value, index): (&str, String),
    by: ChangedBy<'_>,
    from: UtcTime,
) -> Result<Id> {
    let id = Id::new(from);
    diesel::insert_into(identity_entries::table)
        .values((
            identity_entries::id.eq(id),
            identity_entries::account_id.eq(account),
            identity_entries::kind.eq(kind),
            identity_entries::value.eq(tx.sealer.seal_text(Place(VALUE, id), value)?),
            identity_entries::value_index.eq(index),
            identity_entries::name_form.eq(names::COMPARISON_VERSION),
            identity_entries::held_from.eq(from),
            identity_entries::lapsed.eq(false),
            identity_entries::set_by.eq(by.account),
            identity_entries::reason.eq(seal_reason(tx.sealer, Place(REASON, id), by.reason)?),
            identity_entries::approved_by.eq(by.approver),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The blind index of the employer of a member of staff. Sites of one trust have one index.
pub fn employer_index(sealer: &Sealer, code: &str) -> String {
    sealer.blind_index(EMPLOYER, employer_of(workforce::successor_trusts(), code))
}

/// The index that a recorded employer of an account has now, where it was indexed before sites of one trust had one index.
pub fn renewed_employer_index(tx: &mut Tx, account: Id, before: &str) -> Result<Option<String>> {
    let recorded: Vec<(Id, Vec<u8>)> = identity_entries::table
        .filter(identity_entries::account_id.eq(account))
        .filter(identity_entries::kind.eq(IdentityKind::Employer))
        .select((identity_entries::id, identity_entries::value))
        .load(tx.conn)?;
    for (id, sealed) in recorded {
        let code = tx.sealer.open_text(Place(VALUE, id), &sealed)?;
        let index = employer_index(tx.sealer, &code);
        if index != before && tx.sealer.blind_index(EMPLOYER, &code) == before {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Whose entry it is.
fn owner(tx: &mut Tx, account: Id, kind: IdentityKind) -> Result<IndexOwner> {
    Ok(match kind {
        IdentityKind::LegalName | IdentityKind::PractitionerRegistration => IndexOwner::Practitioner,
        IdentityKind::AccountName
        | IdentityKind::DirectoryName
        | IdentityKind::Registration
        | IdentityKind::Discipline
        | IdentityKind::AccountStatus
        | IdentityKind::PrescribingRights
        | IdentityKind::ServiceEmployment
        | IdentityKind::Hubs => IndexOwner::Staff,
        IdentityKind::Employer => {
            let role: Role = accounts::table.find(account).select(accounts::role).get_result(tx.conn)?;
            if role == Role::Practitioner { IndexOwner::Practitioner } else { IndexOwner::Staff }
        }
    })
}

/// Sets the current employers of a member of staff: for each the blind index, and the code where it is known. A hub coordinator
/// of several hubs may have several employers at once.
pub fn set_employers(tx: &mut Tx, account: Id, employers: &[(String, Option<String>)], by: ChangedBy<'_>) -> Result<()> {
    let current: Vec<(Id, String, UtcTime)> = identity_entries::table
        .filter(identity_entries::account_id.eq(account))
        .filter(identity_entries::kind.eq(IdentityKind::Employer))
        .filter(identity_entries::held_until.is_null())
        .select((identity_entries::id, identity_entries::value_index, identity_entries::held_from))
        .load(tx.conn)?;
    if current.is_empty() && !employers.is_empty() {
        end_service_employment(tx, account, by)?;
    }
    for (id, _, from) in current.iter().filter(|(_, index, _)| !employers.iter().any(|(new, _)| new == index)) {
        end(tx, *id, by, tx.now.max(*from))?;
    }
    let mut known: Vec<&String> = current.iter().map(|(_, index, _)| index).collect();
    for (index, code) in employers {
        if !known.contains(&index) {
            let code = code.as_deref().unwrap_or_default();
            insert(tx, account, IdentityKind::Employer, (code, index.clone()), by, tx.now)?;
            known.push(index);
        }
    }
    Ok(())
}

fn indexes(sealer: &Sealer, (account, owner): (Id, IndexOwner), kind: IdentityKind, value: &str) -> (String, Vec<String>) {
    let index = match kind {
        IdentityKind::AccountName | IdentityKind::DirectoryName | IdentityKind::LegalName => {
            return name_indexes(sealer, owner, value);
        }
        IdentityKind::Registration | IdentityKind::PractitionerRegistration => registration_index(sealer, owner, value),
        // Nothing is looked up by the employer of a practitioner. So each has an index of their own: equal ones would tell by their
        // number which employer it is.
        IdentityKind::Employer if owner == IndexOwner::Practitioner => {
            sealer.blind_index("practitioner_employer", &format!("{account} {value}"))
        }
        IdentityKind::Employer => employer_index(sealer, value),
        IdentityKind::Discipline => sealer.blind_index("discipline", value),
        IdentityKind::AccountStatus => sealer.blind_index("account_status", value),
        IdentityKind::PrescribingRights => sealer.blind_index("prescribing_rights", value),
        IdentityKind::ServiceEmployment => sealer.blind_index("service_employment", value),
        IdentityKind::Hubs => sealer.blind_index("hubs", value),
    };
    (index, Vec::new())
}

fn add_name_pairs(tx: &mut Tx, entry: Id, pairs: Vec<String>) -> Result<()> {
    let rows: Vec<_> = pairs
        .into_iter()
        .map(|index| (identity_entry_keys::entry_id.eq(entry), identity_entry_keys::value_index.eq(index)))
        .collect();
    if !rows.is_empty() {
        on!(tx.conn, |inner| diesel::insert_into(identity_entry_keys::table).values(&rows).execute(inner))?;
    }
    Ok(())
}

/// Every value that an account has or had, except those of which only the index is known.
pub fn values_of(tx: &mut Tx, account: Id) -> Result<Vec<(IdentityKind, String)>> {
    let rows: Vec<(Id, IdentityKind, Vec<u8>)> = identity_entries::table
        .filter(identity_entries::account_id.eq(account))
        .select((identity_entries::id, identity_entries::kind, identity_entries::value))
        .load(tx.conn)?;
    let open = |(id, kind, sealed): (Id, IdentityKind, Vec<u8>)| Ok((kind, open_value(tx.sealer, id, &sealed)?));
    rows.into_iter().map(open).filter(|row| row.as_ref().map_or(true, |(_, value)| !value.is_empty())).collect()
}

/// Marks the employers that people left more than [`COLLEAGUE_PERIOD_AFTER_LEAVING`] ago as lapsed, the service itself among them;
/// returns how many.
pub fn lapse_former_employers(tx: &mut Tx) -> Result<usize> {
    let mut lapsed = 0;
    for kind in [IdentityKind::Employer, IdentityKind::ServiceEmployment] {
        // Written as SQL text, so that the partial index over former employers that have not lapsed is used.
        let statement = format!(
            "UPDATE identity_entries SET lapsed = TRUE \
             WHERE NOT lapsed AND kind = '{}' AND held_until IS NOT NULL AND held_until <= $1",
            kind.as_str()
        );
        let before = tx.now - COLLEAGUE_PERIOD_AFTER_LEAVING;
        lapsed += diesel::sql_query(statement).bind::<sql::UtcTime, _>(before).execute(tx.conn)?;
    }
    Ok(lapsed)
}

/// Ends an employer that has become the same as another current one of the account: two sites of one trust.
fn end_duplicate(tx: &mut Tx, entry: Id, account: Id, index: &str) -> Result<()> {
    let same = identity_entries::table
        .filter(identity_entries::held_until.is_null())
        .filter(identity_entries::account_id.eq(account))
        .filter(identity_entries::kind.eq(IdentityKind::Employer))
        .filter(identity_entries::value_index.eq(index))
        .filter(identity_entries::id.ne(entry));
    if same.select(identity_entries::id).first::<Id>(tx.conn).optional()?.is_some() {
        let superfluous = identity_entries::table.find(entry).filter(identity_entries::held_until.is_null());
        diesel::update(superfluous).set(identity_entries::held_until.eq(Some(tx.now))).execute(tx.conn)?;
    }
    Ok(())
}

/// Indexes again the entries that were indexed for an earlier version of the comparison; returns how many.
pub fn reindex(tx: &mut Tx) -> Result<usize> {
    let mut renewed = 0;
    loop {
        let rows: Vec<(Id, Id, IdentityKind, Vec<u8>, String)> = identity_entries::table
            .filter(identity_entries::name_form.lt(names::COMPARISON_VERSION))
            .select((
                identity_entries::id,
                identity_entries::account_id,
                identity_entries::kind,
                identity_entries::value,
                identity_entries::value_index,
            ))
            .limit(BATCH)
            .load(tx.conn)?;
        if rows.is_empty() {
            return Ok(renewed);
        }
        for (id, account, kind, sealed, before) in rows {
            let owner = owner(tx, account, kind)?;
            let (index, pairs) = match open_value(tx.sealer, id, &sealed)? {
                // Of some employers of hub coordinators only the index is known.
                value if value.is_empty() => (before.clone(), Vec::new()),
                value => indexes(tx.sealer, (account, owner), kind, &value),
            };
            if kind == IdentityKind::Employer && index != before {
                end_duplicate(tx, id, account, &index)?;
            }
            diesel::delete(identity_entry_keys::table.filter(identity_entry_keys::entry_id.eq(id))).execute(tx.conn)?;
            diesel::update(identity_entries::table.find(id))
                .set((identity_entries::value_index.eq(index), identity_entries::name_form.eq(names::COMPARISON_VERSION)))
                .execute(tx.conn)?;
            add_name_pairs(tx, id, pairs)?;
            renewed += 1;
        }
    }
}
