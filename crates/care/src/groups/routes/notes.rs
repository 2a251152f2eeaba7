//! HTTP handlers: notes about group members, part of the members' records.

use actix_web::{get, post, put};

use super::members::MemberAccess;
use super::{group_for_staff, session_facts};
use crate::assessment::callers::PractitionerOrClinician;
use crate::groups::dto::{CreateGroupNote, GroupNoteView, Reader, ReplaceGroupNote};
use crate::groups::queries::records;
use crate::groups::queries::records::{GroupNote, NoteFilter};
use crate::groups::queries::{enrolments, facilitators, groups, sessions};
use crate::groups::rules;
use people::relationships::{Basis, Permit, PermitExt, Protected, Purpose};
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Response};
use platform::ids::{Id, UtcTime};

/// Create a draft note about a group member
///
/// In group therapy, each member's record has a note for each session. The note starts as a draft that only its author can
/// change and sign. A signed note cannot be changed; add another note instead.
#[utoipa::path(
    operation_id = "createGroupNote", tag = "Group therapy", request_body = CreateGroupNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("group_note.written")),
        ("x-problems" = json!(["invalid_body", "group_not_open",
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
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let note = create(tx, &caller, id, &form)?;
            let (location, version) = (format!("/v1/group-notes/{}", note.id), note.version);
            Ok(Response::created(location, &GroupNoteView::new(note, Reader::Clinician))?.with_version(version))
        })
        .await
}

fn create(tx: &mut Tx, caller: &Caller, session: Id, form: &CreateGroupNote) -> Result<GroupNote> {
    let group = sessions::group_of(tx, session)?.ok_or_else(Error::not_found)?;
    groups::lock(tx, group)?;
    let group = group_for_staff(tx, caller, group)?;
    let session = sessions::find(tx, session)?.ok_or_else(Error::not_found)?;
    let members = MemberAccess::of(tx, caller, group.id)?;
    let mut named = enrolments::find_all(tx, group.id, &[form.enrolment_id])?;
    let readable = members.readable(tx, caller, &named, Purpose::Know)?;
    let member = named.pop().filter(|enrolment| enrolment.practitioner.is_some() && readable.contains(enrolment.id));
    rules::check_note(
        &session_facts(&group, &session),
        member.as_ref().map(|enrolment| enrolment.membership()).as_ref(),
        tx.now.get(),
    )?;
    let practitioner = member.and_then(|enrolment| enrolment.practitioner).ok_or_else(Error::not_found)?;
    let permit = members.permit(tx, caller, practitioner, Purpose::AddToRecord)?;
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
    permit.record(tx, "group_note.written", ("practitioner", Some(practitioner)))?;
    Ok(note)
}

/// The note, if the caller may read it. Only its author may read a draft. A signed note may also be read by the group's
/// facilitators until some time after the member's place ended, by clinicians who may read the practitioner's record, and by the
/// practitioner.
fn visible_note(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Permit, GroupNote)> {
    // Everything is asked for an id that does not exist too.
    let (group, practitioner) = records::owner_of_note(tx, id)?.unwrap_or((Id::NO_RECORD, Id::NO_RECORD));
    let note = records::find_note(tx, id)?;
    let facilitates = facilitators::facilitates(tx, group, caller.id)?;
    let members = MemberAccess::of(tx, caller, group)?;
    let note = note.map(|note| if facilitates { members.admit(practitioner, note) } else { note });
    let (permit, note) = note.permit(tx, caller, purpose)?;
    if note.signed_at.is_some() || note.author == caller.id { Ok((permit, note)) } else { Err(Error::not_found()) }
}

/// Get a group note
///
/// Practitioners see the shared part of a signed note. Every access is recorded.
#[utoipa::path(
    operation_id = "getGroupNote", tag = "Group therapy",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("group_note.read"))),
    params(("id" = Id, Path, description = "The note.")),
    responses((status = 200, description = "The note.", body = GroupNoteView))
)]
#[get("/v1/group-notes/{id}")]
pub async fn get_group_note(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, note) = visible_note(tx, &caller, id, Purpose::ReadRecord)?;
            permit.record(tx, "group_note.read", ("practitioner", Some(note.practitioner)))?;
            let version = note.version;
            Ok(Response::ok(&GroupNoteView::new(note, Reader::from(&permit)))?.with_version(version))
        })
        .await
}

/// The caller's own draft, if it still has the version that the caller read.
fn own_draft(tx: &mut Tx, caller: &Caller, id: Id, seen: &IfMatch) -> Result<Permit> {
    let (_, note) = visible_note(tx, caller, id, Purpose::FinishOwn)?;
    groups::lock(tx, note.group)?;
    let (permit, note) = visible_note(tx, caller, id, Purpose::FinishOwn)?;
    if note.author != caller.id {
        return Err(Error::not_found());
    }
    rules::check_not_signed(note.signed_at.map(UtcTime::get))?;
    seen.check(note.version)?;
    Ok(permit)
}

fn answer(tx: &mut Tx, permit: &Permit, id: Id) -> Result<Response> {
    let note = records::find_note(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let version = note.version;
    Ok(Response::ok(&GroupNoteView::new(note, Reader::Clinician))?.with_version(version))
}

/// Replace a draft group note
#[utoipa::path(
    operation_id = "replaceGroupNote", tag = "Group therapy", request_body = ReplaceGroupNote,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("group_note.reworded")),
        ("x-problems" = json!(["state_conflict"]))),
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
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = own_draft(tx, &caller, id, &seen)?;
            records::replace_note_content(tx, id, &form.content())?;
            permit.record(tx, "group_note.reworded", ("practitioner", Some(permit.practitioner())))?;
            answer(tx, &permit, id)
        })
        .await
}

/// Sign a group note
///
/// A signed note cannot be changed.
#[utoipa::path(
    operation_id = "signGroupNote", tag = "Group therapy",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("group_note.signed")),
        ("x-problems" = json!(["state_conflict"]))),
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
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let permit = own_draft(tx, &caller, id, &seen)?;
            records::sign_note(tx, id)?;
            permit.record(tx, "group_note.signed", ("practitioner", Some(permit.practitioner())))?;
            answer(tx, &permit, id)
        })
        .await
}

/// List a practitioner's group notes
///
/// Clinicians who may read the practitioner's record see the signed notes of all groups, facilitators those of their group until
/// 30 days after the practitioner's place ended. Only the author sees a draft. Practitioners see the shared part of signed notes.
/// Every access is recorded.
#[utoipa::path(
    operation_id = "listGroupNotes", tag = "Group therapy", params(("id" = Id, Path, description = "The practitioner.")),
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("group_notes.read"))),
    responses((status = 200, description = "The notes, the newest first.", body = Page<GroupNoteView>))
)]
#[get("/v1/practitioners/{id}/group-notes")]
pub async fn list_group_notes(
    caller: PractitionerOrClinician,
    id: Path<Id>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, filter) = readable_notes(tx, &caller, id, paging.after)?;
            let rows = records::list_notes(tx, id, &filter, paging.rows())?;
            let page = paging.readable(rows)?;
            permit.record(tx, "group_notes.read", ("practitioner", Some(id)))?;
            Response::ok(&page.map(|note| GroupNoteView::new(note, Reader::from(&permit))))
        })
        .await
}

/// Which notes of this practitioner the caller may read: of the groups that they facilitate, if they may not read the record.
fn readable_notes(tx: &mut Tx, caller: &Caller, practitioner: Id, before: Option<Id>) -> Result<(Permit, NoteFilter)> {
    let mut filter = NoteFilter { drafts_of: caller.is_staff().then_some(caller.id), before, groups: None };
    let (open, agreed) = if caller.is_staff() { led_groups(tx, caller, practitioner)? } else { (Vec::new(), Vec::new()) };
    let record = Protected::new(practitioner, ()).while_open(|()| !open.is_empty(), Basis::Group);
    let (permit, ()) = record.where_both_agreed(!agreed.is_empty()).permit(tx, caller, Purpose::ReadRecord)?;
    if permit.basis() == Basis::Group {
        // People who are kept apart meet only in the groups for which they agreed to.
        filter.groups = Some(if agreed.is_empty() { open } else { agreed });
    }
    Ok((permit, filter))
}

/// The groups that the caller facilitates in which the practitioner has or wants a place or did until a short time ago, and those
/// of them in which the two meet by agreement.
fn led_groups(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<(Vec<Id>, Vec<Id>)> {
    let led = facilitators::led_by(tx, caller.id)?;
    let shared = enrolments::groups_of(tx, practitioner)?;
    let (mut open, mut agreed) = (Vec::new(), Vec::new());
    for group in led {
        // Read for every group that the caller leads: a 404 takes the same time whether or not the practitioner was in one.
        let members = MemberAccess::of(tx, caller, group)?;
        if !shared.contains(&group) {
            continue;
        }
        if members.is_open(practitioner) {
            open.push(group);
        }
        if members.has_agreed(practitioner) {
            agreed.push(group);
        }
    }
    Ok((open, agreed))
}
