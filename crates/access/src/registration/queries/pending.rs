//! SQL about unconfirmed registrations. They do not reserve their address.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::schema::pending_registrations;
use people::practitioners::details::RegistrationDetails;
use people::practitioners::model::EligibilityDecision;
use people::practitioners::queries::NewBlockedColleague;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, Sealer};

const FORM: &str = "pending_registrations.form";

/// The completed form. Sealed as one document.
#[derive(Clone, Serialize, Deserialize)]
pub struct PendingForm {
    /// The address, as it was typed.
    pub email: String,
    /// The name to be called by; the reference when left out.
    pub pseudonym: Option<String>,
    /// The argon2id hash of the password.
    pub password_hash: String,
    /// The decision that was answered.
    pub decision: EligibilityDecision,
    /// All other details.
    #[serde(rename = "told")]
    pub particulars: RegistrationDetails,
    /// Colleagues who are blocked from the start.
    pub blocked: Vec<NewBlockedColleague>,
    /// The invitation it was filled in with.
    pub invitation: Option<Id>,
}

platform::redacted_debug!(PendingForm);

/// A registration that waits to be confirmed.
#[derive(Debug, Clone)]
pub struct Pending {
    pub id: Id,
    /// The blind index of the address.
    pub email_index: String,
    /// The completed form.
    pub form: PendingForm,
    /// How often its link was opened with a password.
    pub tries: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = pending_registrations)]
struct Row {
    id: Id,
    email_index: String,
    form: Vec<u8>,
    tries: i32,
}

impl Row {
    fn open(self, sealer: &Sealer) -> Result<Pending> {
        let form = sealer.open_json(Place(FORM, self.id), &self.form)?;
        Ok(Pending { id: self.id, email_index: self.email_index, form, tries: self.tries })
    }
}

/// Stores a registration until it is confirmed or expires.
pub fn insert(tx: &mut Tx, id: Id, email_index: &str, form: &PendingForm, expires_at: UtcTime) -> Result<()> {
    diesel::insert_into(pending_registrations::table)
        .values((
            pending_registrations::id.eq(id),
            pending_registrations::email_index.eq(email_index),
            pending_registrations::form.eq(tx.sealer.seal_json(Place(FORM, id), form)?),
            pending_registrations::tries.eq(0),
            pending_registrations::created_at.eq(tx.now),
            pending_registrations::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The unconfirmed registrations of an address, oldest first.
pub fn ids_of(tx: &mut Tx, email_index: &str) -> Result<Vec<Id>> {
    let same = pending_registrations::table.filter(pending_registrations::email_index.eq(email_index));
    Ok(same.order(pending_registrations::id).select(pending_registrations::id).load(tx.conn)?)
}

/// The unconfirmed registrations of an address that were sent a link that still works, oldest first.
pub fn linked(tx: &mut Tx, email_index: &str, most_tries: i32) -> Result<Vec<Id>> {
    let linked = pending_registrations::table
        .filter(pending_registrations::email_index.eq(email_index))
        .filter(pending_registrations::token_hash.is_not_null())
        .filter(pending_registrations::tries.lt(most_tries))
        .filter(pending_registrations::expires_at.gt(tx.now));
    Ok(linked.order(pending_registrations::id).select(pending_registrations::id).load(tx.conn)?)
}

/// The unconfirmed registration with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Pending>> {
    let row: Option<Row> = pending_registrations::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| row.open(tx.sealer)).transpose()
}

/// Sets the link of a registration, which works until `expires_at`; an earlier link stops working.
pub fn set_link(tx: &mut Tx, id: Id, token_hash: &str, expires_at: UtcTime) -> Result<()> {
    diesel::update(pending_registrations::table.find(id))
        .set((pending_registrations::token_hash.eq(Some(token_hash)), pending_registrations::expires_at.eq(expires_at)))
        .execute(tx.conn)?;
    Ok(())
}

/// The registration of a working link, with one more try counted: of several tries at the same moment, no more than `most_tries`
/// succeed.
pub fn try_link(tx: &mut Tx, token_hash: &str, most_tries: i32) -> Result<Option<Pending>> {
    let good = pending_registrations::table
        .filter(pending_registrations::token_hash.eq(Some(token_hash)))
        .filter(pending_registrations::tries.lt(most_tries))
        .filter(pending_registrations::expires_at.gt(tx.now));
    let row: Option<Row> = diesel::update(good)
        .set(pending_registrations::tries.eq(pending_registrations::tries + 1))
        .returning((
            pending_registrations::id,
            pending_registrations::email_index,
            pending_registrations::form,
            pending_registrations::tries,
        ))
        .get_result(tx.conn)
        .optional()?;
    row.map(|row| row.open(tx.sealer)).transpose()
}

/// Does not count a try whose password was not checked.
pub fn uncount_try(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(pending_registrations::table.find(id).filter(pending_registrations::tries.gt(0)))
        .set(pending_registrations::tries.eq(pending_registrations::tries - 1))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes registrations; returns how many there were.
pub fn delete(tx: &mut Tx, ids: &[Id]) -> Result<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(pending_registrations::table.filter(pending_registrations::id.eq_any(ids.to_vec()))).execute(tx.conn)?)
}

/// Deletes registrations that were not confirmed in time; returns how many.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    Ok(diesel::delete(pending_registrations::table.filter(pending_registrations::expires_at.lt(tx.now))).execute(tx.conn)?)
}
