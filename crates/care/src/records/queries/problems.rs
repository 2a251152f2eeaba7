//! The problem list. What was on it stays, and what a problem was before a change too.

use diesel::prelude::*;

use crate::records::model::{ProblemState, ProblemWords};
use crate::schema::{problem_versions, problems};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const WORDS: &str = "problems.words";
const WERE: &str = "problem_versions.words";

/// A problem.
#[derive(Debug, Clone)]
pub struct Problem {
    pub id: Id,
    pub practitioner: Id,
    pub state: ProblemState,
    /// Whether the practitioner sees it.
    pub shared: bool,
    /// What is said of it.
    pub words: ProblemWords,
    pub version: i32,
    /// Who put it on the list.
    pub recorded_by: Id,
    pub recorded_at: UtcTime,
    /// Who changed it last.
    pub changed_by: Id,
    pub changed_at: UtcTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = problems)]
struct Row {
    id: Id,
    practitioner_id: Id,
    state: ProblemState,
    shared: bool,
    words: Vec<u8>,
    version: i32,
    recorded_by: Id,
    recorded_at: UtcTime,
    changed_by: Id,
    changed_at: UtcTime,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Problem> {
    Ok(Problem {
        id: row.id,
        practitioner: row.practitioner_id,
        state: row.state,
        shared: row.shared,
        words: sealer.open_json(Place(WORDS, row.id), &row.words)?,
        version: row.version,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    })
}

/// Puts a problem on the list.
pub fn insert(tx: &mut Tx, practitioner: Id, words: &ProblemWords, shared: bool, by: Id) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(problems::table)
        .values((
            problems::id.eq(id),
            problems::practitioner_id.eq(practitioner),
            problems::state.eq(ProblemState::Active),
            problems::shared.eq(shared),
            problems::words.eq(tx.sealer.seal_json(Place(WORDS, id), words)?),
            problems::version.eq(1),
            problems::recorded_by.eq(by),
            problems::recorded_at.eq(tx.now),
            problems::changed_by.eq(by),
            problems::changed_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The problem of that id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Problem>> {
    let row: Option<Row> = problems::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// Whose problem it is.
pub fn owner(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(problems::table.find(id).select(problems::practitioner_id).get_result(tx.conn).optional()?)
}

/// How many a practitioner's list has.
pub fn count(tx: &mut Tx, practitioner: Id) -> Result<i64> {
    Ok(problems::table.filter(problems::practitioner_id.eq(practitioner)).count().get_result(tx.conn)?)
}

/// A practitioner's problems, the newest first.
pub fn list(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, Problem>> {
    let mut query = problems::table.filter(problems::practitioner_id.eq(practitioner)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(problems::id.lt(before));
    }
    let rows: Vec<Row> = query.order(problems::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// The problems that the practitioner sees: shared ones that were not a mistake; the newest first.
pub fn shared(tx: &mut Tx, practitioner: Id) -> Result<Vec<Problem>> {
    let rows: Vec<Row> = problems::table
        .filter(problems::practitioner_id.eq(practitioner))
        .filter(problems::shared.eq(true))
        .filter(problems::state.ne(ProblemState::EnteredInError))
        .order(problems::id.desc())
        .select(Row::as_select())
        .load(tx.conn)?;
    rows.into_iter().map(|row| unseal(tx.sealer, row)).collect()
}

/// What a problem becomes.
#[derive(Debug, Clone)]
pub struct Becomes {
    pub state: ProblemState,
    /// Whether the practitioner sees it.
    pub shared: bool,
    /// What is said of it.
    pub words: ProblemWords,
}

/// Changes a problem, and keeps what it was.
pub fn change(tx: &mut Tx, was: &Problem, becomes: &Becomes, by: Id) -> Result<()> {
    diesel::insert_into(problem_versions::table)
        .values((
            problem_versions::problem_id.eq(was.id),
            problem_versions::version.eq(was.version),
            problem_versions::state.eq(was.state),
            problem_versions::shared.eq(was.shared),
            problem_versions::words.eq(tx.sealer.seal_json(Place(WERE, was.id), &was.words)?),
            problem_versions::changed_by.eq(was.changed_by),
            problem_versions::changed_at.eq(was.changed_at),
        ))
        .execute(tx.conn)?;
    diesel::update(problems::table.find(was.id))
        .set((
            problems::state.eq(becomes.state),
            problems::shared.eq(becomes.shared),
            problems::words.eq(tx.sealer.seal_json(Place(WORDS, was.id), &becomes.words)?),
            problems::version.eq(problems::version + 1),
            problems::changed_by.eq(by),
            problems::changed_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What a problem was in one version.
#[derive(Debug, Clone)]
pub struct Was {
    pub version: i32,
    /// Where it stood.
    pub state: ProblemState,
    /// Whether the practitioner saw it.
    pub shared: bool,
    /// What was said of it.
    pub words: ProblemWords,
    /// Who made it so.
    pub changed_by: Id,
    pub changed_at: UtcTime,
}

/// What a problem was before, the last first.
pub fn history(tx: &mut Tx, id: Id, before: Option<i32>, limit: i64) -> Result<Opened<i32, Was>> {
    let mut query = problem_versions::table
        .filter(problem_versions::problem_id.eq(id))
        .select((
            problem_versions::version,
            problem_versions::state,
            problem_versions::shared,
            problem_versions::words,
            problem_versions::changed_by,
            problem_versions::changed_at,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(problem_versions::version.lt(before));
    }
    let rows: Vec<(i32, ProblemState, bool, Vec<u8>, Id, UtcTime)> =
        query.order(problem_versions::version.desc()).limit(limit).load(tx.conn)?;
    let open = |(version, state, shared, words, changed_by, changed_at): (i32, ProblemState, bool, Vec<u8>, Id, UtcTime)| {
        let words = tx.sealer.open_json(Place(WERE, id), &words);
        (version, words.map(|words| Was { version, state, shared, words, changed_by, changed_at }))
    };
    Ok(rows.into_iter().map(open).collect())
}
