//! HTTP handlers of notes: written as drafts, then signed; after that only addenda can be added.

use actix_web::{delete, get, patch, post};

use crate::records::dto::notes::{ClinicalNoteView, CreateAddendum, CreateNote, UpdateNote};
use crate::records::model::{NoteFacts, NoteKind, NoteState};
use crate::records::queries::notes as records;
use crate::records::queries::notes::{AddendumContent, NewNote, Note};
use crate::records::rules;
use people::relationships::{Permit, PermitExt, Purpose};
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use platform::private::{trimmed, trimmed_non_empty};
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// Create a draft note about an appointment
///
/// By the clinician of the appointment, one for each appointment. No one else sees the draft until it is signed.
#[utoipa::path(
    operation_id = "createNote", tag = "Clinical record", request_body = CreateNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("note.begun")),
        ("x-problems" = json!(["already_exists"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Created.", body = ClinicalNoteView))
)]
#[post("/v1/practitioners/{id}/notes")]
pub async fn create_note(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateNote>,
    platform: Platform,
) -> Result<Response> {
    let practitioner = id.0;
    let new = NewNote {
        practitioner,
        appointment: form.appointment_id,
        author: caller.id,
        kind: form.kind.unwrap_or(NoteKind::Session),
        content: form.content(),
    };
    platform
        .write_once(attempt, move |tx| {
            let permit = care_relationship::check_may_finish(tx, &caller, practitioner)?;
            care_relationship::clinician_appointment(tx, new.appointment, caller.id)?
                .filter(|appointment| appointment.practitioner == practitioner)
                .ok_or_else(Error::not_found)?;
            let id = records::insert(tx, &new)?;
            permit.record(tx, "note.begun", ("note", Some(id)))?;
            let (view, version) = note_view(tx, &permit, id)?;
            Ok(Response::created(format!("/v1/notes/{id}"), &view)?.with_version(version))
        })
        .await
}

/// List a practitioner's notes
///
/// For clinicians who treat the practitioner: signed notes and the caller's own drafts. The read of every note is recorded.
#[utoipa::path(
    operation_id = "listNotes", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!(["notes.listed", "note.read"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The notes, the newest first.", body = Page<ClinicalNoteView>))
)]
#[get("/v1/practitioners/{id}/notes")]
pub async fn list_notes(caller: Clinician, id: Path<Id>, paging: Paging, platform: Platform) -> Result<Response> {
    let practitioner = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            let rows = records::list(tx, practitioner, caller.id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let notes = records::with_addenda(tx, page.items)?;
            permit.record(tx, "notes.listed", ("practitioner", Some(practitioner)))?;
            let read: Vec<(Id, Permit)> = notes.iter().map(|(note, _)| (note.id, permit)).collect();
            Permit::record_each(tx, "note.read", "note", &read)?;
            let items = notes.into_iter().map(|(note, addenda)| ClinicalNoteView::new(note, addenda)).collect();
            Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a note
///
/// For clinicians who treat the practitioner; a draft only for its author. Every read is recorded.
#[utoipa::path(
    operation_id = "getNote", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("note.read"))),
    params(("id" = Id, Path, description = "The note.")),
    responses((status = 200, description = "The note with its addenda.", body = ClinicalNoteView))
)]
#[get("/v1/notes/{id}")]
pub async fn get_note(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let found = match readable_note(tx, &caller, id, Purpose::ReadRecord) {
                // An author who may not read the record still reads their own note.
                Err(error) if error.reason() == Reason::NotFound => readable_note(tx, &caller, id, Purpose::FinishOwn)?,
                found => found?,
            };
            let (permit, _) = found;
            permit.record(tx, "note.read", ("note", Some(id)))?;
            note_response(tx, &permit, id)
        })
        .await
}

/// Update a draft note
///
/// By its author.
#[utoipa::path(
    operation_id = "updateNote", tag = "Clinical record", request_body = UpdateNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("note.changed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The note."), IfMatch),
    responses((status = 200, description = "The note as it is now.", body = ClinicalNoteView))
)]
#[patch("/v1/notes/{id}")]
pub async fn update_note(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<UpdateNote>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, note) = own_note(tx, &caller, id)?;
            rules::may_change(note.state)?;
            seen.check(note.version)?;
            let content = form.updated_content(note.content);
            records::update(tx, id, form.kind.unwrap_or(note.kind), &content)?;
            permit.record(tx, "note.changed", ("note", Some(id)))?;
            note_response(tx, &permit, id)
        })
        .await
}

/// Sign a note
///
/// By its author, in the version that they read, after the appointment has begun. If the practitioner did not attend, the kind
/// must be `non_attendance`. After signing the note cannot be changed, and all clinicians who treat the practitioner can read
/// it.
#[utoipa::path(
    operation_id = "signNote", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("note.signed")),
        ("x-problems" = json!(["state_conflict", "too_early", "incomplete"]))),
    params(("id" = Id, Path, description = "The note."), IfMatch),
    responses((status = 200, description = "Signed.", body = ClinicalNoteView))
)]
#[post("/v1/notes/{id}/sign")]
pub async fn sign_note(caller: Clinician, id: Path<Id>, seen: IfMatch, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, note) = own_note(tx, &caller, id)?;
            rules::may_change(note.state)?;
            seen.check(note.version)?;
            let appointment = care_relationship::clinician_appointment(tx, note.appointment, caller.id)?;
            let facts = NoteFacts {
                state: note.state,
                kind: note.kind,
                content: &note.content,
                appointment: appointment.map(|appointment| (appointment.starts_at, appointment.status)),
            };
            rules::may_sign(&facts, tx.now.get())?;
            records::sign(tx, id)?;
            permit.record(tx, "note.signed", ("note", Some(id)))?;
            note_response(tx, &permit, id)
        })
        .await
}

/// Delete a draft note
///
/// By its author. A signed note cannot be deleted.
#[utoipa::path(
    operation_id = "deleteNote", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("note.deleted")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The note.")),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/v1/notes/{id}")]
pub async fn delete_note(caller: Clinician, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, note) = own_note(tx, &caller, id)?;
            rules::may_change(note.state)?;
            if !records::delete_draft(tx, id)? {
                return Err(Reason::NoteSigned.into());
            }
            permit.record(tx, "note.deleted", ("note", Some(id)))?;
            Ok(Response::no_content())
        })
        .await
}

/// Create an addendum to a signed note
///
/// By its author or another clinician who treats the practitioner. An addendum keeps its author and time and cannot be changed.
#[utoipa::path(
    operation_id = "createAddendum", tag = "Clinical record", request_body = CreateAddendum,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("note.added_to")),
        ("x-problems" = json!(["state_conflict", "limit_reached"]))),
    params(("id" = Id, Path, description = "The note.")),
    responses((status = 201, description = "Added.", body = ClinicalNoteView))
)]
#[post("/v1/notes/{id}/addenda")]
pub async fn create_addendum(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateAddendum>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let content = AddendumContent { text: trimmed(&form.text), shared: trimmed_non_empty(form.shared.as_ref()) };
    platform
        .write_once(attempt, move |tx| {
            records::lock(tx, id)?;
            let (permit, note) = readable_note(tx, &caller, id, Purpose::FinishOwn)?;
            let count = records::addenda(tx, &[id])?.remove(&id).map_or(0, |added| added.count());
            rules::may_add_addendum(note.state, count)?;
            records::insert_addendum(tx, id, caller.id, &content)?;
            permit.record(tx, "note.added_to", ("note", Some(id)))?;
            let (view, version) = note_view(tx, &permit, id)?;
            Ok(Response::created(format!("/v1/notes/{id}"), &view)?.with_version(version))
        })
        .await
}

/// The note, if the caller may read it or add to it: a signed note of a practitioner whose record they may read, or their own
/// draft.
fn readable_note(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Permit, Note)> {
    let (permit, note) = records::find(tx, id)?.permit(tx, caller, purpose)?;
    if note.state == NoteState::Draft && note.author != caller.id {
        return Err(Error::not_found());
    }
    if purpose == Purpose::FinishOwn {
        care_relationship::check_own_or_readable(tx, caller, note.author, permit.practitioner())?;
    }
    Ok((permit, note))
}

/// The caller's own note, its row locked. Other clinicians who may read the note get the refusal that it is signed.
fn own_note(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, Note)> {
    records::lock(tx, id)?;
    let (permit, note) = readable_note(tx, caller, id, Purpose::FinishOwn)?;
    if note.author == caller.id { Ok((permit, note)) } else { Err(Reason::NoteSigned.into()) }
}

fn note_view(tx: &mut Tx, permit: &Permit, id: Id) -> Result<(ClinicalNoteView, i32)> {
    let note = records::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let addenda = records::addenda(tx, &[id])?.remove(&id).unwrap_or_default();
    let version = note.version;
    Ok((ClinicalNoteView::new(note, addenda), version))
}

fn note_response(tx: &mut Tx, permit: &Permit, id: Id) -> Result<Response> {
    let (view, version) = note_view(tx, permit, id)?;
    Ok(Response::ok(&view)?.with_version(version))
}
