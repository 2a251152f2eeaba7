//! SQL about the crises of callers that wait until the service looks who they are about.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::contacts::model::RiskSeverity;
use crate::schema::contact_crises;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Place;

const DETAILS: &str = "contact_crises.details";

/// How long a crisis waits that could not be handled.
const POSTPONED_BY: TimeDelta = TimeDelta::minutes(1);

/// A crisis to be stored. The same is stored whether or not anyone is a practitioner.
#[derive(Debug, Clone)]
pub struct NewCrisis {
    pub contact: Id,
    pub severity: RiskSeverity,
    /// The member of staff; `None` where the caller answered the safety question.
    pub reported_by: Option<Id>,
    pub details: CrisisDetails,
}

/// The sealed part of a crisis.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct CrisisDetails {
    /// The reference that was stated with it.
    pub reference: Option<String>,
    /// What a member of staff wrote.
    pub note: Option<String>,
    /// Whether the caller's own number or address may show who it is about.
    pub by_address: bool,
    /// Whether a member of staff raised the alert on purpose: then it counts however often the contact raised one before.
    pub on_purpose: bool,
    /// The practitioners about whose crisis an alert was raised.
    #[serde(default)]
    pub raised: BTreeSet<Id>,
    /// Whether a member of staff stated the reference with the alert: then they chose who it is about, also in the contact of someone else.
    #[serde(default)]
    pub stated_by_staff: bool,
}

platform::redacted_debug!(CrisisDetails);

/// A crisis that was stored.
#[derive(Debug, Clone)]
pub struct StoredCrisis {
    pub id: Id,
    pub contact: Id,
    pub severity: RiskSeverity,
    /// The member of staff; `None` where the caller answered the safety question.
    pub reported_by: Option<Id>,
    /// When it was handled, if it was.
    pub handled_at: Option<UtcTime>,
    pub details: CrisisDetails,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contact_crises)]
struct Row {
    id: Id,
    contact_id: Id,
    severity: RiskSeverity,
    reported_by: Option<Id>,
    details: Option<Vec<u8>>,
    handled_at: Option<UtcTime>,
}

impl Row {
    fn unseal(self, tx: &Tx) -> Result<Option<StoredCrisis>> {
        let Self { id, contact_id: contact, severity, reported_by, details, handled_at } = self;
        let Some(details) = details else { return Ok(None) };
        let details = tx.sealer.open_json(Place(DETAILS, id), &details)?;
        Ok(Some(StoredCrisis { id, contact, severity, reported_by, handled_at, details }))
    }
}

/// Stores a crisis, for the background job.
pub fn insert(tx: &mut Tx, new: &NewCrisis) -> Result<()> {
    let id = Id::new(tx.now);
    diesel::insert_into(contact_crises::table)
        .values((
            contact_crises::id.eq(id),
            contact_crises::contact_id.eq(new.contact),
            contact_crises::severity.eq(new.severity),
            contact_crises::reported_by.eq(new.reported_by),
            contact_crises::details.eq(Some(tx.sealer.seal_json(Place(DETAILS, id), &new.details)?)),
            contact_crises::created_at.eq(tx.now),
            contact_crises::due_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The crises that wait, each with its contact, the oldest first.
pub fn due(tx: &mut Tx, limit: i64) -> Result<Vec<(Id, Id)>> {
    Ok(contact_crises::table
        .filter(contact_crises::handled_at.is_null())
        .filter(contact_crises::due_at.le(tx.now))
        .order((contact_crises::due_at, contact_crises::id))
        .limit(limit)
        .select((contact_crises::id, contact_crises::contact_id))
        .load(tx.conn)?)
}

/// Takes a crisis; `None` when another instance did so first, or its contact was erased.
pub fn claim(tx: &mut Tx, id: Id) -> Result<Option<StoredCrisis>> {
    let waiting = contact_crises::table.find(id).filter(contact_crises::handled_at.is_null());
    if diesel::update(waiting).set(contact_crises::handled_at.eq(Some(tx.now))).execute(tx.conn)? == 0 {
        return Ok(None);
    }
    let row: Row = contact_crises::table.find(id).select(Row::as_select()).get_result(tx.conn)?;
    row.unseal(tx)
}

/// The crises of these contacts that were handled before, as far as they can be read.
pub fn handled_of(tx: &mut Tx, contacts: &[Id]) -> Result<Vec<StoredCrisis>> {
    let rows: Vec<Row> = contact_crises::table
        .filter(contact_crises::contact_id.eq_any(contacts.to_vec()))
        .filter(contact_crises::handled_at.is_not_null())
        .select(Row::as_select())
        .load(tx.conn)?;
    // One that cannot be read counts as none: an alert too many does less harm than none.
    Ok(rows.into_iter().filter_map(|row| row.unseal(tx).ok().flatten()).collect())
}

/// The contact of each crisis that this member of staff reported since then, and whether they stated who it is about. One that cannot be
/// read counts as stated: a flag too many does less harm than none.
pub fn contacts_reported_by(tx: &mut Tx, staff: Id, since: UtcTime) -> Result<Vec<(Id, bool)>> {
    let rows: Vec<Row> = contact_crises::table
        .filter(contact_crises::reported_by.eq(Some(staff)))
        .filter(contact_crises::created_at.ge(since))
        .select(Row::as_select())
        .load(tx.conn)?;
    let stated = |row: Row| row.unseal(tx).map_or(true, |crisis| crisis.is_some_and(|crisis| crisis.details.stated_by_staff));
    Ok(rows.into_iter().map(|row| (row.contact_id, stated(row))).collect())
}

/// Whether a crisis of the contact that this member of staff reported waits to be handled.
pub fn waits(tx: &mut Tx, contact: Id, staff: Id) -> Result<bool> {
    let waiting = contact_crises::table
        .filter(contact_crises::contact_id.eq(contact))
        .filter(contact_crises::handled_at.is_null())
        .filter(contact_crises::reported_by.eq(Some(staff)));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(tx.conn)?)
}

/// Stores about which practitioners a crisis raised an alert. What was stated and written is no longer needed.
pub fn set_raised(tx: &mut Tx, id: Id, raised: BTreeSet<Id>, stated_by_staff: bool) -> Result<()> {
    let details = CrisisDetails { raised, stated_by_staff, ..CrisisDetails::default() };
    diesel::update(contact_crises::table.find(id))
        .set(contact_crises::details.eq(Some(tx.sealer.seal_json(Place(DETAILS, id), &details)?)))
        .execute(tx.conn)?;
    Ok(())
}

/// Has a crisis that could not be handled wait for a moment, so that it does not delay the others.
pub fn postpone(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(contact_crises::table.find(id)).set(contact_crises::due_at.eq(tx.now + POSTPONED_BY)).execute(tx.conn)?;
    Ok(())
}

/// Erases what the crises of a contact contain.
pub fn erase_for_contact(tx: &mut Tx, contact: Id) -> Result<()> {
    diesel::update(contact_crises::table.filter(contact_crises::contact_id.eq(contact)))
        .set((contact_crises::details.eq(None::<Vec<u8>>), contact_crises::handled_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}
