//! SQL about the tasks of the contact line.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::contacts::model::{ContactTaskKind, ContactTaskState, TaskRule};
use crate::contacts::visibility::{ContactPermit, OfContact};
use crate::schema::contact_tasks;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, Sealer, readable_or_none};

const NOTE: &str = "contact_tasks.note";

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    pub id: Id,
    /// The contact it is about.
    pub contact: Id,
    /// What it is about.
    pub kind: ContactTaskKind,
    pub state: ContactTaskState,
    /// When it was raised.
    pub raised_at: UtcTime,
    /// When it must be done by.
    pub due_at: UtcTime,
    /// When it was taken.
    pub taken_at: Option<UtcTime>,
    /// The member of staff who took it.
    pub taken_by: Option<Id>,
    pub done_at: Option<UtcTime>,
    pub done_by: Option<Id>,
    /// What was done.
    pub note: Option<Private<String>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contact_tasks)]
struct Row {
    id: Id,
    contact_id: Id,
    kind: ContactTaskKind,
    state: ContactTaskState,
    raised_at: UtcTime,
    due_at: UtcTime,
    taken_at: Option<UtcTime>,
    taken_by: Option<Id>,
    done_at: Option<UtcTime>,
    done_by: Option<Id>,
    note: Option<Vec<u8>>,
}

impl Row {
    fn unseal(self, sealer: &Sealer) -> Result<Task> {
        let note = self.note.map(|note| readable_or_none(sealer.open_text(Place(NOTE, self.id), &note))).transpose()?.flatten();
        Ok(Task {
            id: self.id,
            contact: self.contact_id,
            kind: self.kind,
            state: self.state,
            raised_at: self.raised_at,
            due_at: self.due_at,
            taken_at: self.taken_at,
            taken_by: self.taken_by,
            done_at: self.done_at,
            done_by: self.done_by,
            note: note.map(Private::new),
        })
    }
}

/// Raises a task, unless one of that kind is open already: that one is then due at the earlier of both times. The caller has locked
/// the row of the contact.
pub fn raise(tx: &mut Tx, contact: Id, rule: TaskRule) -> Result<()> {
    let due_at = tx.now + TimeDelta::minutes(rule.within_minutes.into());
    let same = contact_tasks::table
        .filter(contact_tasks::contact_id.eq(contact))
        .filter(contact_tasks::kind.eq(rule.kind))
        .filter(contact_tasks::done_at.is_null())
        .select((contact_tasks::id, contact_tasks::due_at));
    if let Some((open, due_before)) = same.get_result::<(Id, UtcTime)>(tx.conn).optional()? {
        if due_at < due_before {
            diesel::update(contact_tasks::table.find(open)).set(contact_tasks::due_at.eq(due_at)).execute(tx.conn)?;
        }
        return Ok(());
    }
    diesel::insert_into(contact_tasks::table)
        .values((
            contact_tasks::id.eq(Id::new(tx.now)),
            contact_tasks::contact_id.eq(contact),
            contact_tasks::kind.eq(rule.kind),
            contact_tasks::state.eq(ContactTaskState::Waiting),
            contact_tasks::raised_at.eq(tx.now),
            contact_tasks::due_at.eq(due_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The task with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<OfContact<Task>>> {
    let row: Option<Row> = contact_tasks::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| Ok(OfContact::new(row.contact_id, row.unseal(tx.sealer)?))).transpose()
}

/// The tasks of a contact, newest first.
pub fn for_contact(tx: &mut Tx, contact: &ContactPermit, limit: i64) -> Result<Vec<Task>> {
    let all = contact_tasks::table.filter(contact_tasks::contact_id.eq(contact.id()));
    let rows: Vec<Row> = all.order(contact_tasks::id.desc()).limit(limit).select(Row::as_select()).load(tx.conn)?;
    rows.into_iter().map(|row| row.unseal(tx.sealer)).collect()
}

/// The first task of a contact: where a person asked to be called back, it is that of calling back, whatever they answered.
pub fn first(tx: &mut Tx, contact: Id) -> Result<Option<Task>> {
    let all = contact_tasks::table.filter(contact_tasks::contact_id.eq(contact)).order(contact_tasks::id);
    let row: Option<Row> = all.select(Row::as_select()).first(tx.conn).optional()?;
    row.map(|row| row.unseal(tx.sealer)).transpose()
}

/// The kinds of the open tasks of a contact.
pub fn open_kinds(tx: &mut Tx, contact: Id) -> Result<Vec<ContactTaskKind>> {
    let open = contact_tasks::table.filter(contact_tasks::contact_id.eq(contact)).filter(contact_tasks::done_at.is_null());
    Ok(open.select(contact_tasks::kind).load(tx.conn)?)
}

/// When a task is due, and its id: the order of the list.
type DueKey = (UtcTime, Id);

/// Tasks, the earliest due first.
pub fn list(
    tx: &mut Tx,
    state: Option<ContactTaskState>,
    kind: Option<ContactTaskKind>,
    after: Option<(UtcTime, Id)>,
    limit: i64,
) -> Result<Vec<(DueKey, OfContact<Task>)>> {
    let mut query = contact_tasks::table.select(Row::as_select()).into_boxed();
    if let Some(state) = state {
        query = query.filter(contact_tasks::state.eq(state));
    }
    if let Some(kind) = kind {
        query = query.filter(contact_tasks::kind.eq(kind));
    }
    if let Some((due, id)) = after {
        let later = contact_tasks::due_at.gt(due);
        query = query.filter(later.or(contact_tasks::due_at.eq(due).and(contact_tasks::id.gt(id))));
    }
    let rows: Vec<Row> = query.order((contact_tasks::due_at, contact_tasks::id)).limit(limit).load(tx.conn)?;
    rows.into_iter().map(|row| Ok(((row.due_at, row.id), OfContact::new(row.contact_id, row.unseal(tx.sealer)?)))).collect()
}

/// Records who has taken a task.
pub fn take(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    diesel::update(contact_tasks::table.find(id))
        .set((
            contact_tasks::state.eq(ContactTaskState::Taken),
            contact_tasks::taken_at.eq(Some(tx.now)),
            contact_tasks::taken_by.eq(Some(by)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records that a task is done, and what was done.
pub fn complete(tx: &mut Tx, id: Id, by: Id, note: &str) -> Result<()> {
    diesel::update(contact_tasks::table.find(id))
        .set((
            contact_tasks::state.eq(ContactTaskState::Done),
            contact_tasks::done_at.eq(Some(tx.now)),
            contact_tasks::done_by.eq(Some(by)),
            contact_tasks::note.eq(Some(tx.sealer.seal_text(Place(NOTE, id), note)?)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Erases the notes of the tasks of a contact.
pub fn erase_notes(tx: &mut Tx, contact: Id) -> Result<()> {
    diesel::update(contact_tasks::table.filter(contact_tasks::contact_id.eq(contact)))
        .set(contact_tasks::note.eq(None::<Vec<u8>>))
        .execute(tx.conn)?;
    Ok(())
}

/// Overdue tasks about which no one has been notified yet, the earliest due first. None that is done.
pub fn overdue_without_notification(tx: &mut Tx, limit: i64) -> Result<Vec<Id>> {
    let mut overdue = Vec::new();
    for state in [ContactTaskState::Waiting, ContactTaskState::Taken] {
        let rows: Vec<Id> = contact_tasks::table
            .filter(contact_tasks::state.eq(state))
            .filter(contact_tasks::due_at.lt(tx.now))
            .filter(contact_tasks::reminded_at.is_null())
            .order((contact_tasks::due_at, contact_tasks::id))
            .limit(limit)
            .select(contact_tasks::id)
            .load(tx.conn)?;
        overdue.extend(rows);
    }
    Ok(overdue)
}

/// Waiting tasks of a kind of which staff were last notified up to `until`, each with its contact; those that have waited longest first.
/// They are overdue, because staff are notified of no others.
pub fn waiting_since_notification(tx: &mut Tx, kind: ContactTaskKind, until: UtcTime, limit: i64) -> Result<Vec<(Id, Id)>> {
    Ok(contact_tasks::table
        .filter(contact_tasks::kind.eq(kind))
        .filter(contact_tasks::state.eq(ContactTaskState::Waiting))
        .filter(contact_tasks::reminded_at.le(Some(until)))
        .order((contact_tasks::reminded_at, contact_tasks::id))
        .limit(limit)
        .select((contact_tasks::id, contact_tasks::contact_id))
        .load(tx.conn)?)
}

/// Contacts with an overdue task, whether or not staff were notified of it; looks at this many of the tasks due earliest.
pub fn overdue_contacts(tx: &mut Tx, limit: i64) -> Result<Vec<Id>> {
    let mut contacts = Vec::new();
    for state in [ContactTaskState::Waiting, ContactTaskState::Taken] {
        let overdue = contact_tasks::table.filter(contact_tasks::state.eq(state)).filter(contact_tasks::due_at.lt(tx.now));
        let order = (contact_tasks::due_at, contact_tasks::id);
        contacts.extend(overdue.order(order).limit(limit).select(contact_tasks::contact_id).load::<Id>(tx.conn)?);
    }
    Ok(contacts)
}

/// Contacts with an open task about danger; looks at this many of the tasks due earliest.
pub fn contacts_in_danger(tx: &mut Tx, limit: i64) -> Result<Vec<Id>> {
    let mut contacts = Vec::new();
    for state in [ContactTaskState::Waiting, ContactTaskState::Taken] {
        let open = contact_tasks::table.filter(contact_tasks::state.eq(state));
        let in_danger = open.filter(contact_tasks::kind.eq(ContactTaskKind::Danger));
        let order = (contact_tasks::due_at, contact_tasks::id);
        contacts.extend(in_danger.order(order).limit(limit).select(contact_tasks::contact_id).load::<Id>(tx.conn)?);
    }
    Ok(contacts)
}

/// Open tasks about danger of which no clinician on duty has been notified yet, each with its contact.
pub fn danger_without_clinician(tx: &mut Tx, limit: i64) -> Result<Vec<(Id, Id)>> {
    let mut found = Vec::new();
    for state in [ContactTaskState::Waiting, ContactTaskState::Taken] {
        let rows: Vec<(Id, Id)> = contact_tasks::table
            .filter(contact_tasks::state.eq(state))
            .filter(contact_tasks::kind.eq(ContactTaskKind::Danger))
            .filter(contact_tasks::duty_notified_at.is_null())
            .order((contact_tasks::due_at, contact_tasks::id))
            .limit(limit)
            .select((contact_tasks::id, contact_tasks::contact_id))
            .load(tx.conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Records that clinicians on duty were notified of a task; false when another instance did so first, or it is done.
pub fn mark_clinicians_notified(tx: &mut Tx, id: Id) -> Result<bool> {
    let waiting =
        contact_tasks::table.find(id).filter(contact_tasks::duty_notified_at.is_null()).filter(contact_tasks::done_at.is_null());
    Ok(diesel::update(waiting).set(contact_tasks::duty_notified_at.eq(Some(tx.now))).execute(tx.conn)? == 1)
}

/// Records that staff were notified of a task; false when another instance did so first, or it is done.
pub fn mark_notified(tx: &mut Tx, id: Id) -> Result<bool> {
    let waiting =
        contact_tasks::table.find(id).filter(contact_tasks::reminded_at.is_null()).filter(contact_tasks::done_at.is_null());
    Ok(diesel::update(waiting).set(contact_tasks::reminded_at.eq(Some(tx.now))).execute(tx.conn)? == 1)
}

/// Records that staff were notified of a task again; false when another instance did so first, or someone has taken it.
pub fn mark_notified_again(tx: &mut Tx, id: Id, until: UtcTime) -> Result<bool> {
    let waiting = contact_tasks::table
        .find(id)
        .filter(contact_tasks::state.eq(ContactTaskState::Waiting))
        .filter(contact_tasks::reminded_at.le(Some(until)));
    Ok(diesel::update(waiting).set(contact_tasks::reminded_at.eq(Some(tx.now))).execute(tx.conn)? == 1)
}
