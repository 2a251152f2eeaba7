//! The consent to tell the general practitioner, as the record keeps it: what a registration says of it is said there too.

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::schema::gp_sharing_statements as statements;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::seal::Place;

const WORDS: &str = "gp_sharing_statements.words";
const GIVEN: &str = "given";

/// Adds what the registration says to what was said before, where it says something else: nothing that was never given is
/// taken back. Who the general practitioner is stays known.
pub(super) fn settle(tx: &mut Tx, practitioner: Id, given: bool) -> Result<()> {
    let last: Option<(Id, i32, String, Vec<u8>)> = statements::table
        .filter(statements::practitioner_id.eq(practitioner))
        .order(statements::version.desc())
        .limit(1)
        .select((statements::id, statements::version, statements::consent, statements::words))
        .get_result(tx.conn)
        .optional()?;
    if given == last.as_ref().is_some_and(|(_, _, consent, _)| consent == GIVEN) {
        return Ok(());
    }
    let (version, words) = match last {
        Some((id, version, _, words)) => (version, tx.sealer.open_json::<Value>(Place(WORDS, id), &words)?),
        None => (0, json!({})),
    };
    let id = Id::new(tx.now);
    diesel::insert_into(statements::table)
        .values((
            statements::id.eq(id),
            statements::practitioner_id.eq(practitioner),
            statements::version.eq(version + 1),
            statements::consent.eq(if given { GIVEN } else { "refused" }),
            statements::said_how.eq("at_registration"),
            statements::words.eq(tx.sealer.seal_json(Place(WORDS, id), &words)?),
            statements::said_by.eq(practitioner),
            statements::said_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
