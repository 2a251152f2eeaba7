//! The history of letters: who did what, and when.

use diesel::prelude::*;

use crate::letters::model::LetterEventKind;
use crate::schema::letter_events;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, readable_or_none};

const REASON: &str = "letter_events.sealed_reason";

/// How many entries of a history are read, the latest ones.
const MOST: i64 = 200;

/// An entry of the history of a letter.
#[derive(Debug, Clone)]
pub struct LetterEvent {
    pub event: LetterEventKind,
    /// The account that did it.
    pub actor: Id,
    /// Why, if a reason was given; `None` too when it cannot be read, which must not keep anyone from withdrawing consent.
    pub reason: Option<Private<String>>,
    pub at: UtcTime,
}

/// Adds an entry.
pub fn insert_event(tx: &mut Tx, letter: Id, actor: Id, event: LetterEventKind, reason: Option<&str>) -> Result<()> {
    let id = Id::new(tx.now);
    let reason = reason.map(|reason| tx.sealer.seal_text(Place(REASON, id), reason)).transpose()?;
    diesel::insert_into(letter_events::table)
        .values((
            letter_events::id.eq(id),
            letter_events::letter_id.eq(letter),
            letter_events::event.eq(event),
            letter_events::actor_id.eq(actor),
            letter_events::sealed_reason.eq(reason),
            letter_events::at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type Row = (Id, LetterEventKind, Id, Option<Vec<u8>>, UtcTime);

/// The history of a letter, oldest first.
pub fn events(tx: &mut Tx, letter: Id) -> Result<Vec<LetterEvent>> {
    let rows: Vec<Row> = letter_events::table
        .filter(letter_events::letter_id.eq(letter))
        .order(letter_events::id.desc())
        .limit(MOST)
        .select((
            letter_events::id,
            letter_events::event,
            letter_events::actor_id,
            letter_events::sealed_reason,
            letter_events::at,
        ))
        .load(tx.conn)?;
    let open = |(id, event, actor, sealed, at): Row| {
        let reason =
            sealed.map(|sealed| readable_or_none(tx.sealer.open_text(Place(REASON, id), &sealed))).transpose()?.flatten();
        Ok(LetterEvent { event, actor, reason: reason.map(Private::new), at })
    };
    rows.into_iter().rev().map(open).collect()
}
