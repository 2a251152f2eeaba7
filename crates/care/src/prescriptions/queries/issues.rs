//! Issues of prescriptions: each issue is a row.

use diesel::prelude::*;

use crate::prescriptions::model::{Issue, PrescriptionState};
use crate::schema::{prescription_issues, prescriptions};
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// Stores an issue of a prescription whose row is locked.
///
/// # Errors
/// 409 when an issue with this number exists, or no further issue is allowed.
pub fn insert(tx: &mut Tx, prescription: Id, number: i32, by: Id) -> Result<Issue> {
    diesel::insert_into(prescription_issues::table)
        .values((
            prescription_issues::id.eq(Id::new(tx.now)),
            prescription_issues::prescription_id.eq(prescription),
            prescription_issues::number.eq(number),
            prescription_issues::issued_by.eq(by),
            prescription_issues::issued_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            const TAKEN: &str =
                "prescription_issues_allowed|prescription_issues_number|prescription_issues.prescription_id, prescription_issues.number";
            if violates(&error, TAKEN) { Reason::AllIssued.into() } else { Error::from(error) }
        })?;
    diesel::update(prescriptions::table.find(prescription))
        .set((
            prescriptions::state.eq(PrescriptionState::Issued),
            prescriptions::issues_made.eq(number),
            prescriptions::last_issued_at.eq(Some(tx.now)),
            prescriptions::version.eq(prescriptions::version + 1),
            prescriptions::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(Issue { number, issued_at: tx.now, issued_by: by })
}

/// All issues of a prescription, earliest first.
pub fn for_prescription(tx: &mut Tx, prescription: Id) -> Result<Vec<Issue>> {
    let rows: Vec<(i32, UtcTime, Id)> = prescription_issues::table
        .filter(prescription_issues::prescription_id.eq(prescription))
        .order(prescription_issues::number)
        .select((prescription_issues::number, prescription_issues::issued_at, prescription_issues::issued_by))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(number, issued_at, issued_by)| Issue { number, issued_at, issued_by }).collect())
}
