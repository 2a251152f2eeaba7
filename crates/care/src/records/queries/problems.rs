//! Database queries about the problem list. Problems are never deleted, and every earlier version is kept.

use diesel::prelude::*;

use crate::records::model::{ProblemContent, ProblemState};
use crate::schema::{problem_versions, problems};
use people::relationships::Protected;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer, readable};

// The names of the columns when values were first sealed: they are part of them, so they stay.
const CONTENT: &str = "problems.words";
const VERSION_CONTENT: &str = "problem_versions.words";

#[derive(Debug, Clone)]
pub struct Problem {
    pub id: Id,
    pub practitioner: Id,
    pub state: ProblemState,
    /// Whether the practitioner sees it.
    pub shared: bool,
    pub content: ProblemContent,
    pub version: i32,
    /// The clinician who added it.
    pub recorded_by: Id,
    pub recorded_at: UtcTime,
    /// The clinician who changed it last.
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
    content: Vec<u8>,
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
        content: sealer.open_json(Place(CONTENT, row.id), &row.content)?,
        version: row.version,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    })
}

/// Adds a problem to the list.
pub fn insert(tx: &mut Tx, practitioner: Id, content: &ProblemContent, shared: bool, by: Id) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(problems::table)
        .values((
            problems::id.eq(id),
            problems::practitioner_id.eq(practitioner),
            problems::state.eq(ProblemState::Active),
            problems::shared.eq(shared),
            problems::content.eq(tx.sealer.seal_json(Place(CONTENT, id), content)?),
            problems::version.eq(1),
            problems::recorded_by.eq(by),
            problems::recorded_at.eq(tx.now),
            problems::changed_by.eq(by),
            problems::changed_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Problem>>> {
    let row: Option<Row> = problems::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let found = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(found.map(|problem| Protected::new(problem.practitioner, problem)))
}

/// The practitioner a problem belongs to.
pub fn practitioner_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(problems::table.find(id).select(problems::practitioner_id).get_result(tx.conn).optional()?)
}

/// The number of problems on a practitioner's list.
pub fn count(tx: &mut Tx, practitioner: Id) -> Result<i64> {
    Ok(problems::table.filter(problems::practitioner_id.eq(practitioner)).count().get_result(tx.conn)?)
}

/// A practitioner's problems, newest first.
pub fn list(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, Problem>> {
    let mut query = problems::table.filter(problems::practitioner_id.eq(practitioner)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(problems::id.lt(before));
    }
    let rows: Vec<Row> = query.order(problems::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// The problems that the practitioner sees: shared ones that were not entered in error; newest first. With the ids
/// of those that cannot be read.
pub fn list_shared(tx: &mut Tx, practitioner: Id) -> Result<(Vec<Problem>, Vec<Id>)> {
    let rows: Vec<Row> = problems::table
        .filter(problems::practitioner_id.eq(practitioner))
        .filter(problems::shared.eq(true))
        .filter(problems::state.ne(ProblemState::EnteredInError))
        .order(problems::id.desc())
        .select(Row::as_select())
        .load(tx.conn)?;
    readable(rows.into_iter().map(|row| unseal(tx.sealer, row)))
}

/// The new values of a problem.
#[derive(Debug, Clone)]
pub struct ProblemUpdate {
    pub state: ProblemState,
    /// Whether the practitioner sees it.
    pub shared: bool,
    pub content: ProblemContent,
}

/// Updates a problem and keeps the previous version.
pub fn update(tx: &mut Tx, before: &Problem, update: &ProblemUpdate, by: Id) -> Result<()> {
    diesel::insert_into(problem_versions::table)
        .values((
            problem_versions::problem_id.eq(before.id),
            problem_versions::version.eq(before.version),
            problem_versions::state.eq(before.state),
            problem_versions::shared.eq(before.shared),
            problem_versions::content.eq(tx.sealer.seal_json(Place(VERSION_CONTENT, before.id), &before.content)?),
            problem_versions::changed_by.eq(before.changed_by),
            problem_versions::changed_at.eq(before.changed_at),
        ))
        .execute(tx.conn)?;
    diesel::update(problems::table.find(before.id))
        .set((
            problems::state.eq(update.state),
            problems::shared.eq(update.shared),
            problems::content.eq(tx.sealer.seal_json(Place(CONTENT, before.id), &update.content)?),
            problems::version.eq(problems::version + 1),
            problems::changed_by.eq(by),
            problems::changed_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// An earlier version of a problem.
#[derive(Debug, Clone)]
pub struct StoredProblemVersion {
    pub version: i32,
    pub state: ProblemState,
    /// Whether the practitioner could see it.
    pub shared: bool,
    pub content: ProblemContent,
    /// The clinician who recorded this version.
    pub changed_by: Id,
    pub changed_at: UtcTime,
}

/// The earlier versions of a problem, newest first.
pub fn history(tx: &mut Tx, id: Id, before: Option<i32>, limit: i64) -> Result<Opened<i32, StoredProblemVersion>> {
    let mut query = problem_versions::table
        .filter(problem_versions::problem_id.eq(id))
        .select((
            problem_versions::version,
            problem_versions::state,
            problem_versions::shared,
            problem_versions::content,
            problem_versions::changed_by,
            problem_versions::changed_at,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(problem_versions::version.lt(before));
    }
    let rows: Vec<(i32, ProblemState, bool, Vec<u8>, Id, UtcTime)> =
        query.order(problem_versions::version.desc()).limit(limit).load(tx.conn)?;
    let open = |(version, state, shared, sealed, changed_by, changed_at): (i32, ProblemState, bool, Vec<u8>, Id, UtcTime)| {
        let content = tx.sealer.open_json(Place(VERSION_CONTENT, id), &sealed);
        (version, content.map(|content| StoredProblemVersion { version, state, shared, content, changed_by, changed_at }))
    };
    Ok(rows.into_iter().map(open).collect())
}
