//! HTTP handlers: notes about group members, part of the members' records.

use actix_web::{get, post, put};

use super::{group_for_staff, hidden_practitioners, session_facts};
use crate::assessment::callers::CareParty;
use crate::groups::dto::{CreateGroupNote, GroupNoteView, Reader, ReplaceGroupNote};
use crate::groups::queries::records;
use crate::groups::queries::records::{GroupNote, NoteFilter};
use crate::groups::queries::{enrolments, groups, sessions};
use crate::groups::rules;
use people::{Caller, Clinician, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IfMatch, Json, Page, Paging, Path};
use platform::ids::{Id, UtcTime};
use platform::{Platform, audit};
use scheduling::booking::care_relationship;

/// Create a draft note about a group member
///
/// In group therapy, each member's record has a note for each session. The note starts as a draft that only its author can
/// change and sign. A signed note cannot be changed; add another note instead.
#[utoipa::path(
    operation_id = "createGroupNote", tag = "Group therapy", request_body = CreateGroupNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["invalid_body", "group_not_open",
        "state_conflict", "too_early"]))),
    params(("id" = Id, Path, description = "The session.")),
    responses((status = 201, description = "The draft.", body = GroupNoteView))
)]
#[post("/v1/group-sessions/{id}/notes")]
pub async fn create_group_note(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateGroupNote>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let note = create(tx, &caller, id, &form)?;
            let (location, version) = (format!("/v1/group-notes/{}", note.id), note.version);
            Ok(Answer::created(location, &GroupNoteView::new(note, Reader::Clinician))?.with_version(version))
        })
        .await
}

fn create(tx: &mut Tx, caller: &Caller, session: Id, form: &CreateGroupNote) -> Result<GroupNote> {
    let group = sessions::group_of(tx, session)?.ok_or_else(Error::not_found)?;
    groups::lock(tx, group)?;
    let group = group_for_staff(tx, caller, group)?;
    let session = sessions::find(tx, session)?.ok_or_else(Error::not_found)?;
    let hidden = hidden_practitioners(tx, caller, group.id)?;
    let member = enrolments::find_all(tx, group.id, &[form.enrolment_id])?.pop();
    let member = member.filter(|enrolment| enrolment.practitioner.is_some_and(|practitioner| !hidden.contains(&practitioner)));
    rules::check_note(
        &session_facts(&group, &session),
        member.as_ref().map(|enrolment| enrolment.membership()).as_ref(),
        tx.now.get(),
    )?;
    let practitioner = member.and_then(|enrolment| enrolment.practitioner).ok_or_else(Error::not_found)?;
    let note = GroupNote {
        id: Id::new(tx.now),
        session: session.id,
        group: group.id,
        session_at: session.starts_at,
        enrolment: form.enrolment_id,
        practitioner,
        author: caller.id,
        content: form.content(),
        signed_at: None,
        version: 1,
        created_at: tx.now,
    };
    records::insert_note(tx, &note)?;
    audit::record(tx, caller.actor(), "group_note.written", ("practitioner", Some(practitioner)))?;
    Ok(note)
}

/// The note, if the caller may read it. Only its author may read a draft. A signed note may also be read by the group's
/// facilitators, by clinicians who may read the practitioner's record, and by the practitioner.
fn visible_note(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(GroupNote, Reader)> {
    let note = records::find_note(tx, id)?.ok_or_else(Error::not_found)?;
    if caller.role == Role::Practitioner {
        let own = note.practitioner == caller.id && note.signed_at.is_some();
        return if own { Ok((note, Reader::Practitioner)) } else { Err(Error::not_found()) };
    }
    let readable = note.signed_at.is_some() || note.author == caller.id;
    if readable && (leads_group_of(tx, caller, &note)? || care_relationship::may_read(tx, caller.id, note.practitioner)?) {
        return Ok((note, Reader::Clinician));
    }
    Err(Error::not_found())
}

/// True for a facilitator of the note's group who may know of the member.
fn leads_group_of(tx: &mut Tx, caller: &Caller, note: &GroupNote) -> Result<bool> {
    let facilitates = groups::facilitates(tx, note.group, caller.id)?;
    Ok(facilitates && !hidden_practitioners(tx, caller, note.group)?.contains(&note.practitioner))
}

/// Get a group note
///
/// Practitioners see the shared part of a signed note. Every access is recorded.
#[utoipa::path(
    operation_id = "getGroupNote", tag = "Group therapy", extensions(("x-roles" = json!(CareParty::ROLES))),
    params(("id" = Id, Path, description = "The note.")),
    responses((status = 200, description = "The note.", body = GroupNoteView))
)]
#[get("/v1/group-notes/{id}")]
pub async fn get_group_note(caller: CareParty, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (note, reader) = visible_note(tx, &caller, id)?;
            audit::record(tx, caller.actor(), "group_note.read", ("practitioner", Some(note.practitioner)))?;
            let version = note.version;
            Ok(Answer::ok(&GroupNoteView::new(note, reader))?.with_version(version))
        })
        .await
}

/// The caller's own draft, if it still has the version that the caller read.
fn own_draft(tx: &mut Tx, caller: &Caller, id: Id, seen: &IfMatch) -> Result<GroupNote> {
    let (note, _) = visible_note(tx, caller, id)?;
    groups::lock(tx, note.group)?;
    let (note, _) = visible_note(tx, caller, id)?;
    if note.author != caller.id {
        return Err(Error::not_found());
    }
    rules::check_not_signed(note.signed_at.map(UtcTime::get))?;
    seen.check(note.version)?;
    Ok(note)
}

fn answer(tx: &mut Tx, id: Id) -> Result<Answer> {
    let note = records::find_note(tx, id)?.ok_or_else(Error::not_found)?;
    let version = note.version;
    Ok(Answer::ok(&GroupNoteView::new(note, Reader::Clinician))?.with_version(version))
}

/// Replace a draft group note
#[utoipa::path(
    operation_id = "replaceGroupNote", tag = "Group therapy", request_body = ReplaceGroupNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The note."), IfMatch),
    responses((status = 200, description = "The draft with its new text.", body = GroupNoteView))
)]
#[put("/v1/group-notes/{id}")]
pub async fn replace_group_note(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceGroupNote>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let note = own_draft(tx, &caller, id, &seen)?;
            records::replace_note_content(tx, id, &form.content())?;
            audit::record(tx, caller.actor(), "group_note.reworded", ("practitioner", Some(note.practitioner)))?;
            answer(tx, id)
        })
        .await
}

/// Sign a group note
///
/// A signed note cannot be changed.
#[utoipa::path(
    operation_id = "signGroupNote", tag = "Group therapy",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The note."), IfMatch),
    responses((status = 200, description = "The signed note.", body = GroupNoteView))
)]
#[post("/v1/group-notes/{id}/sign")]
pub async fn sign_group_note(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let note = own_draft(tx, &caller, id, &seen)?;
            records::sign_note(tx, id)?;
            audit::record(tx, caller.actor(), "group_note.signed", ("practitioner", Some(note.practitioner)))?;
            answer(tx, id)
        })
        .await
}

/// List a practitioner's group notes
///
/// Clinicians who may read the practitioner's record see the signed notes of all groups, facilitators those of their group.
/// Only the author sees a draft. Practitioners see the shared part of signed notes. Every access is recorded.
#[utoipa::path(
    operation_id = "listGroupNotes", tag = "Group therapy", params(("id" = Id, Path, description = "The practitioner.")),
    extensions(("x-roles" = json!(CareParty::ROLES))),
    responses((status = 200, description = "The notes, the newest first.", body = Page<GroupNoteView>))
)]
#[get("/v1/practitioners/{id}/group-notes")]
pub async fn list_group_notes(caller: CareParty, id: Path<Id>, paging: Paging, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (filter, reader) = readable_notes(tx, &caller, id, paging.after)?;
            let rows = records::list_notes(tx, id, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            audit::record(tx, caller.actor(), "group_notes.read", ("practitioner", Some(id)))?;
            Answer::ok(&page.map(|note| GroupNoteView::new(note, reader)))
        })
        .await
}

/// Which notes of this practitioner the caller may read.
fn readable_notes(tx: &mut Tx, caller: &Caller, practitioner: Id, before: Option<Id>) -> Result<(NoteFilter, Reader)> {
    if caller.role == Role::Practitioner {
        let own = NoteFilter { before, ..NoteFilter::default() };
        return if caller.id == practitioner { Ok((own, Reader::Practitioner)) } else { Err(Error::not_found()) };
    }
    let mut filter = NoteFilter { drafts_of: Some(caller.id), before, groups: None };
    if !care_relationship::may_read(tx, caller.id, practitioner)? {
        let mut led = groups::led_by(tx, caller.id)?;
        let shared = enrolments::groups_of(tx, practitioner)?;
        led.retain(|group| shared.contains(group));
        let mut groups = Vec::new();
        for group in led {
            if !hidden_practitioners(tx, caller, group)?.contains(&practitioner) {
                groups.push(group);
            }
        }
        if groups.is_empty() {
            return Err(Error::not_found());
        }
        filter.groups = Some(groups);
    }
    Ok((filter, Reader::Clinician))
}
