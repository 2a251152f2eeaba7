//! Database queries about allergies. Every change is saved as a complete new version; versions are never changed.

use diesel::prelude::*;

use crate::records::model::{Allergies, Allergy, AllergyStatus};
use crate::schema::allergy_statements;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const ALLERGIES: &str = "allergy_statements.allergies";

#[derive(Queryable, Selectable)]
#[diesel(table_name = allergy_statements)]
struct Row {
    id: Id,
    version: i32,
    status: AllergyStatus,
    allergies: Vec<u8>,
    recorded_by: Id,
    recorded_at: UtcTime,
}

/// The current allergies of a practitioner.
pub fn current_allergies(tx: &mut Tx, practitioner: Id) -> Result<Allergies> {
    history(tx, practitioner, None, 1)?.pop().map_or(Ok(Allergies::NOT_ASKED), |(_, allergies)| allergies)
}

/// The number of the current version, 0 if there is none. It is known although the version is damaged, so that it can be replaced.
pub fn current_version(tx: &mut Tx, practitioner: Id) -> Result<i32> {
    Ok(history(tx, practitioner, None, 1)?.pop().map_or(0, |((version, _), _)| version))
}

/// All versions of a practitioner's allergies, newest first.
pub fn history(tx: &mut Tx, practitioner: Id, before: Option<i32>, limit: i64) -> Result<Opened<(i32, Id), Allergies>> {
    let mut query = allergy_statements::table
        .filter(allergy_statements::practitioner_id.eq(practitioner))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(allergy_statements::version.lt(before));
    }
    let rows: Vec<Row> = query.order(allergy_statements::version.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| ((row.version, row.id), unseal(tx.sealer, row))).collect())
}

/// Saves the version that follows version `after`.
pub fn insert(tx: &mut Tx, practitioner: Id, after: i32, allergies: (AllergyStatus, &[Allergy]), by: Id) -> Result<()> {
    let (id, (status, entries)) = (Id::new(tx.now), allergies);
    diesel::insert_into(allergy_statements::table)
        .values((
            allergy_statements::id.eq(id),
            allergy_statements::practitioner_id.eq(practitioner),
            allergy_statements::version.eq(after + 1),
            allergy_statements::status.eq(status),
            allergy_statements::allergies.eq(tx.sealer.seal_json(Place(ALLERGIES, id), &entries)?),
            allergy_statements::recorded_by.eq(by),
            allergy_statements::recorded_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Allergies> {
    let entries: Vec<Allergy> = sealer.open_json(Place(ALLERGIES, row.id), &row.allergies)?;
    if entries.is_empty() == (row.status == AllergyStatus::Known) {
        return Err(Error::internal("allergies and their status contradict each other"));
    }
    Ok(Allergies {
        status: row.status,
        entries,
        recorded_by: Some(row.recorded_by),
        recorded_at: Some(row.recorded_at),
        version: row.version,
    })
}
