//! SQL about contacts, their triages and tasks, and invitations.

pub mod crises;
pub mod hours;
pub mod indexes;
pub mod invitations;
pub mod registered;
pub mod tasks;
pub mod triages;

use diesel::prelude::*;

use self::indexes::{email_index, phone_index, phone_indexes, reference_index};
use super::model::{ContactChannel, ContactCloseReason, ContactDetails, ContactOrigin, ContactState, ContactTaskKind};
use super::visibility::{ContactPermit, OfContact};
use crate::schema::{contact_tasks, contacts};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, Sealer};

const DETAILS: &str = "contacts.details";

/// A contact with its unsealed details.
#[derive(Debug, Clone)]
pub struct Contact {
    pub id: Id,
    /// How they contacted the service.
    pub channel: ContactChannel,
    /// How the contact came about.
    pub origin: ContactOrigin,
    pub state: ContactState,
    /// Why it was closed.
    pub close_reason: Option<ContactCloseReason>,
    /// True while a task about danger, or for today, is open.
    pub needs_today: bool,
    /// What the caller gave; empty once it was erased.
    pub details: ContactDetails,
    pub logged_by: Option<Id>,
    pub closed_at: Option<UtcTime>,
    /// When personal data was erased.
    pub erased_at: Option<UtcTime>,
    /// When they contacted the service.
    pub created_at: UtcTime,
    pub version: i32,
}

/// A contact to be stored.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// How they contacted the service.
    pub channel: ContactChannel,
    /// How the contact came about.
    pub origin: ContactOrigin,
    /// What the caller gave.
    pub details: ContactDetails,
}

/// Filters of a list of contacts.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContactFilter {
    /// Only contacts in this state.
    pub state: Option<ContactState>,
    /// Only contacts by this channel.
    pub channel: Option<ContactChannel>,
    /// Only contacts that need someone today, or only the others.
    pub needs_today: Option<bool>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
struct Row {
    id: Id,
    channel: ContactChannel,
    origin: ContactOrigin,
    state: ContactState,
    close_reason: Option<ContactCloseReason>,
    needs_today: bool,
    details: Vec<u8>,
    logged_by: Option<Id>,
    closed_at: Option<UtcTime>,
    erased_at: Option<UtcTime>,
    created_at: UtcTime,
    version: i32,
}

impl Row {
    fn protected(self, sealer: &Sealer) -> Result<(Id, OfContact<Contact>)> {
        Ok((self.id, OfContact::new(self.id, self.unseal(sealer)?)))
    }

    fn unseal(self, sealer: &Sealer) -> Result<Contact> {
        let details = if self.details.is_empty() {
            ContactDetails::default()
        } else {
            sealer.open_json(Place(DETAILS, self.id), &self.details)?
        };
        Ok(Contact {
            id: self.id,
            channel: self.channel,
            origin: self.origin,
            state: self.state,
            close_reason: self.close_reason,
            needs_today: self.needs_today,
            details,
            logged_by: self.logged_by,
            closed_at: self.closed_at,
            erased_at: self.erased_at,
            created_at: self.created_at,
            version: self.version,
        })
    }
}

/// The indexes of the telephone number, the email address and the stated reference.
type Indexes = (Option<String>, Option<String>, Option<String>);

fn indexes_of(sealer: &Sealer, details: &ContactDetails) -> Indexes {
    let phone = details.phone.as_deref().map(|phone| phone_index(sealer, phone));
    let email = details.email.as_deref().map(|email| email_index(sealer, email));
    (phone, email, details.stated_reference.as_deref().and_then(|stated| reference_index(sealer, stated)))
}

/// Stores a contact. `code_tag` is the tag of the code with which a person without an account looks up the status of their
/// request.
pub fn insert(tx: &mut Tx, new: &NewContact, logged_by: Option<Id>, code_tag: Option<&str>) -> Result<Id> {
    let id = Id::new(tx.now);
    let (phone, email, reference) = indexes_of(tx.sealer, &new.details);
    diesel::insert_into(contacts::table)
        .values((
            contacts::id.eq(id),
            contacts::channel.eq(new.channel),
            contacts::origin.eq(new.origin),
            contacts::state.eq(ContactState::Open),
            contacts::needs_today.eq(false),
            contacts::details.eq(tx.sealer.seal_json(Place(DETAILS, id), &new.details)?),
            contacts::phone_index.eq(phone),
            contacts::email_index.eq(email),
            contacts::reference_index.eq(reference),
            contacts::code_tag.eq(code_tag),
            contacts::logged_by.eq(logged_by),
            contacts::addresses_set_by.eq(logged_by),
            contacts::unregistered_since.eq(Some(tx.now)),
            contacts::version.eq(1),
            contacts::created_at.eq(tx.now),
            contacts::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The contact.
pub fn find(tx: &mut Tx, contact: &ContactPermit) -> Result<Option<Contact>> {
    let row: Option<Row> = contacts::table.find(contact.id()).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| row.unseal(tx.sealer)).transpose()
}

/// The contact, its row locked until the transaction ends.
pub fn locked(tx: &mut Tx, contact: &ContactPermit) -> Result<Option<Contact>> {
    let id = contact.id();
    if platform::lock_row!(tx.conn, contacts, id)?.is_none() {
        return Ok(None);
    }
    find(tx, contact)
}

/// Contacts, newest first.
pub fn list(tx: &mut Tx, filter: ContactFilter, before: Option<Id>, limit: i64) -> Result<Vec<(Id, OfContact<Result<Contact>>)>> {
    let mut query = contacts::table.select(Row::as_select()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(contacts::state.eq(state));
    }
    if let Some(channel) = filter.channel {
        query = query.filter(contacts::channel.eq(channel));
    }
    if let Some(needs_today) = filter.needs_today {
        query = query.filter(contacts::needs_today.eq(needs_today));
    }
    if let Some(before) = before {
        query = query.filter(contacts::id.lt(before));
    }
    let rows: Vec<Row> = query.order(contacts::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, OfContact::new(row.id, row.unseal(tx.sealer)))).collect())
}

/// The latest contacts from this number.
pub fn by_phone(tx: &mut Tx, phone: &str, limit: i64) -> Result<Vec<(Id, OfContact<Contact>)>> {
    let same = contacts::table.filter(contacts::phone_index.eq_any(phone_indexes(tx.sealer, phone)));
    let rows: Vec<Row> = same.order(contacts::id.desc()).limit(limit).select(Row::as_select()).load(tx.conn)?;
    rows.into_iter().map(|row| row.protected(tx.sealer)).collect()
}

/// The latest contacts from this address.
pub fn by_email(tx: &mut Tx, email: &str, limit: i64) -> Result<Vec<(Id, OfContact<Contact>)>> {
    let same = contacts::table.filter(contacts::email_index.eq(Some(email_index(tx.sealer, email))));
    let rows: Vec<Row> = same.order(contacts::id.desc()).limit(limit).select(Row::as_select()).load(tx.conn)?;
    rows.into_iter().map(|row| row.protected(tx.sealer)).collect()
}

/// The contact of a call-back request with this code.
pub fn by_code(tx: &mut Tx, code_tag: &str) -> Result<Option<Contact>> {
    let row: Option<Row> =
        contacts::table.filter(contacts::code_tag.eq(Some(code_tag))).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| row.unseal(tx.sealer)).transpose()
}

/// Replaces what the caller gave, as a member of staff entered it.
pub fn set_details(tx: &mut Tx, id: Id, details: &ContactDetails, by: Id) -> Result<()> {
    let (phone, email, reference) = indexes_of(tx.sealer, details);
    let columns = (contacts::phone_index, contacts::email_index, contacts::reference_index);
    let before: Indexes = contacts::table.find(id).select(columns).get_result(tx.conn)?;
    if before != (phone.clone(), email.clone(), reference.clone()) {
        diesel::update(contacts::table.find(id)).set(contacts::addresses_set_by.eq(Some(by))).execute(tx.conn)?;
    }
    diesel::update(contacts::table.find(id))
        .set((
            contacts::details.eq(tx.sealer.seal_json(Place(DETAILS, id), details)?),
            contacts::phone_index.eq(phone),
            contacts::email_index.eq(email),
            contacts::reference_index.eq(reference),
            contacts::updated_at.eq(tx.now),
            contacts::version.eq(contacts::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Opens a contact again after another triage.
pub fn reopen(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(contacts::table.find(id))
        .set((
            contacts::state.eq(ContactState::Open),
            contacts::close_reason.eq(None::<ContactCloseReason>),
            contacts::closed_at.eq(None::<UtcTime>),
            contacts::updated_at.eq(tx.now),
            contacts::version.eq(contacts::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub fn close(tx: &mut Tx, id: Id, reason: ContactCloseReason) -> Result<()> {
    diesel::update(contacts::table.find(id))
        .set((
            contacts::state.eq(ContactState::Closed),
            contacts::close_reason.eq(Some(reason)),
            contacts::closed_at.eq(Some(tx.now)),
            contacts::updated_at.eq(tx.now),
            contacts::version.eq(contacts::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records whether a contact needs someone today.
pub fn set_needs_today(tx: &mut Tx, id: Id, needs_today: bool) -> Result<()> {
    diesel::update(contacts::table.find(id))
        .set((
            contacts::needs_today.eq(needs_today),
            contacts::updated_at.eq(tx.now),
            contacts::version.eq(contacts::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Contacts from before `since` whose personal data was not erased, oldest first, whether or not they led to a registration. Those in
/// which life was in danger, or which the emergency services took over, only from before `emergencies_since`.
pub fn due_for_erasure(tx: &mut Tx, since: UtcTime, emergencies_since: UtcTime, limit: i64) -> Result<Vec<Id>> {
    let danger = contact_tasks::table
        .filter(contact_tasks::contact_id.eq(contacts::id))
        .filter(contact_tasks::kind.eq(ContactTaskKind::Danger));
    let taken_over =
        contacts::close_reason.is_not_null().and(contacts::close_reason.eq(Some(ContactCloseReason::EmergencyServices)));
    let was_emergency = diesel::dsl::exists(danger).or(taken_over);
    let over = contacts::table
        .filter(contacts::unregistered_since.lt(Some(since)))
        .filter(contacts::unregistered_since.lt(Some(emergencies_since)).or(diesel::dsl::not(was_emergency)));
    Ok(over.order(contacts::unregistered_since).limit(limit).select(contacts::id).load(tx.conn)?)
}

/// Erases all personal data of a contact.
pub fn erase(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(contacts::table.find(id))
        .set((
            contacts::details.eq(Vec::<u8>::new()),
            contacts::phone_index.eq(None::<String>),
            contacts::email_index.eq(None::<String>),
            contacts::reference_index.eq(None::<String>),
            contacts::code_tag.eq(None::<String>),
            contacts::unregistered_since.eq(None::<UtcTime>),
            contacts::erased_at.eq(Some(tx.now)),
            contacts::updated_at.eq(tx.now),
            contacts::version.eq(contacts::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}
