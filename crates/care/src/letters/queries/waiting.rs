//! Letters that are agreed and wait to be sent.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::letters::model::LetterState;
use crate::schema::letters;
use people::accounts::queries as accounts;
use people::practitioners::queries as registration;
use people::relationships::KnownTo;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

/// A letter that waits to be sent. Nothing of its content is opened.
#[derive(Debug, Clone)]
pub struct Unsent {
    pub id: Id,
    pub practitioner: Id,
    /// The clinician who wrote it.
    pub clinician: Id,
    /// The practitioner's reference.
    pub reference: String,
    /// The practitioner's name in the service; the reference where it cannot be read.
    pub pseudonym: String,
    pub agreed_at: UtcTime,
}

/// The agreed letters about practitioners that the reader may know of, the oldest first; with an author only theirs.
pub fn unsent(tx: &mut Tx, known_to: &KnownTo, author: Option<Id>, after: Option<Id>, limit: i64) -> Result<Vec<Unsent>> {
    let mut query = letters::table
        .filter(letters::state.eq(LetterState::Agreed))
        .filter(sql::<Bool>(&known_to.condition("letters.practitioner_id")))
        .select((letters::id, letters::practitioner_id, letters::clinician_id, letters::agreed_at))
        .into_boxed();
    if let Some(author) = author {
        query = query.filter(letters::clinician_id.eq(author));
    }
    if let Some(after) = after {
        query = query.filter(letters::id.gt(after));
    }
    let rows: Vec<(Id, Id, Id, Option<UtcTime>)> = query.order(letters::id).limit(limit).load(tx.conn)?;
    let people: Vec<Id> = rows.iter().map(|(_, practitioner, ..)| *practitioner).collect();
    let references = registration::references(tx, &people)?;
    // A letter is listed even if the practitioner's own name cannot be read.
    let (names, _) = accounts::readable_names(tx, &people)?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, practitioner, clinician, agreed_at) in rows {
        let reference = references.get(&practitioner).cloned();
        let reference = reference.ok_or_else(|| Error::internal("a letter about a practitioner who is not registered"))?;
        let agreed_at = agreed_at.ok_or_else(|| Error::internal("an agreed letter without the time of the agreement"))?;
        let pseudonym = names.get(&practitioner).map_or_else(|| reference.clone(), |name| name.reveal().clone());
        found.push(Unsent { id, practitioner, clinician, reference, pseudonym, agreed_at });
    }
    Ok(found)
}
