//! Attendance at sessions, and notes about members.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::groups::model::GroupRecordType;
use crate::schema::{group_attendances, group_notes, group_sessions};
use people::relationships::Protected;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};
use scheduling::booking::model::Attendance;

// The name of the column when values were first sealed: it is part of them, so it stays.
const CONTENT: &str = "group_notes.words";

/// One member's attendance at a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct AttendanceRecord {
    /// The member's enrolment.
    pub enrolment: Id,
    /// Whether they attended.
    pub attendance: Attendance,
    /// When it was last recorded.
    pub recorded_at: UtcTime,
}

/// Stores a member's attendance, replacing an earlier record.
pub fn save_attendance(tx: &mut Tx, session: Id, enrolment: Id, attendance: Attendance, by: Id) -> Result<()> {
    let changed = diesel::update(group_attendances::table.find((session, enrolment)))
        .set((
            group_attendances::attendance.eq(attendance),
            group_attendances::recorded_by.eq(by),
            group_attendances::recorded_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(group_attendances::table)
            .values((
                group_attendances::session_id.eq(session),
                group_attendances::enrolment_id.eq(enrolment),
                group_attendances::attendance.eq(attendance),
                group_attendances::recorded_by.eq(by),
                group_attendances::first_recorded_at.eq(tx.now),
                group_attendances::recorded_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Who attended a session.
pub fn attendances(tx: &mut Tx, session: Id) -> Result<Vec<AttendanceRecord>> {
    Ok(group_attendances::table
        .filter(group_attendances::session_id.eq(session))
        .order(group_attendances::enrolment_id)
        .select((group_attendances::enrolment_id, group_attendances::attendance, group_attendances::recorded_at))
        .load(tx.conn)?)
}

/// The encrypted part of a note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteContent {
    /// The clinical note.
    pub text: String,
    /// The part that the practitioner can read once the note is signed.
    pub shared: Option<String>,
}

platform::redacted_debug!(NoteContent);

/// A note about a member of a session.
#[derive(Debug, Clone)]
pub struct GroupNote {
    pub id: Id,
    pub session: Id,
    pub group: Id,
    /// When the session started.
    pub session_at: UtcTime,
    /// The member's enrolment.
    pub enrolment: Id,
    /// The practitioner whose record it belongs to.
    pub practitioner: Id,
    /// The clinician who wrote it.
    pub author: Id,
    pub content: NoteContent,
    pub signed_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = group_notes)]
struct Row {
    id: Id,
    session_id: Id,
    enrolment_id: Id,
    practitioner_id: Id,
    author_id: Id,
    content: Vec<u8>,
    signed_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
}

fn unseal(sealer: &Sealer, (row, group, session_at): (Row, Id, UtcTime)) -> Result<GroupNote> {
    Ok(GroupNote {
        id: row.id,
        session: row.session_id,
        group,
        session_at,
        enrolment: row.enrolment_id,
        practitioner: row.practitioner_id,
        author: row.author_id,
        content: sealer.open_json(Place(CONTENT, row.id), &row.content)?,
        signed_at: row.signed_at,
        version: row.version,
        created_at: row.created_at,
    })
}

/// Stores a new note.
pub fn insert_note(tx: &mut Tx, new: &GroupNote) -> Result<()> {
    diesel::insert_into(group_notes::table)
        .values((
            group_notes::id.eq(new.id),
            group_notes::session_id.eq(new.session),
            group_notes::record_type.eq(GroupRecordType::Therapy),
            group_notes::enrolment_id.eq(new.enrolment),
            group_notes::practitioner_id.eq(new.practitioner),
            group_notes::author_id.eq(new.author),
            group_notes::content.eq(tx.sealer.seal_json(Place(CONTENT, new.id), &new.content)?),
            group_notes::version.eq(new.version),
            group_notes::created_at.eq(new.created_at),
            group_notes::updated_at.eq(new.created_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The group and the practitioner of a note.
pub fn owner_of_note(tx: &mut Tx, id: Id) -> Result<Option<(Id, Id)>> {
    Ok(group_notes::table
        .inner_join(group_sessions::table)
        .filter(group_notes::id.eq(id))
        .select((group_sessions::group_id, group_notes::practitioner_id))
        .get_result(tx.conn)
        .optional()?)
}

/// The note with this id.
pub fn find_note(tx: &mut Tx, id: Id) -> Result<Option<Protected<GroupNote>>> {
    let row = group_notes::table
        .inner_join(group_sessions::table)
        .filter(group_notes::id.eq(id))
        .select((Row::as_select(), group_sessions::group_id, group_sessions::starts_at))
        .get_result(tx.conn)
        .optional()?;
    let found = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(found.map(|note| Protected::new(note.practitioner, note)))
}

/// Filters of the notes in a practitioner's record.
#[derive(Debug, Clone, Default)]
pub struct NoteFilter {
    /// Only of these groups.
    pub groups: Option<Vec<Id>>,
    /// Include this author's drafts; signed notes only when it is none.
    pub drafts_of: Option<Id>,
    /// Only those older than this one.
    pub before: Option<Id>,
}

/// The notes in a practitioner's record, the newest first.
pub fn list_notes(tx: &mut Tx, practitioner: Id, filter: &NoteFilter, limit: i64) -> Result<Opened<Id, GroupNote>> {
    let mut query = group_notes::table
        .inner_join(group_sessions::table)
        .filter(group_notes::practitioner_id.eq(practitioner))
        .select((Row::as_select(), group_sessions::group_id, group_sessions::starts_at))
        .into_boxed();
    if let Some(groups) = filter.groups.clone() {
        query = query.filter(group_sessions::group_id.eq_any(groups));
    }
    query = match filter.drafts_of {
        Some(author) => query.filter(group_notes::signed_at.is_not_null().or(group_notes::author_id.eq(author))),
        None => query.filter(group_notes::signed_at.is_not_null()),
    };
    if let Some(before) = filter.before {
        query = query.filter(group_notes::id.lt(before));
    }
    let rows: Vec<(Row, Id, UtcTime)> = query.order(group_notes::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.0.id, unseal(tx.sealer, row))).collect())
}

/// The authors of the unsigned notes in a practitioner's record, one for each note.
pub fn unsigned_authors(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(group_notes::table
        .filter(group_notes::practitioner_id.eq(practitioner))
        .filter(group_notes::signed_at.is_null())
        .order(group_notes::id)
        .select(group_notes::author_id)
        .load(tx.conn)?)
}

/// Replaces the text of a draft.
pub fn replace_note_content(tx: &mut Tx, id: Id, content: &NoteContent) -> Result<()> {
    diesel::update(group_notes::table.find(id))
        .set((
            group_notes::content.eq(tx.sealer.seal_json(Place(CONTENT, id), content)?),
            group_notes::updated_at.eq(tx.now),
            group_notes::version.eq(group_notes::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Signs a draft.
pub fn sign_note(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(group_notes::table.find(id))
        .set((
            group_notes::signed_at.eq(Some(tx.now)),
            group_notes::updated_at.eq(tx.now),
            group_notes::version.eq(group_notes::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}
