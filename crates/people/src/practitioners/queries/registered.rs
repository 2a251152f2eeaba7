//! Who registered in a period, for figures.

use diesel::prelude::*;

use super::DETAILS;
use crate::practitioners::details::RegistrationDetails;
use crate::practitioners::model::CountedRegistration;
use crate::schema::practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, readable_or_none};

/// Those who registered from `from` (included) to `to` (excluded), as their registrations are now. Those whose details cannot be
/// decrypted are left out and logged.
pub fn registered_between(tx: &mut Tx, from: UtcTime, to: UtcTime) -> Result<Vec<CountedRegistration>> {
    let rows: Vec<(Id, Vec<u8>)> = practitioners::table
        .filter(practitioners::created_at.ge(from))
        .filter(practitioners::created_at.lt(to))
        .order((practitioners::created_at, practitioners::id))
        .select((practitioners::id, practitioners::details))
        .load(tx.conn)?;
    let mut found = Vec::with_capacity(rows.len());
    for (practitioner, sealed) in rows {
        let details: Option<RegistrationDetails> = readable_or_none(tx.sealer.open_json(Place(DETAILS, practitioner), &sealed))?;
        found.extend(details.map(|details| CountedRegistration {
            practitioner,
            profession: details.profession,
            nation: details.nation,
            region: details.region,
            icb_code: details.icb_code,
        }));
    }
    Ok(found)
}
