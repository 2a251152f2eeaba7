//! HTTP handlers of proposed changes. The account's row is locked before a change is decided, as it is before one is proposed.

use actix_web::web::Data;
use actix_web::{get, post};

use super::dto::{RejectStaffChange, StaffChangeQuery, StaffChangeView};
use super::model::{StaffChange, StaffChangeState};
use super::proposals::ChangeHandlers;
use super::queries;
use super::rules::{self, ApprovalFacts};
use crate::accounts::model::Role;
use crate::accounts::queries as accounts;
use crate::accounts::queries::lock_account;
use crate::relationships::conflict_handlers::ConflictHandlers;
use crate::relationships::same_person::same_person;
use crate::{Administrator, Caller};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::seal::readable;
use platform::{Platform, Tx, audit};

/// List staff changes
///
/// What gives a member of staff access to people or to controlled drugs, and the names and employers by which people are kept apart,
/// are proposed by one administrator and approved by another: a new or reopened account, a name, an employer, a clinician's
/// discipline or registration, prescribing rights, a commissioner's areas, a hub coordinator's hub. Until then nothing of it applies.
/// What takes access away needs one administrator and is not listed here. Each time the list is read, the audit trail records it.
#[utoipa::path(
    operation_id = "listStaffChanges", tag = "Staff",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff_change.listed"))),
    params(StaffChangeQuery),
    responses((status = 200, description = "Changes, the newest first.", body = Page<StaffChangeView>))
)]
#[get("/v1/staff-changes")]
pub async fn list_staff_changes(
    caller: Administrator,
    query: Query<StaffChangeQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let StaffChangeQuery { state } = query.0;
    platform
        .write(move |tx| {
            audit::record(tx, caller.actor(), "staff_change.listed", ("staff_change", None))?;
            let rows = queries::list(tx, state, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let mut unreadable = page.unreadable;
            let views = page.items.into_iter().map(|change| view(tx, change)).collect::<Vec<_>>();
            let (items, damaged) = readable(views)?;
            unreadable.extend(damaged);
            Response::ok(&Page { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a staff change
///
/// Each time it is read, the audit trail records it.
#[utoipa::path(
    operation_id = "getStaffChange", tag = "Staff",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff_change.read"))),
    params(("id" = Id, Path, description = "The id of the change.")),
    responses((status = 200, description = "The change.", body = StaffChangeView))
)]
#[get("/v1/staff-changes/{id}")]
pub async fn get_staff_change(caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let account = queries::account_of(tx, id)?.ok_or_else(Error::not_found)?;
            audit::record(tx, caller.actor(), "staff_change.read", ("account", Some(account)))?;
            change_answer(tx, id)
        })
        .await
}

/// Approve a staff change
///
/// From now on the change applies; the person of a new account gets an email with a link to choose a password. You cannot approve
/// what you proposed (`second_person_required`) nor what is about yourself (`own_account`), also not with a second account. Where
/// something else has changed since the proposal, the answer is 409: reject the change, and propose it again.
#[utoipa::path(
    operation_id = "approveStaffChange", tag = "Staff",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff_change.approved")),
        ("x-problems" = json!(["state_conflict", "second_person_required", "own_account"]))),
    params(("id" = Id, Path, description = "The id of the change.")),
    responses((status = 200, description = "Approved.", body = StaffChangeView))
)]
#[post("/v1/staff-changes/{id}/approve")]
pub async fn approve_staff_change(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
    handlers: Data<ChangeHandlers>,
    conflicts: Data<ConflictHandlers>,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let change = locked(tx, id)?;
            let facts = ApprovalFacts {
                status: change.status,
                proposed_by: change.proposed_by,
                caller: caller.id,
                account: change.account,
                may_be_subject: same_person(tx, caller.id, change.account)?,
                may_be_proposer: same_person(tx, caller.id, change.proposed_by)?,
                administrators: accounts::active_with_role(tx, Role::Administrator)?.len(),
            };
            rules::check_approval(&facts)?;
            let handler = handlers.0.iter().find(|handler| handler.kind == change.kind);
            let handler = handler.ok_or_else(|| Error::internal("a kind of staff change has no handler"))?;
            decide(tx, &caller, &change, StaffChangeState::Approved, None)?;
            audit::record(tx, caller.actor(), "staff_change.approved", ("account", Some(change.account)))?;
            (handler.apply)(tx, &change, &caller)?;
            // With another name, employer or registration they may be in conflict with practitioners they have arrangements with.
            (conflicts.for_staff)(tx, change.account)?;
            change_answer(tx, id)
        })
        .await
}

/// Reject a staff change
///
/// Nothing changes. A new account stays closed; to open it later is another change.
#[utoipa::path(
    operation_id = "rejectStaffChange", tag = "Staff", request_body = RejectStaffChange,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff_change.rejected")), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The id of the change.")),
    responses((status = 200, description = "Rejected.", body = StaffChangeView))
)]
#[post("/v1/staff-changes/{id}/reject")]
pub async fn reject_staff_change(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RejectStaffChange>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let change = locked(tx, id)?;
            decide(tx, &caller, &change, StaffChangeState::Rejected, Some(form.reason.reveal()))?;
            audit::record(tx, caller.actor(), "staff_change.rejected", ("account", Some(change.account)))?;
            change_answer(tx, id)
        })
        .await
}

/// Withdraw a staff change
///
/// For the administrator who proposed it. Nothing changes.
#[utoipa::path(
    operation_id = "withdrawStaffChange", tag = "Staff",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff_change.withdrawn")), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The id of the change.")),
    responses((status = 200, description = "Withdrawn.", body = StaffChangeView))
)]
#[post("/v1/staff-changes/{id}/withdraw")]
pub async fn withdraw_staff_change(
    caller: Administrator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let change = locked(tx, id)?;
            if change.proposed_by != caller.id {
                return Err(Reason::ProposerOnly.into());
            }
            decide(tx, &caller, &change, StaffChangeState::Withdrawn, None)?;
            audit::record(tx, caller.actor(), "staff_change.withdrawn", ("account", Some(change.account)))?;
            change_answer(tx, id)
        })
        .await
}

/// The change, when the row of its account is locked.
fn locked(tx: &mut Tx, id: Id) -> Result<StaffChange> {
    let account = queries::account_of(tx, id)?.ok_or_else(Error::not_found)?;
    lock_account(tx, account)?;
    queries::find(tx, id)?.ok_or_else(Error::not_found)
}

fn decide(tx: &mut Tx, caller: &Caller, change: &StaffChange, status: StaffChangeState, reason: Option<&str>) -> Result<()> {
    rules::check_pending(change.status)?;
    if queries::decide(tx, change.id, status, caller.id, reason)? { Ok(()) } else { Err(Reason::ChangeDecided.into()) }
}

fn change_answer(tx: &mut Tx, id: Id) -> Result<Response> {
    let change = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    Response::ok(&view(tx, change)?)
}

fn view(tx: &mut Tx, change: StaffChange) -> Result<StaffChangeView> {
    let account = accounts::find(tx, change.account)?.ok_or_else(Error::not_found)?;
    Ok(StaffChangeView::new(change, account))
}
