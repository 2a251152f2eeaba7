//! HTTP handlers: create and replace groups.

use std::collections::BTreeSet;

use actix_web::web::Data;
use actix_web::{post, put};

use super::GroupRole;
use super::reading::group_view;
use crate::groups::dto::{GroupForm, GroupSaved};
use crate::groups::model::{GroupState, Programme, policies};
use crate::groups::notifications;
use crate::groups::queries::enrolments;
use crate::groups::queries::groups;
use crate::groups::queries::groups::Group;
use crate::groups::{places, rules, timetable};
use people::{Coordinator, Role, accounts};
use platform::Platform;
use platform::Tx;
use platform::audit::{self, RefusedAttempt};
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Path, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use platform::throttle::Throttle;
use scheduling::calendar::messages::{Change, ChangeKind};
use scheduling::calendar::{reservations, slots};

/// Create a group
///
/// Plans the sessions in UK local time: all sessions of a series, half a year of a slow-open group. The sessions take up the
/// facilitators' time: their free slots are removed, and booked appointments at these times are listed, not cancelled.
#[utoipa::path(
    operation_id = "createGroup", tag = "Group therapy", request_body = GroupForm,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("group.created")),
        ("x-problems" = json!(["invalid_body", "facilitator_busy",
        "directory_entry_required"]))),
    responses((status = 201, description = "The group is created.", body = GroupSaved))
)]
#[post("/v1/groups")]
pub async fn create_group(caller: Coordinator, attempt: Attempt, form: Json<GroupForm>, platform: Platform) -> Result<Response> {
    let now = platform.clock.now();
    let programme = form.programme();
    rules::check_programme(&programme, now.london_day(), &policies())?;
    platform
        .write_once(attempt, move |tx| {
            check_facilitators(tx, &programme, &[])?;
            let group = Group {
                id: Id::new(tx.now),
                programme: programme.clone(),
                state: GroupState::Forming,
                enrolment_closes_at: None,
                sessions_until: tx.now.london_day(),
                version: 1,
                created_at: tx.now,
            };
            groups::insert(tx, &group, caller.id)?;
            let orphaned = timetable::plan_sessions_again(tx, &group, &[], caller.actor())?;
            audit::record(tx, caller.actor(), "group.created", ("group", Some(group.id)))?;
            notifications::notify_facilitators(tx, group.id, caller.id, Change::of(ChangeKind::Session, group.id))?;
            let (saved, version) = saved(tx, &caller, group.id, orphaned)?;
            Ok(Response::created(format!("/v1/groups/{}", saved.id), &saved)?.with_version(version))
        })
        .await
}

/// Checks that both are active clinicians with a directory entry. Locks their rows and those of the former facilitators.
fn check_facilitators(tx: &mut Tx, programme: &Programme, former: &[Id]) -> Result<()> {
    let mut refusal = Refusal::from(Reason::InvalidGroup);
    for (pointer, id) in ["/first_facilitator_id", "/second_facilitator_id"].into_iter().zip(programme.facilitators) {
        let account = accounts::queries::find(tx, id)?;
        if !account.is_some_and(|open| open.account.role == Role::Clinician && open.account.active) {
            refusal = refusal.field(pointer, "unknown", "No active clinician has this id. Choose another clinician.");
        }
    }
    if !refusal.fields.is_empty() {
        return Err(refusal.into());
    }
    let all: Vec<Id> = programme.facilitators.iter().chain(former).copied().collect();
    reservations::lock(tx, &all)
}

fn saved(tx: &mut Tx, caller: &Coordinator, id: Id, orphaned: Vec<Id>) -> Result<(GroupSaved, i32)> {
    let group = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
    let version = group.version;
    let group = group_view(tx, caller, group, GroupRole::Coordinator)?;
    let orphaned_appointments = slots::show_orphaned(tx, caller, orphaned)?;
    Ok((GroupSaved { id, group, orphaned_appointments }, version))
}

/// Replace a group
///
/// If the times or the facilitators change, upcoming sessions are planned again and members are notified. Kind, audience and
/// record type cannot change, and the capacity cannot be less than the places taken or on offer. Refused attempts at another
/// facilitator are recorded, and the number of changes is limited.
#[utoipa::path(
    operation_id = "replaceGroup", tag = "Group therapy", request_body = GroupForm,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("group.changed")),
        ("x-problems" = json!(["invalid_body", "facilitator_busy",
        "directory_entry_required", "group_not_open", "group_conflict"]))),
    params(("id" = Id, Path, description = "The group."), IfMatch),
    responses((status = 200, description = "The group is changed.", body = GroupSaved))
)]
#[put("/v1/groups/{id}")]
pub async fn replace_group(
    caller: Coordinator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<GroupForm>,
    platform: Platform,
    throttle: Data<Throttle>,
) -> Result<Response> {
    throttle.conflict_trial(caller.id)?;
    let (id, actor, later) = (id.0, caller.actor(), platform.clone());
    let programme = form.programme();
    let replaced = platform
        .write(move |tx| {
            groups::lock(tx, id)?;
            let present = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
            seen.check(present.version)?;
            let seats = places::place_holders(tx, id)?;
            check_change(&present, &programme, seats.len())?;
            rules::check_programme(&programme, tx.now.london_day(), &policies())?;
            let former = present.programme.facilitators;
            check_facilitators(tx, &programme, &former)?;
            check_new_facilitators(tx, &seats, &former, &programme)?;
            move_to_lower_seats(tx, seats, programme.capacity)?;
            let group = Group { programme: programme.clone(), ..present.clone() };
            groups::replace(tx, &group)?;
            let orphaned = if has_same_sessions(&present.programme, &programme) {
                timetable::update_enrolment_close(tx, &group)?;
                Vec::new()
            } else {
                let orphaned = timetable::plan_sessions_again(tx, &group, &former, caller.actor())?;
                notifications::times_changed(tx, id)?;
                let affected: BTreeSet<Id> = former.iter().chain(&programme.facilitators).copied().collect();
                let affected: Vec<Id> = affected.into_iter().collect();
                notifications::notify_clinicians(tx, &affected, caller.id, Change::of(ChangeKind::Session, id))?;
                orphaned
            };
            places::refresh_offers(tx, id)?;
            audit::record(tx, caller.actor(), "group.changed", ("group", Some(id)))?;
            let (saved, version) = saved(tx, &caller, id, orphaned)?;
            Ok(Response::ok(&saved)?.with_version(version))
        })
        .await;
    if replaced.as_ref().is_err_and(|error| error.reason() == Reason::GroupConflict) {
        // Trying out who the members must not meet shows in the audit trail. It names no practitioner.
        let attempt = RefusedAttempt::new("group.facilitator_refused", ("group", id), None);
        later.write(move |tx| audit::record_refused(tx, actor, &attempt)).await?;
    }
    replaced
}

/// Checks that nothing changes that cannot, and that no one would lose a place.
fn check_change(present: &Group, new: &Programme, seated: usize) -> Result<()> {
    if !present.state.is_open() {
        return Err(Reason::GroupNotOpen.into());
    }
    let before = &present.programme;
    let mut refusal = Refusal::from(Reason::InvalidGroup);
    for (pointer, same) in [
        ("/kind", before.kind == new.kind),
        ("/record_type", before.record_type == new.record_type),
        ("/audience", before.audience == new.audience),
    ] {
        if !same {
            refusal = refusal.field(pointer, "not_allowed", "This cannot be changed. Create another group instead.");
        }
    }
    if seated > usize::from(new.capacity) {
        refusal =
            refusal.field("/capacity", "out_of_range", "More places than this are taken or on offer. Choose a higher capacity.");
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal.into()) }
}

/// Checks that no member is in conflict with a new facilitator.
fn check_new_facilitators(tx: &mut Tx, seats: &[enrolments::Enrolment], former: &[Id], new: &Programme) -> Result<()> {
    let joining: Vec<Id> = new.facilitators.into_iter().filter(|id| !former.contains(id)).collect();
    let barred = places::conflicting_facilitators(tx, seats, &joining)?;
    let mut refusal = Refusal::from(Reason::GroupConflict);
    for (pointer, id) in ["/first_facilitator_id", "/second_facilitator_id"].into_iter().zip(new.facilitators) {
        if barred.contains(&id) {
            refusal = refusal.field(pointer, "conflict", "This clinician cannot lead this group. Choose another one.");
        }
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal.into()) }
}

fn has_same_sessions(before: &Programme, new: &Programme) -> bool {
    before.series == new.series && before.facilitators == new.facilitators
}

/// Moves members with a seat number above the new capacity to a lower seat.
fn move_to_lower_seats(tx: &mut Tx, seats: Vec<enrolments::Enrolment>, capacity: u16) -> Result<()> {
    let mut taken: Vec<i32> = seats.iter().filter_map(|enrolment| enrolment.seat).collect();
    for mut enrolment in seats.into_iter().filter(|enrolment| enrolment.seat.is_some_and(|seat| seat > i32::from(capacity))) {
        let seat = rules::next_seat(&taken, capacity).ok_or(Reason::GroupFull)?;
        taken.push(seat);
        enrolment.seat = Some(seat);
        enrolments::replace(tx, &enrolment)?;
    }
    Ok(())
}
