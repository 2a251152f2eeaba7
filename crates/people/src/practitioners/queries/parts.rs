//! A practitioner's personal data, each part apart from the others: where someone must be reached, a damaged part must not hide the rest.

use diesel::prelude::*;

use super::DETAILS;
use crate::accounts::queries as accounts;
use crate::practitioners::details::RegistrationDetails;
use crate::practitioners::model::Pathway;
use crate::schema::practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, readable_or_none};

/// A practitioner's personal data as far as it can be read.
#[derive(Debug, Clone)]
pub struct PractitionerParts {
    pub id: Id,
    /// The code that is used in place of the name. It is not sealed.
    pub reference: String,
    pub pathway: Pathway,
    /// When they registered.
    pub created_at: UtcTime,
    /// The name they want to be called by; none where it is damaged.
    pub pseudonym: Option<Private<String>>,
    /// Their registration details; none where they are damaged.
    pub details: Option<RegistrationDetails>,
}

/// The practitioner with this id. What is damaged is logged with the id of its row.
///
/// # Errors
/// When the database fails.
pub fn find_parts(tx: &mut Tx, id: Id) -> Result<Option<PractitionerParts>> {
    let row: Option<(String, Pathway, UtcTime, Vec<u8>)> = practitioners::table
        .find(id)
        .select((practitioners::reference, practitioners::pathway, practitioners::created_at, practitioners::details))
        .get_result(tx.conn)
        .optional()?;
    let Some((reference, pathway, created_at, sealed)) = row else { return Ok(None) };
    let pseudonym = accounts::readable_names(tx, &[id])?.0.remove(&id);
    let details = readable_or_none(tx.sealer.open_json(Place(DETAILS, id), &sealed))?;
    Ok(Some(PractitionerParts { id, reference, pathway, created_at, pseudonym, details }))
}

/// The telephone number of a practitioner's registration: none where they gave none or it is damaged, which is logged.
///
/// # Errors
/// When the database fails.
pub fn registered_phone(tx: &mut Tx, id: Id) -> Result<Option<Private<String>>> {
    let sealed: Option<Vec<u8>> = practitioners::table.find(id).select(practitioners::details).get_result(tx.conn).optional()?;
    let Some(sealed) = sealed else { return Ok(None) };
    let details: Option<RegistrationDetails> = readable_or_none(tx.sealer.open_json(Place(DETAILS, id), &sealed))?;
    Ok(details.and_then(|details| details.phone).map(Private::new))
}
