//! Database queries about notes and their addenda.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::records::model::{NoteContent, NoteKind, NoteState};
use crate::schema::{clinical_notes, note_addenda};
use people::relationships::Protected;
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer, readable_or_none};

// The names of the columns when values were first sealed: they are part of them, so they stay.
const CONTENT: &str = "clinical_notes.words";
const ADDENDUM_CONTENT: &str = "note_addenda.words";

#[derive(Debug, Clone)]
pub struct Note {
    pub id: Id,
    pub practitioner: Id,
    pub appointment: Id,
    /// The clinician who wrote it.
    pub author: Id,
    pub kind: NoteKind,
    pub state: NoteState,
    pub content: NoteContent,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    pub signed_at: Option<UtcTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clinical_notes)]
struct Row {
    id: Id,
    practitioner_id: Id,
    appointment_id: Id,
    author_id: Id,
    kind: NoteKind,
    state: NoteState,
    content: Vec<u8>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
    signed_at: Option<UtcTime>,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Note> {
    Ok(Note {
        id: row.id,
        practitioner: row.practitioner_id,
        appointment: row.appointment_id,
        author: row.author_id,
        kind: row.kind,
        state: row.state,
        content: sealer.open_json(Place(CONTENT, row.id), &row.content)?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        signed_at: row.signed_at,
    })
}

/// A new note.
#[derive(Debug, Clone)]
pub struct NewNote {
    pub practitioner: Id,
    pub appointment: Id,
    /// The clinician who writes it.
    pub author: Id,
    pub kind: NoteKind,
    pub content: NoteContent,
}

/// Saves a draft.
///
/// # Errors
/// [`Reason::NoteExists`] when its author already has a note about that appointment.
pub fn insert(tx: &mut Tx, new: &NewNote) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(clinical_notes::table)
        .values((
            clinical_notes::id.eq(id),
            clinical_notes::practitioner_id.eq(new.practitioner),
            clinical_notes::appointment_id.eq(new.appointment),
            clinical_notes::author_id.eq(new.author),
            clinical_notes::kind.eq(new.kind),
            clinical_notes::state.eq(NoteState::Draft),
            clinical_notes::content.eq(tx.sealer.seal_json(Place(CONTENT, id), &new.content)?),
            clinical_notes::shared.eq(new.content.shared.is_some()),
            clinical_notes::version.eq(1),
            clinical_notes::created_at.eq(tx.now),
            clinical_notes::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            if violates(&error, "clinical_notes_appointment|clinical_notes.appointment_id, clinical_notes.author_id") {
                Reason::NoteExists.into()
            } else {
                Error::from(error)
            }
        })?;
    Ok(id)
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Note>>> {
    let row: Option<Row> = clinical_notes::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let found = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(found.map(|note| Protected::new(note.practitioner, note)))
}

/// Locks the row of a note, if there is one, until the transaction ends.
pub fn lock(tx: &mut Tx, id: Id) -> Result<()> {
    platform::lock_row!(tx.conn, clinical_notes, id)?;
    Ok(())
}

/// The authors of the unsigned notes about a practitioner, one for each note.
pub fn unsigned_authors(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(clinical_notes::table
        .filter(clinical_notes::practitioner_id.eq(practitioner))
        .filter(clinical_notes::state.eq(NoteState::Draft))
        .order(clinical_notes::id)
        .select(clinical_notes::author_id)
        .load(tx.conn)?)
}

/// The signed notes about a practitioner and this author's drafts, newest first.
pub fn list(tx: &mut Tx, practitioner: Id, author: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, Note>> {
    let mut query = clinical_notes::table
        .filter(clinical_notes::practitioner_id.eq(practitioner))
        .filter(clinical_notes::state.eq(NoteState::Signed).or(clinical_notes::author_id.eq(author)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(clinical_notes::id.lt(before));
    }
    let rows: Vec<Row> = query.order(clinical_notes::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// The signed notes about a practitioner that are at least partly shared with them, newest first.
pub fn list_shared(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, Note>> {
    let added = note_addenda::table.filter(note_addenda::note_id.eq(clinical_notes::id)).filter(note_addenda::shared.eq(true));
    let mut query = clinical_notes::table
        .filter(clinical_notes::practitioner_id.eq(practitioner))
        .filter(clinical_notes::state.eq(NoteState::Signed))
        .filter(clinical_notes::shared.eq(true).or(exists(added)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(clinical_notes::id.lt(before));
    }
    let rows: Vec<Row> = query.order(clinical_notes::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// Replaces the content of a draft.
pub fn update(tx: &mut Tx, id: Id, kind: NoteKind, content: &NoteContent) -> Result<()> {
    diesel::update(clinical_notes::table.find(id))
        .set((
            clinical_notes::kind.eq(kind),
            clinical_notes::content.eq(tx.sealer.seal_json(Place(CONTENT, id), content)?),
            clinical_notes::shared.eq(content.shared.is_some()),
            clinical_notes::version.eq(clinical_notes::version + 1),
            clinical_notes::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Signs a draft. From then on database triggers refuse any change.
pub fn sign(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(clinical_notes::table.find(id))
        .set((
            clinical_notes::state.eq(NoteState::Signed),
            clinical_notes::signed_at.eq(Some(tx.now)),
            clinical_notes::version.eq(clinical_notes::version + 1),
            clinical_notes::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes a draft; false if the note is not a draft.
pub fn delete_draft(tx: &mut Tx, id: Id) -> Result<bool> {
    let draft = clinical_notes::table.find(id).filter(clinical_notes::state.eq(NoteState::Draft));
    Ok(diesel::delete(draft).execute(tx.conn)? == 1)
}

/// The texts of an addendum, as they are sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddendumContent {
    pub text: String,
    /// What the practitioner can read of it.
    pub shared: Option<String>,
}

platform::redacted_debug!(AddendumContent);

/// An addendum to a signed note.
#[derive(Debug, Clone)]
pub struct Addendum {
    pub id: Id,
    pub note: Id,
    /// The clinician who added it.
    pub author: Id,
    pub content: AddendumContent,
    pub added_at: UtcTime,
}

/// Adds an addendum to a note.
pub fn insert_addendum(tx: &mut Tx, note: Id, author: Id, content: &AddendumContent) -> Result<()> {
    let id = Id::new(tx.now);
    diesel::insert_into(note_addenda::table)
        .values((
            note_addenda::id.eq(id),
            note_addenda::note_id.eq(note),
            note_addenda::author_id.eq(author),
            note_addenda::content.eq(tx.sealer.seal_json(Place(ADDENDUM_CONTENT, id), content)?),
            note_addenda::shared.eq(content.shared.is_some()),
            note_addenda::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// An addendum that cannot be read.
#[derive(Debug, Clone, Copy)]
pub struct UnreadableAddendum {
    pub id: Id,
    /// Whether the practitioner can read a part of it.
    pub shared: bool,
}

/// The addenda of one note, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Addenda {
    pub items: Vec<Addendum>,
    /// Those that cannot be read because they are damaged.
    pub unreadable: Vec<UnreadableAddendum>,
}

impl Addenda {
    /// How many there are, those that cannot be read included.
    pub fn count(&self) -> usize {
        self.items.len() + self.unreadable.len()
    }
}

/// These notes, each with its addenda.
pub fn with_addenda(tx: &mut Tx, notes: Vec<Note>) -> Result<Vec<(Note, Addenda)>> {
    let ids: Vec<Id> = notes.iter().map(|note| note.id).collect();
    let mut added = addenda(tx, &ids)?;
    let with = |note: Note| {
        let own = added.remove(&note.id).unwrap_or_default();
        (note, own)
    };
    Ok(notes.into_iter().map(with).collect())
}

/// The addenda of these notes, by note. One that is damaged is named, and hides neither its note nor the others.
pub fn addenda(tx: &mut Tx, notes: &[Id]) -> Result<BTreeMap<Id, Addenda>> {
    let rows: Vec<(Id, Id, Id, Vec<u8>, UtcTime, bool)> = note_addenda::table
        .filter(note_addenda::note_id.eq_any(notes.to_vec()))
        .order(note_addenda::id)
        .select((
            note_addenda::id,
            note_addenda::note_id,
            note_addenda::author_id,
            note_addenda::content,
            note_addenda::created_at,
            note_addenda::shared,
        ))
        .load(tx.conn)?;
    let mut by_note = BTreeMap::<Id, Addenda>::new();
    for (id, note, author, sealed, added_at, shared) in rows {
        let of_note = by_note.entry(note).or_default();
        match readable_or_none(tx.sealer.open_json(Place(ADDENDUM_CONTENT, id), &sealed))? {
            Some(content) => of_note.items.push(Addendum { id, note, author, content, added_at }),
            None => of_note.unreadable.push(UnreadableAddendum { id, shared }),
        }
    }
    Ok(by_note)
}
