//! Whether the general practitioner may be informed: every statement, each whole.

use diesel::prelude::*;

use crate::practitioners::model::{ConsentMethod, GpSharing, GpWords};
use crate::schema::gp_sharing_statements;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const WORDS: &str = "gp_sharing_statements.words";

/// What was said.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Whether the general practitioner may be informed.
    pub consent: GpSharing,
    /// How it was said; not while nothing was.
    pub how: Option<ConsentMethod>,
    /// Who the general practitioner is.
    pub words: GpWords,
    /// Who wrote it down.
    pub by: Option<Id>,
    /// When.
    pub at: Option<UtcTime>,
    /// Counts statements; 0 while there is none.
    pub version: i32,
}

impl Statement {
    /// What holds while nothing was said.
    fn nothing() -> Self {
        Self { consent: GpSharing::NotAsked, how: None, words: GpWords::default(), by: None, at: None, version: 0 }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = gp_sharing_statements)]
struct Row {
    id: Id,
    version: i32,
    consent: GpSharing,
    said_how: ConsentMethod,
    words: Vec<u8>,
    said_by: Id,
    said_at: UtcTime,
}

/// Whether a practitioner's general practitioner may be informed. Not asked is the same as no.
pub fn gp_sharing(tx: &mut Tx, practitioner: Id) -> Result<GpSharing> {
    let said: Option<GpSharing> = gp_sharing_statements::table
        .filter(gp_sharing_statements::practitioner_id.eq(practitioner))
        .order(gp_sharing_statements::version.desc())
        .limit(1)
        .select(gp_sharing_statements::consent)
        .get_result(tx.conn)
        .optional()?;
    Ok(said.unwrap_or(GpSharing::NotAsked))
}

/// What was said last.
pub fn present(tx: &mut Tx, practitioner: Id) -> Result<Statement> {
    history(tx, practitioner, None, 1)?.pop().map_or_else(|| Ok(Statement::nothing()), |(_, said)| said)
}

/// Everything that was said, the newest first.
pub fn history(tx: &mut Tx, practitioner: Id, before: Option<i32>, limit: i64) -> Result<Opened<(i32, Id), Statement>> {
    let mut query = gp_sharing_statements::table
        .filter(gp_sharing_statements::practitioner_id.eq(practitioner))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(gp_sharing_statements::version.lt(before));
    }
    let rows: Vec<Row> = query.order(gp_sharing_statements::version.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| ((row.version, row.id), unseal(tx.sealer, row))).collect())
}

/// What is said now.
#[derive(Debug, Clone)]
pub struct Said {
    /// Whether the general practitioner may be informed.
    pub consent: GpSharing,
    /// How it was said.
    pub how: ConsentMethod,
    /// Who the general practitioner is.
    pub words: GpWords,
}

/// Keeps what is said after the statement of version `after`.
pub fn say(tx: &mut Tx, practitioner: Id, after: i32, said: &Said, by: Id) -> Result<()> {
    let id = Id::new(tx.now);
    diesel::insert_into(gp_sharing_statements::table)
        .values((
            gp_sharing_statements::id.eq(id),
            gp_sharing_statements::practitioner_id.eq(practitioner),
            gp_sharing_statements::version.eq(after + 1),
            gp_sharing_statements::consent.eq(said.consent),
            gp_sharing_statements::said_how.eq(said.how),
            gp_sharing_statements::words.eq(tx.sealer.seal_json(Place(WORDS, id), &said.words)?),
            gp_sharing_statements::said_by.eq(by),
            gp_sharing_statements::said_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds what the registration says to what was said before, where it says something else: nothing that was never given is
/// taken back. Who the general practitioner is stays known.
pub(super) fn settle(tx: &mut Tx, practitioner: Id, given: bool) -> Result<()> {
    if given == gp_sharing(tx, practitioner)?.allows() {
        return Ok(());
    }
    let last = present(tx, practitioner)?;
    let consent = if given { GpSharing::Given } else { GpSharing::Refused };
    let said = Said { consent, how: ConsentMethod::AtRegistration, words: last.words };
    say(tx, practitioner, last.version, &said, practitioner)
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Statement> {
    Ok(Statement {
        consent: row.consent,
        how: Some(row.said_how),
        words: sealer.open_json(Place(WORDS, row.id), &row.words)?,
        by: Some(row.said_by),
        at: Some(row.said_at),
        version: row.version,
    })
}
