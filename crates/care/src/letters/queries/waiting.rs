//! Letters that are agreed and wait to be sent.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::letters::model::{LetterState, Recipient};
use crate::letters::queries::content_of;
use crate::schema::letters;
use people::accounts::queries as accounts;
use people::practitioners::queries as registration;
use people::relationships::PermittedPractitioners;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::Opened;

/// A letter that waits to be sent. Of its content only the recipient is used, for the question whether it can be sent.
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
    /// Who it goes to.
    pub recipient: Recipient,
}

type Row = (Id, Id, Id, Option<UtcTime>, Vec<u8>);

/// The agreed letters about practitioners that the reader may know of, the oldest first; with an author only theirs.
pub fn unsent(
    tx: &mut Tx,
    permitted: &PermittedPractitioners,
    author: Option<Id>,
    after: Option<Id>,
    limit: i64,
) -> Result<Opened<Id, Unsent>> {
    let mut query = letters::table
        .filter(letters::state.eq(LetterState::Agreed))
        .filter(sql::<Bool>(&permitted.condition("letters.practitioner_id")))
        .select((letters::id, letters::practitioner_id, letters::clinician_id, letters::agreed_at, letters::sealed_content))
        .into_boxed();
    if let Some(author) = author {
        query = query.filter(letters::clinician_id.eq(author));
    }
    if let Some(after) = after {
        query = query.filter(letters::id.gt(after));
    }
    let rows: Vec<Row> = query.order(letters::id).limit(limit).load(tx.conn)?;
    let people: Vec<Id> = rows.iter().map(|(_, practitioner, ..)| *practitioner).collect();
    let references = registration::references(tx, &people)?;
    // A letter is listed even if the practitioner's own name cannot be read.
    let (names, _) = accounts::readable_names(tx, &people)?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, practitioner, clinician, agreed_at, sealed) in rows {
        let reference = references.get(&practitioner).cloned();
        let reference = reference.ok_or_else(|| Error::internal("a letter about a practitioner who is not registered"))?;
        let agreed_at = agreed_at.ok_or_else(|| Error::internal("an agreed letter without the time of the agreement"))?;
        let pseudonym = names.get(&practitioner).map_or_else(|| reference.clone(), |name| name.reveal().clone());
        let letter = content_of(tx.sealer, id, &sealed).map(|content| {
            let recipient = content.recipient;
            Unsent { id, practitioner, clinician, reference, pseudonym, agreed_at, recipient }
        });
        found.push((id, letter));
    }
    Ok(found)
}

/// The ids of agreed letters after this one, in order.
pub fn agreed(tx: &mut Tx, after: Option<Id>, limit: i64) -> Result<Vec<Id>> {
    let mut query = letters::table.filter(letters::state.eq(LetterState::Agreed)).select(letters::id).into_boxed();
    if let Some(after) = after {
        query = query.filter(letters::id.gt(after));
    }
    Ok(query.order(letters::id).limit(limit).load(tx.conn)?)
}

/// Notes that the author is notified that an agreed letter cannot be sent; false when that was noted before.
pub fn note_unsendable(tx: &mut Tx, id: Id) -> Result<bool> {
    let letter =
        letters::table.find(id).filter(letters::state.eq(LetterState::Agreed)).filter(letters::unsendable_notified_at.is_null());
    Ok(diesel::update(letter).set(letters::unsendable_notified_at.eq(Some(tx.now))).execute(tx.conn)? == 1)
}

/// Notes that an agreed letter can be sent again; false when nothing else was noted.
pub fn note_sendable(tx: &mut Tx, id: Id) -> Result<bool> {
    let letter = letters::table
        .find(id)
        .filter(letters::state.eq(LetterState::Agreed))
        .filter(letters::unsendable_notified_at.is_not_null());
    Ok(diesel::update(letter).set(letters::unsendable_notified_at.eq(None::<UtcTime>)).execute(tx.conn)? == 1)
}
