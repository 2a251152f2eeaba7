//! SQL statements about consent to share information with the general practitioner. Every change adds a full record.

use diesel::prelude::*;

use crate::practitioners::model::{ConsentMethod, GpDetails, GpSharing};
use crate::schema::gp_sharing_statements;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

// The name of the column when values were first sealed: it is part of them, so it stays.
const GP_DETAILS: &str = "gp_sharing_statements.words";

/// A record of consent to share with the general practitioner.
#[derive(Debug, Clone)]
pub struct GpSharingRecord {
    /// Whether the general practitioner may be informed.
    pub consent: GpSharing,
    /// How consent was given or refused; `None` while the practitioner has not been asked.
    pub method: Option<ConsentMethod>,
    /// Who the general practitioner is.
    pub gp: GpDetails,
    /// The account that recorded it.
    pub recorded_by: Option<Id>,
    pub recorded_at: Option<UtcTime>,
    /// The number of records; 0 while there is none.
    pub version: i32,
}

impl GpSharingRecord {
    /// The state before the practitioner is asked.
    fn not_asked() -> Self {
        Self {
            consent: GpSharing::NotAsked,
            method: None,
            gp: GpDetails::default(),
            recorded_by: None,
            recorded_at: None,
            version: 0,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = gp_sharing_statements)]
struct Row {
    id: Id,
    version: i32,
    consent: GpSharing,
    method: ConsentMethod,
    details: Vec<u8>,
    recorded_by: Id,
    recorded_at: UtcTime,
}

/// Whether a practitioner's general practitioner may be informed. Not asked has the same effect as refused.
pub fn gp_sharing(tx: &mut Tx, practitioner: Id) -> Result<GpSharing> {
    let consent: Option<GpSharing> = gp_sharing_statements::table
        .filter(gp_sharing_statements::practitioner_id.eq(practitioner))
        .order(gp_sharing_statements::version.desc())
        .limit(1)
        .select(gp_sharing_statements::consent)
        .get_result(tx.conn)
        .optional()?;
    Ok(consent.unwrap_or(GpSharing::NotAsked))
}

/// The latest record.
pub fn latest(tx: &mut Tx, practitioner: Id) -> Result<GpSharingRecord> {
    history(tx, practitioner, None, 1)?.pop().map_or_else(|| Ok(GpSharingRecord::not_asked()), |(_, record)| record)
}

/// Every record, the newest first.
pub fn history(tx: &mut Tx, practitioner: Id, before: Option<i32>, limit: i64) -> Result<Opened<(i32, Id), GpSharingRecord>> {
    let mut query = gp_sharing_statements::table
        .filter(gp_sharing_statements::practitioner_id.eq(practitioner))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(gp_sharing_statements::version.lt(before));
    }
    let rows: Vec<Row> = query.order(gp_sharing_statements::version.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| ((row.version, row.id), unseal(tx.sealer, row))).collect())
}

/// A new record.
#[derive(Debug, Clone)]
pub struct NewGpSharing {
    /// Whether the general practitioner may be informed.
    pub consent: GpSharing,
    /// How consent was given or refused.
    pub method: ConsentMethod,
    /// Who the general practitioner is.
    pub gp: GpDetails,
}

/// Adds a record after the one of version `after`.
pub fn record(tx: &mut Tx, practitioner: Id, after: i32, new: &NewGpSharing, by: Id) -> Result<()> {
    let id = Id::new(tx.now);
    diesel::insert_into(gp_sharing_statements::table)
        .values((
            gp_sharing_statements::id.eq(id),
            gp_sharing_statements::practitioner_id.eq(practitioner),
            gp_sharing_statements::version.eq(after + 1),
            gp_sharing_statements::consent.eq(new.consent),
            gp_sharing_statements::method.eq(new.method),
            gp_sharing_statements::details.eq(tx.sealer.seal_json(Place(GP_DETAILS, id), &new.gp)?),
            gp_sharing_statements::recorded_by.eq(by),
            gp_sharing_statements::recorded_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds a record where the registration changes the consent. No refusal is recorded where consent was never given. The details of
/// the general practitioner are carried over.
pub(super) fn record_from_registration(tx: &mut Tx, practitioner: Id, given: bool) -> Result<()> {
    if given == gp_sharing(tx, practitioner)?.allows() {
        return Ok(());
    }
    let last = latest(tx, practitioner)?;
    let consent = if given { GpSharing::Given } else { GpSharing::Refused };
    let new = NewGpSharing { consent, method: ConsentMethod::AtRegistration, gp: last.gp };
    record(tx, practitioner, last.version, &new, practitioner)
}

fn unseal(sealer: &Sealer, row: Row) -> Result<GpSharingRecord> {
    Ok(GpSharingRecord {
        consent: row.consent,
        method: Some(row.method),
        gp: sealer.open_json(Place(GP_DETAILS, row.id), &row.details)?,
        recorded_by: Some(row.recorded_by),
        recorded_at: Some(row.recorded_at),
        version: row.version,
    })
}
