//! Database queries about what prescribing needs to know about a practitioner. Every change is saved as a complete new version;
//! versions are never changed.

use diesel::prelude::*;

use crate::records::model::PrescribingDetails;
use crate::schema::prescribing_details;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Place;

const DETAILS: &str = "prescribing_details.details";

/// The details, and who recorded them.
#[derive(Debug, Clone, Default)]
pub struct RecordedDetails {
    pub details: PrescribingDetails,
    /// The clinician who recorded them; none if nothing is recorded.
    pub recorded_by: Option<Id>,
    pub recorded_at: Option<UtcTime>,
    /// Counts the versions; 0 if there is none.
    pub version: i32,
}

/// The current details of a practitioner.
pub fn current(tx: &mut Tx, practitioner: Id) -> Result<RecordedDetails> {
    let row: Option<(Id, i32, Vec<u8>, Id, UtcTime)> = prescribing_details::table
        .filter(prescribing_details::practitioner_id.eq(practitioner))
        .order(prescribing_details::version.desc())
        .select((
            prescribing_details::id,
            prescribing_details::version,
            prescribing_details::details,
            prescribing_details::recorded_by,
            prescribing_details::recorded_at,
        ))
        .first(tx.conn)
        .optional()?;
    let Some((id, version, sealed, by, at)) = row else { return Ok(RecordedDetails::default()) };
    let details = tx.sealer.open_json(Place(DETAILS, id), &sealed)?;
    Ok(RecordedDetails { details, recorded_by: Some(by), recorded_at: Some(at), version })
}

/// The number of the current version, 0 if there is none. It is known although the version is damaged, so that it can be replaced.
pub fn current_version(tx: &mut Tx, practitioner: Id) -> Result<i32> {
    let version: Option<i32> = prescribing_details::table
        .filter(prescribing_details::practitioner_id.eq(practitioner))
        .order(prescribing_details::version.desc())
        .select(prescribing_details::version)
        .first(tx.conn)
        .optional()?;
    Ok(version.unwrap_or(0))
}

/// Saves the version that follows version `after`.
pub fn insert(tx: &mut Tx, practitioner: Id, after: i32, details: &PrescribingDetails, by: Id) -> Result<()> {
    let id = Id::new(tx.now);
    diesel::insert_into(prescribing_details::table)
        .values((
            prescribing_details::id.eq(id),
            prescribing_details::practitioner_id.eq(practitioner),
            prescribing_details::version.eq(after + 1),
            prescribing_details::details.eq(tx.sealer.seal_json(Place(DETAILS, id), details)?),
            prescribing_details::recorded_by.eq(by),
            prescribing_details::recorded_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
