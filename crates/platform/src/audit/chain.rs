//! The chain of the audit trail: each row has a number and a tag over itself and the tag before it.
//!
//! The tag is keyed with a key that the database does not hold, so that a person who can rewrite the table cannot rewrite the chain.
//! Rows from before the key have a plain hash; after the first keyed link a plain one is a broken link.
//!
//! A row waits some seconds for its link. So that none can be added by hand meanwhile, each has a keyed tag of its own from the moment
//! it is written; after the first row with one, a row without the right one is a broken link.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::rows::Row;
use crate::Tx;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::audit_events;
use crate::seal::Sealer;

/// How many rows are chained or verified at a time.
const BATCH: i64 = 500;

/// The form of a plain link, where it is stored at all.
const PLAIN: i32 = 1;
/// The form of a keyed link over all columns.
const KEYED: i32 = 2;

#[derive(Queryable)]
struct Event {
    id: Id,
    at: UtcTime,
    actor_id: Option<Id>,
    actor_role: String,
    action: String,
    subject_kind: String,
    subject_id: Option<Id>,
    chain_number: Option<i64>,
    chain_hash: Option<String>,
    practitioner_id: Option<Id>,
    basis: Option<String>,
    refused: bool,
    chain_form: Option<i32>,
    row_tag: Option<String>,
}

impl Event {
    fn row(&self) -> Row<'_> {
        Row {
            id: self.id,
            at: self.at,
            actor: self.actor_id,
            role: &self.actor_role,
            action: &self.action,
            kind: &self.subject_kind,
            subject: self.subject_id,
            practitioner: self.practitioner_id,
            basis: self.basis.as_deref(),
            refused: self.refused,
        }
    }

    /// True for a row that the service wrote, and for one from before rows had a tag.
    fn is_genuine(&self, sealer: &Sealer, verified: &VerifiedChain) -> bool {
        match &self.row_tag {
            Some(tag) => *tag == self.row().tag(sealer),
            None => verified.tagged_from.is_none(),
        }
    }

    /// The plain hash of this event when it follows `before`, as rows from before the key have it.
    fn plain_link(&self, number: i64, before: &str) -> String {
        let text = |id: &Option<Id>| id.map_or_else(String::new, |id| id.to_string());
        let fields = [
            before.to_owned(),
            number.to_string(),
            self.id.to_string(),
            self.at.to_string(),
            text(&self.actor_id),
            self.actor_role.clone(),
            self.action.clone(),
            self.subject_kind.clone(),
            text(&self.subject_id),
        ];
        URL_SAFE_NO_PAD.encode(Sha256::digest(fields.join("\n").as_bytes()))
    }

    /// The keyed tag of this event when it follows `before`.
    fn keyed_link(&self, sealer: &Sealer, number: i64, before: &str) -> String {
        let chained = [before.to_owned(), number.to_string(), KEYED.to_string()];
        let fields: Vec<String> = chained.into_iter().chain(self.row().parts()).collect();
        let parts: Vec<&[u8]> = fields.iter().map(String::as_bytes).collect();
        URL_SAFE_NO_PAD.encode(sealer.audit_tag(&parts))
    }

    /// The link that this event must have after `before`; none when its form is unknown, or plain after a keyed link.
    fn expected_link(&self, sealer: &Sealer, number: i64, before: &VerifiedChain) -> Option<String> {
        match self.chain_form {
            Some(KEYED) => Some(self.keyed_link(sealer, number, &before.hash)),
            None | Some(PLAIN) if before.keyed_from.is_none() => Some(self.plain_link(number, &before.hash)),
            _ => None,
        }
    }
}

/// Chains rows that are committed and not yet chained; returns how many. Instances take turns: by an advisory lock on PostgreSQL,
/// by the single writer on SQLite.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn chain(tx: &mut Tx) -> Result<usize> {
    if let Conn::Postgres(inner) = tx.conn {
        diesel::sql_query("SELECT pg_advisory_xact_lock(7270116)").execute(inner)?;
    }
    let (mut number, mut hash) = head(tx.conn)?.map_or((0, String::new()), |head| (head.number, head.hash));
    let unchained: Vec<Event> = audit_events::table
        .filter(audit_events::chain_hash.is_null())
        .order(audit_events::id)
        .limit(BATCH)
        .select(audit_events::all_columns)
        .load(tx.conn)?;
    for event in &unchained {
        number += 1;
        hash = event.keyed_link(tx.sealer, number, &hash);
        diesel::update(audit_events::table.find(event.id))
            .set((audit_events::chain_number.eq(number), audit_events::chain_hash.eq(&hash), audit_events::chain_form.eq(KEYED)))
            .execute(tx.conn)?;
    }
    Ok(unchained.len())
}

/// The last link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// Its number, which is the length of the chain.
    pub number: i64,
    /// Its tag.
    pub hash: String,
    /// When the event happened.
    pub at: UtcTime,
}

/// The last link of the chain, if there is any.
///
/// # Errors
/// When the database cannot be read.
pub fn head(conn: &mut Conn) -> Result<Option<ChainHead>> {
    let last: Option<(Option<i64>, Option<String>, UtcTime)> = audit_events::table
        .filter(audit_events::chain_number.is_not_null())
        .order(audit_events::chain_number.desc())
        .select((audit_events::chain_number, audit_events::chain_hash, audit_events::at))
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(last.map(|(number, hash, at)| ChainHead { number: number.unwrap_or(0), hash: hash.unwrap_or_default(), at }))
}

/// The tag of the link with that number, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub fn link(conn: &mut Conn, number: i64) -> Result<Option<String>> {
    let found = audit_events::table.filter(audit_events::chain_number.eq(number)).select(audit_events::chain_hash);
    Ok(found.get_result::<Option<String>>(conn).optional()?.flatten())
}

/// How many rows wait to be chained.
///
/// # Errors
/// When the database cannot be read.
pub fn waiting(conn: &mut Conn) -> Result<i64> {
    Ok(audit_events::table.filter(audit_events::chain_hash.is_null()).count().get_result(conn)?)
}

/// The part of the chain that was verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifiedChain {
    /// The number of its last link.
    pub number: i64,
    /// The tag of its last link.
    pub hash: String,
    /// The number of the first keyed link, if there is one.
    pub keyed_from: Option<i64>,
    /// The number of the first row with a tag of its own, if there is one.
    pub tagged_from: Option<i64>,
}

/// What is wrong with the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// No row has the number of the link: it was removed.
    MissingRow,
    /// The row with that number does not match its link: the row, the link or what comes before was altered.
    AlteredRow,
    /// A row outside the chain, without a link or with a part of one, that the service did not write as it is.
    UnlinkedRow,
    /// A row that this program has committed is gone, before its link was verified.
    RemovedRow,
}

impl Damage {
    /// The word for it in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingRow => "missing row",
            Self::AlteredRow => "altered row",
            Self::UnlinkedRow => "unlinked row",
            Self::RemovedRow => "removed row",
        }
    }
}

/// Where the trail is damaged first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenLink {
    pub damage: Damage,
    /// The number of the link; of a row outside the chain, that of the next link.
    pub number: i64,
    /// The damaged row; of a missing one, the next row that is there.
    pub id: Option<Id>,
    /// When the event of that row happened, as the row says.
    pub at: Option<UtcTime>,
}

impl BrokenLink {
    fn of(damage: Damage, number: i64, row: Option<&Event>) -> Self {
        Self { damage, number, id: row.map(|row| row.id), at: row.map(|row| row.at) }
    }
}

/// Verifies the next rows after a verified part; none when no row follows. That the verified part still ends as it did is checked
/// first, so that a removed or rewritten end is detected.
///
/// # Errors
/// When the database cannot be read.
pub fn verify_next(
    conn: &mut Conn,
    sealer: &Sealer,
    verified: &VerifiedChain,
) -> Result<Result<Option<VerifiedChain>, BrokenLink>> {
    let rows: Vec<Event> = audit_events::table
        .filter(audit_events::chain_number.ge(Some(verified.number)))
        .order(audit_events::chain_number)
        .limit(BATCH + 1)
        .select(audit_events::all_columns)
        .load(conn)?;
    let mut rows = rows.into_iter().peekable();
    if verified.number > 0 {
        let last = rows.next();
        let broken = |damage| Ok(Err(BrokenLink::of(damage, verified.number, last.as_ref())));
        match &last {
            Some(last) if last.chain_number == Some(verified.number) => {
                if last.chain_hash.as_ref() != Some(&verified.hash) {
                    return broken(Damage::AlteredRow);
                }
            }
            _ => return broken(Damage::MissingRow),
        }
    }
    if rows.peek().is_none() {
        let outside = first_forged_outside(conn, sealer, verified)?;
        return Ok(match outside {
            Some(row) => Err(BrokenLink::of(Damage::UnlinkedRow, verified.number + 1, Some(&row))),
            None => Ok(None),
        });
    }
    let mut next = verified.clone();
    for event in rows {
        let number = next.number + 1;
        let expected = event.expected_link(sealer, number, &next).filter(|_| event.is_genuine(sealer, &next));
        if event.chain_number > Some(number) {
            return Ok(Err(BrokenLink::of(Damage::MissingRow, number, Some(&event))));
        }
        match &event.chain_hash {
            Some(hash) if event.chain_number == Some(number) && Some(hash) == expected.as_ref() => next.hash.clone_from(hash),
            _ => return Ok(Err(BrokenLink::of(Damage::AlteredRow, number, Some(&event)))),
        }
        next.number = number;
        next.keyed_from = next.keyed_from.or((event.chain_form == Some(KEYED)).then_some(number));
        next.tagged_from = next.tagged_from.or(event.row_tag.is_some().then_some(number));
    }
    Ok(Ok(Some(next)))
}

/// The first row outside the chain that the service did not write: one that waits for its link without the right tag, one with a link
/// and no number, or with a number before the first.
fn first_forged_outside(conn: &mut Conn, sealer: &Sealer, verified: &VerifiedChain) -> Result<Option<Event>> {
    let mut after = None;
    loop {
        let mut query = audit_events::table.select(audit_events::all_columns).into_boxed();
        query = query.filter(audit_events::chain_number.is_null().or(audit_events::chain_number.lt(1)));
        if let Some(after) = after {
            query = query.filter(audit_events::id.gt(after));
        }
        let rows: Vec<Event> = query.order(audit_events::id).limit(BATCH).load(conn)?;
        let Some(last) = rows.last().map(|last| last.id) else { return Ok(None) };
        let is_forged =
            |row: &&Event| row.chain_hash.is_some() || row.chain_number.is_some() || !row.is_genuine(sealer, verified);
        if let Some(at) = rows.iter().position(|row| is_forged(&row)) {
            return Ok(rows.into_iter().nth(at));
        }
        after = Some(last);
    }
}

/// Verifies the whole chain and returns the number of the first link that does not match.
///
/// # Errors
/// When the database cannot be read.
pub fn first_broken_link(tx: &mut Tx) -> Result<Option<i64>> {
    let mut verified = VerifiedChain::default();
    loop {
        match verify_next(tx.conn, tx.sealer, &verified)? {
            Ok(Some(next)) => verified = next,
            Ok(None) => return Ok(None),
            Err(broken) => return Ok(Some(broken.number)),
        }
    }
}
