//! The register of prescribing rights.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::prescriptions::model::{PrescribingRight, PrescribingRightKind};
use crate::schema::{prescribers, prescribing_rights};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::private::Private;
use platform::seal::Place;

// The name of the table when values were first sealed: it is part of them, so it stays.
const DETAILS: &str = "prescribing_registers.details";

#[derive(Serialize, Deserialize)]
struct Details {
    private_cd_code: Option<String>,
}

/// A clinician's entry in the register of prescribing rights.
#[derive(Debug, Clone)]
pub struct RightsRecord {
    /// The rights, by kind and first day.
    pub rights: Vec<PrescribingRight>,
    /// The code for private prescriptions of controlled drugs.
    pub private_cd_code: Option<Private<String>>,
    /// The number of changes; 0 when there is no entry.
    pub version: i32,
}

/// A clinician's entry in the register; empty when there is none.
pub fn find(tx: &mut Tx, clinician: Id) -> Result<RightsRecord> {
    let row: Option<(Vec<u8>, i32)> =
        prescribers::table.find(clinician).select((prescribers::details, prescribers::version)).get_result(tx.conn).optional()?;
    let Some((details, version)) = row else {
        return Ok(RightsRecord { rights: Vec::new(), private_cd_code: None, version: 0 });
    };
    let details: Details = tx.sealer.open_json(Place(DETAILS, clinician), &details)?;
    let rights: Vec<(PrescribingRightKind, NaiveDate, Option<NaiveDate>)> = prescribing_rights::table
        .filter(prescribing_rights::clinician_id.eq(clinician))
        .order((prescribing_rights::kind, prescribing_rights::valid_from))
        .select((prescribing_rights::kind, prescribing_rights::valid_from, prescribing_rights::valid_until))
        .load(tx.conn)?;
    let rights =
        rights.into_iter().map(|(kind, valid_from, valid_until)| PrescribingRight { kind, valid_from, valid_until }).collect();
    Ok(RightsRecord { rights, private_cd_code: details.private_cd_code.map(Private::new), version })
}

/// A new entry for a clinician.
#[derive(Clone, Copy)]
pub struct RightsUpdate<'a> {
    pub rights: &'a [PrescribingRight],
    /// The code for private prescriptions of controlled drugs.
    pub code: Option<&'a str>,
    /// The account that makes the change.
    pub by: Id,
}

/// Stores a clinician's entry, replacing version `present`.
pub fn save(tx: &mut Tx, clinician: Id, update: &RightsUpdate<'_>, present: i32) -> Result<()> {
    let RightsUpdate { rights, code, by } = *update;
    let details = tx.sealer.seal_json(Place(DETAILS, clinician), &Details { private_cd_code: code.map(str::to_owned) })?;
    let values = (
        prescribers::details.eq(details),
        prescribers::updated_by.eq(by),
        prescribers::updated_at.eq(tx.now),
        prescribers::version.eq(present + 1),
    );
    if present == 0 {
        diesel::insert_into(prescribers::table).values((prescribers::clinician_id.eq(clinician), values)).execute(tx.conn)?;
    } else {
        diesel::update(prescribers::table.find(clinician)).set(values).execute(tx.conn)?;
    }
    diesel::delete(prescribing_rights::table.filter(prescribing_rights::clinician_id.eq(clinician))).execute(tx.conn)?;
    for right in rights {
        diesel::insert_into(prescribing_rights::table)
            .values((
                prescribing_rights::clinician_id.eq(clinician),
                prescribing_rights::kind.eq(right.kind),
                prescribing_rights::valid_from.eq(right.valid_from),
                prescribing_rights::valid_until.eq(right.valid_until),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}
