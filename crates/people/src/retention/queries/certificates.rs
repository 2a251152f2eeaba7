//! SQL statements about certificates of destruction.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::retention::model::{DestructionCertificate, RetentionEnd, RetentionRule};
use crate::schema::destruction_certificates;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const COUNTS: &str = "destruction_certificates.sealed_counts";

/// By which rule retention ended, the last entry, and how many rows each table had. Stored encrypted: the rule reveals a death, and the
/// number of rows of a table what the record had.
#[derive(Serialize, Deserialize)]
struct SealedCertificateDetails {
    rule: RetentionRule,
    last_entry_on: NaiveDate,
    counts: Vec<(String, usize)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = destruction_certificates)]
struct Row {
    id: Id,
    practitioner_id: Id,
    reference: String,
    due_on: NaiveDate,
    decided_by: Id,
    decided_at: UtcTime,
    confirmed_by: Id,
    destroyed_at: UtcTime,
    sealed_counts: Vec<u8>,
}

impl Row {
    fn open(self, sealer: &Sealer) -> Result<DestructionCertificate> {
        let SealedCertificateDetails { rule, last_entry_on, counts } =
            sealer.open_json(Place(COUNTS, self.id), &self.sealed_counts)?;
        Ok(DestructionCertificate {
            id: self.id,
            practitioner: self.practitioner_id,
            reference: self.reference,
            end: RetentionEnd { rule, last_entry_on, due_on: self.due_on },
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            approved_by: self.confirmed_by,
            destroyed_at: self.destroyed_at,
            counts,
        })
    }
}

/// Stores a certificate.
pub fn insert(tx: &mut Tx, new: &DestructionCertificate) -> Result<()> {
    let counts =
        SealedCertificateDetails { rule: new.end.rule, last_entry_on: new.end.last_entry_on, counts: new.counts.clone() };
    diesel::insert_into(destruction_certificates::table)
        .values((
            destruction_certificates::id.eq(new.id),
            destruction_certificates::practitioner_id.eq(new.practitioner),
            destruction_certificates::reference.eq(&new.reference),
            destruction_certificates::due_on.eq(new.end.due_on),
            destruction_certificates::decided_by.eq(new.decided_by),
            destruction_certificates::decided_at.eq(new.decided_at),
            destruction_certificates::confirmed_by.eq(new.approved_by),
            destruction_certificates::destroyed_at.eq(new.destroyed_at),
            destruction_certificates::sealed_counts.eq(tx.sealer.seal_json(Place(COUNTS, new.id), &counts)?),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The certificate with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<DestructionCertificate>> {
    let row: Option<Row> = destruction_certificates::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| row.open(tx.sealer)).transpose()
}

/// Certificates, the newest first, of the record with this reference or of all.
pub fn list(tx: &mut Tx, reference: Option<&str>, before: Option<Id>, limit: i64) -> Result<Opened<Id, DestructionCertificate>> {
    let mut query = destruction_certificates::table.select(Row::as_select()).into_boxed();
    if let Some(reference) = reference {
        query = query.filter(destruction_certificates::reference.eq(reference.to_owned()));
    }
    if let Some(before) = before {
        query = query.filter(destruction_certificates::id.lt(before));
    }
    let rows: Vec<Row> = query.order(destruction_certificates::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.open(tx.sealer))).collect())
}
