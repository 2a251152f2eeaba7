//! Database queries about conflict tasks.

use diesel::prelude::*;

use crate::conflicts::model::{ConflictOutcome, ConflictTask, ConflictTaskState};
use crate::schema::conflict_tasks;
use people::relationships::Protected;
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::on;

/// How many practitioners with an open task are looked at in one run: many more than a service has.
const MOST_OPEN: i64 = 10_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = conflict_tasks)]
struct Row {
    id: Id,
    kind: ArrangementKind,
    arrangement_id: Id,
    practitioner_id: Id,
    clinician_id: Option<Id>,
    starts_at: Option<UtcTime>,
    opened_at: UtcTime,
    due_at: UtcTime,
    taken_by: Option<Id>,
    taken_at: Option<UtcTime>,
    done_at: Option<UtcTime>,
    done_by: Option<Id>,
    outcome: Option<ConflictOutcome>,
}

impl From<Row> for ConflictTask {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            arrangement: row.arrangement_id,
            practitioner: row.practitioner_id,
            clinician: row.clinician_id,
            starts_at: row.starts_at,
            opened_at: row.opened_at,
            due_at: row.due_at,
            taken_by: row.taken_by,
            taken_at: row.taken_at,
            done_at: row.done_at,
            done_by: row.done_by,
            outcome: row.outcome,
        }
    }
}

/// Stores a new task. Another transaction may have opened one for the same arrangement; then there is one.
pub fn insert(tx: &mut Tx, task: &ConflictTask) -> Result<()> {
    let values = (
        conflict_tasks::id.eq(task.id),
        conflict_tasks::kind.eq(task.kind),
        conflict_tasks::arrangement_id.eq(task.arrangement),
        conflict_tasks::practitioner_id.eq(task.practitioner),
        conflict_tasks::clinician_id.eq(task.clinician),
        conflict_tasks::starts_at.eq(task.starts_at),
        conflict_tasks::opened_at.eq(task.opened_at),
        conflict_tasks::due_at.eq(task.due_at),
    );
    on!(tx.conn, |inner| diesel::insert_into(conflict_tasks::table).values(values).on_conflict_do_nothing().execute(inner))?;
    Ok(())
}

/// The task with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<ConflictTask>>> {
    let row: Option<Row> = conflict_tasks::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    Ok(row.map(|row| Protected::new(row.practitioner_id, row.into())))
}

/// The tasks about a practitioner that are not done.
pub fn open_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<ConflictTask>> {
    let rows: Vec<Row> = conflict_tasks::table
        .filter(conflict_tasks::practitioner_id.eq(practitioner))
        .filter(conflict_tasks::done_at.is_null())
        .order(conflict_tasks::id)
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The tasks about a practitioner's places in groups, whatever their state.
pub fn about_places(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(conflict_tasks::table
        .filter(conflict_tasks::practitioner_id.eq(practitioner))
        .filter(conflict_tasks::kind.eq(ArrangementKind::GroupPlace))
        .select(conflict_tasks::id)
        .load(tx.conn)?)
}

/// The practitioners with a task that is not done.
pub fn practitioners_with_open(tx: &mut Tx) -> Result<Vec<Id>> {
    Ok(conflict_tasks::table
        .filter(conflict_tasks::done_at.is_null())
        .order(conflict_tasks::practitioner_id)
        .select(conflict_tasks::practitioner_id)
        .distinct()
        .limit(MOST_OPEN)
        .load(tx.conn)?)
}

/// Whether a coordinator has decided that an arrangement stays and the two do not meet in it.
pub fn is_kept_apart(tx: &mut Tx, arrangement: Id) -> Result<bool> {
    let found = conflict_tasks::table
        .filter(conflict_tasks::arrangement_id.eq(arrangement))
        .filter(conflict_tasks::outcome.eq(Some(ConflictOutcome::KeptApart)))
        .select(conflict_tasks::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(found.is_some())
}

/// Records that an arrangement is now with another person or at another time, and when the task is due because of it.
pub fn change(tx: &mut Tx, id: Id, clinician: Option<Id>, starts_at: Option<UtcTime>, due_at: UtcTime) -> Result<()> {
    diesel::update(conflict_tasks::table.find(id))
        .set((
            conflict_tasks::clinician_id.eq(clinician),
            conflict_tasks::starts_at.eq(starts_at),
            conflict_tasks::due_at.eq(due_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives a task to a coordinator.
pub fn take(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    diesel::update(conflict_tasks::table.find(id))
        .set((conflict_tasks::taken_by.eq(Some(by)), conflict_tasks::taken_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// Closes a task; `by` is none for the service. A task that the service closed before keeps its time.
pub fn close(tx: &mut Tx, task: &ConflictTask, by: Option<Id>, outcome: ConflictOutcome) -> Result<()> {
    diesel::update(conflict_tasks::table.find(task.id))
        .set((
            conflict_tasks::done_at.eq(Some(task.done_at.unwrap_or(tx.now))),
            conflict_tasks::done_by.eq(by),
            conflict_tasks::outcome.eq(Some(outcome)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Tasks in this state, or all that are not done, without those about the hidden practitioners and those that were done long ago; the
/// earliest due first, after the one with this due time and id.
pub fn list(
    tx: &mut Tx,
    state: Option<ConflictTaskState>,
    hidden: &[Id],
    after: Option<(UtcTime, Id)>,
    limit: i64,
) -> Result<Vec<ConflictTask>> {
    let since = tx.now - tx.policy.read_after_care;
    let mut query = conflict_tasks::table.select(Row::as_select()).into_boxed();
    query = match state {
        Some(ConflictTaskState::Done) => query.filter(conflict_tasks::done_at.gt(Some(since))),
        Some(ConflictTaskState::Taken) => {
            query.filter(conflict_tasks::done_at.is_null()).filter(conflict_tasks::taken_by.is_not_null())
        }
        Some(ConflictTaskState::Open) => {
            query.filter(conflict_tasks::done_at.is_null()).filter(conflict_tasks::taken_by.is_null())
        }
        None => query.filter(conflict_tasks::done_at.is_null()),
    };
    if !hidden.is_empty() {
        query = query.filter(conflict_tasks::practitioner_id.ne_all(hidden.to_vec()));
    }
    if let Some((due_at, id)) = after {
        let later = conflict_tasks::due_at.gt(due_at);
        query = query.filter(later.or(conflict_tasks::due_at.eq(due_at).and(conflict_tasks::id.gt(id))));
    }
    let rows: Vec<Row> = query.order((conflict_tasks::due_at, conflict_tasks::id)).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(Into::into).collect())
}
