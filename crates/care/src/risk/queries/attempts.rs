//! Database queries about attempts to make contact because of a risk alert. They are added, never changed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::risk::model::{NewContactAttempt, RiskContactMethod};
use crate::schema::risk_contact_attempts;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, readable_or_none};

const DETAILS: &str = "risk_contact_attempts.details";

/// How many attempts of one alert are read: the last ones.
const MOST: usize = 100;

/// An attempt to make contact.
#[derive(Debug, Clone)]
pub struct ContactAttempt {
    pub id: Id,
    pub at: UtcTime,
    /// Who made it.
    pub by: Id,
    /// How, and what came of it; `None` when that cannot be read.
    pub details: Option<ContactAttemptDetails>,
}

/// How an attempt was made, and what came of it. Stored sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct ContactAttemptDetails {
    pub how: RiskContactMethod,
    pub reached: bool,
    pub note: String,
    /// Whether a clinician made it. An earlier version stored none.
    #[serde(default)]
    pub by_clinician: bool,
}

platform::redacted_debug!(ContactAttemptDetails);

/// Adds an attempt.
pub fn insert(tx: &mut Tx, alert: Id, new: NewContactAttempt) -> Result<Id> {
    let id = Id::new(tx.now);
    let NewContactAttempt { by, by_clinician, how, reached, note } = new;
    let details = ContactAttemptDetails { how, reached, note: Private::into_revealed(note), by_clinician };
    diesel::insert_into(risk_contact_attempts::table)
        .values((
            risk_contact_attempts::id.eq(id),
            risk_contact_attempts::alert_id.eq(alert),
            risk_contact_attempts::at.eq(tx.now),
            risk_contact_attempts::made_by.eq(by),
            risk_contact_attempts::details.eq(tx.sealer.seal_json(Place(DETAILS, id), &details)?),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Those of these alerts about which a clinician has tried to reach the practitioner, as far as it can be read.
pub fn made_by_clinicians(tx: &mut Tx, alerts: &[Id]) -> Result<BTreeSet<Id>> {
    let rows: Vec<(Id, Id, Vec<u8>)> = risk_contact_attempts::table
        .filter(risk_contact_attempts::alert_id.eq_any(alerts.to_vec()))
        .select((risk_contact_attempts::id, risk_contact_attempts::alert_id, risk_contact_attempts::details))
        .load(tx.conn)?;
    let by_clinician = |(id, alert, sealed): (Id, Id, Vec<u8>)| {
        let details: ContactAttemptDetails = tx.sealer.open_json(Place(DETAILS, id), &sealed).ok()?;
        details.by_clinician.then_some(alert)
    };
    Ok(rows.into_iter().filter_map(by_clinician).collect())
}

/// The last attempts of each of these alerts, oldest first.
pub fn of(tx: &mut Tx, alerts: &[Id]) -> Result<BTreeMap<Id, Vec<ContactAttempt>>> {
    let rows: Vec<(Id, Id, UtcTime, Id, Vec<u8>)> = risk_contact_attempts::table
        .filter(risk_contact_attempts::alert_id.eq_any(alerts.to_vec()))
        .order(risk_contact_attempts::id)
        .select((
            risk_contact_attempts::id,
            risk_contact_attempts::alert_id,
            risk_contact_attempts::at,
            risk_contact_attempts::made_by,
            risk_contact_attempts::details,
        ))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, Vec<ContactAttempt>> = BTreeMap::new();
    for (id, alert, at, by, sealed) in rows {
        let details = readable_or_none(tx.sealer.open_json(Place(DETAILS, id), &sealed))?;
        found.entry(alert).or_default().push(ContactAttempt { id, at, by, details });
    }
    for attempts in found.values_mut() {
        attempts.drain(..attempts.len().saturating_sub(MOST));
    }
    Ok(found)
}
