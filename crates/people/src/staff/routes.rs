//! HTTP handlers of staff accounts.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{get, patch, post};

use super::dto::{CreateStaff, StaffIdentityEntry, StaffMember, StaffQuery, UpdateStaff};
use super::{closing, employers, identity_changes, opening};
use crate::Administrator;
use crate::accounts::identity::{ChangedBy, IdentityKind};
use crate::accounts::model::Role;
use crate::accounts::queries::lock_account;
use crate::accounts::staff_names::check_staff_name;
use crate::accounts::{identity, identity_history, queries};
use crate::relationships::conflict_handlers::ConflictHandlers;
use crate::relationships::same_person::{may_have_name, same_person};
use crate::staff_changes;
use crate::staff_changes::model::StaffChangeKind;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::seal::readable;

/// Create a staff account
///
/// The account is closed and its state is `awaiting_approval` until another administrator approves `pending_change`. Then the
/// person gets an email with a link to choose a password, which is valid for three days. Administrators cannot create a second
/// account for themselves: another administrator creates the account of a person who has your name.
///
/// `email_taken` is about other members of staff only. Where the address belongs to someone else, this answer and everything
/// that administrators see is the same as for a new address, and the owner gets an email that asks for another address.
#[utoipa::path(
    operation_id = "createStaff", tag = "Staff", request_body = CreateStaff,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff.created")), ("x-problems" = json!(["email_taken", "own_account"]))),
    responses((status = 201, description = "Created, and waiting for another administrator.", body = StaffMember))
)]
#[post("/v1/staff")]
pub async fn create_staff(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateStaff>,
    platform: Platform,
) -> Result<Response> {
    check_staff_name(form.name.reveal())?;
    platform
        .write_once(attempt, move |tx| {
            if may_have_name(tx, caller.id, form.name.reveal())? {
                let detail = "This may be your own name. Ask another administrator to do this.";
                return Err(Error::field(Reason::OwnAccount, "/name", "not_allowed", detail));
            }
            let id = Id::new(tx.now);
            let email = form.email.reveal().trim();
            let new = queries::NewAccount {
                id,
                role: form.role.into(),
                email,
                name: form.name.reveal(),
                password_hash: None,
                email_verified_at: None,
            };
            let by = ChangedBy::one(caller.id, form.reason.reveal());
            queries::insert_closed(tx, &new, by)?;
            if form.employer_ods.is_some() {
                let employer = employers::check(new.role, form.employer_ods.as_ref())?;
                identity::set_current(tx, id, IdentityKind::Employer, employer.as_deref(), by)?;
            }
            audit::record(tx, caller.actor(), "staff.created", ("account", Some(id)))?;
            let details = find_staff(tx, id)?;
            opening::propose(tx, &caller, &details.account, form.reason.reveal())?;
            let version = details.account.version;
            Ok(Response::created(format!("/v1/staff/{id}"), &view(tx, details)?)?.with_version(version))
        })
        .await
}

/// List staff accounts
#[utoipa::path(
    operation_id = "listStaff", tag = "Staff", extensions(("x-roles" = json!(Administrator::ROLES))), params(StaffQuery),
    responses((status = 200, description = "Staff accounts, oldest first.", body = Page<StaffMember>))
)]
#[get("/v1/staff")]
pub async fn list_staff(
    _caller: Administrator,
    query: Query<StaffQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let StaffQuery { role } = query.0;
    platform
        .read(move |tx| {
            let rows = queries::list_staff(tx, role.map(Role::from), paging.after, paging.rows())?;
            let page = paging.page(rows, |(id, _)| *id)?;
            let (members, unreadable) = readable(page.items.into_iter().map(|(_, details)| details))?;
            let closed: Vec<Id> = members.iter().filter(|one| !one.account.active).map(|one| one.account.id).collect();
            let all: Vec<Id> = members.iter().map(|one| one.account.id).collect();
            let mut openings: BTreeMap<Id, _> =
                staff_changes::pending_among(tx, StaffChangeKind::OpenAccount, &closed)?.into_iter().collect();
            let mut identities: BTreeMap<Id, _> =
                staff_changes::pending_among(tx, StaffChangeKind::AccountIdentity, &all)?.into_iter().collect();
            let items = members.into_iter().map(|one| {
                let id = one.account.id;
                StaffMember::new(one, openings.remove(&id), identities.remove(&id))
            });
            let items = items.collect();
            Response::ok(&Page { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a staff account
#[utoipa::path(
    operation_id = "getStaff", tag = "Staff", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The id of the account.")),
    responses((status = 200, description = "The account.", body = StaffMember))
)]
#[get("/v1/staff/{id}")]
pub async fn get_staff(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let details = find_staff(tx, id.0)?;
            let version = details.account.version;
            Ok(Response::ok(&view(tx, details)?)?.with_version(version))
        })
        .await
}

/// Update a staff account
///
/// An account is closed at once, and the changes that wait for it are withdrawn. A new name or employer applies when another
/// administrator has approved `pending_identity_change`, and a closed account is open again when `pending_change` is approved; a
/// session is never opened again. You cannot rename or close your own account, or set your own employer, nor what may be your own
/// under another name: practitioners are kept apart from staff by name and employer. The last privacy officer and the last two
/// administrators are not closed: open an account for another one first.
#[utoipa::path(
    operation_id = "updateStaff", tag = "Staff", request_body = UpdateStaff,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!(["staff_change.proposed", "staff.closed"])), ("x-problems" = json!(["own_account", "state_conflict"]))),
    params(("id" = Id, Path, description = "The id of the account."), IfMatch),
    responses((status = 200, description = "The account as it is now.", body = StaffMember))
)]
#[patch("/v1/staff/{id}")]
pub async fn update_staff(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<UpdateStaff>,
    platform: Platform,
    handlers: Data<ConflictHandlers>,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            lock_account(tx, id)?.ok_or_else(Error::not_found)?;
            let before = find_staff(tx, id)?;
            seen.check(before.account.version)?;
            check_not_own_account(tx, &form, &caller, id, before.name.reveal())?;
            identity_changes::propose(tx, &caller, &before, &form)?;
            match form.active {
                Some(false) => closing::close(tx, &caller, &before.account, ChangedBy::one(caller.id, form.reason.reveal()))?,
                Some(true) if !before.account.active => {
                    opening::propose(tx, &caller, &before.account, form.reason.reveal())?;
                }
                Some(true) | None => {}
            }
            (handlers.for_staff)(tx, id)?;
            let details = find_staff(tx, id)?;
            let version = details.account.version;
            Ok(Response::ok(&view(tx, details)?)?.with_version(version))
        })
        .await
}

/// Refuses changes that administrators must not make to their own account: closing or renaming it, or setting the employer. Of what
/// may be theirs under another name they may close what they could not open.
fn check_not_own_account(tx: &mut Tx, form: &UpdateStaff, caller: &Administrator, id: Id, present: &str) -> Result<()> {
    let is_own = id == caller.id;
    let pointer = if form.name.as_ref().is_some_and(|name| name.reveal().trim() != present) {
        "/name"
    } else if form.employer_ods.is_some() {
        "/employer_ods"
    } else if form.active == Some(!is_own) {
        "/active"
    } else {
        return Ok(());
    };
    let detail = if is_own {
        "You cannot do this to your own account. Ask another administrator to do it."
    } else if same_person(tx, caller.id, id)? {
        "This may be your own account. Ask another administrator to do this."
    } else {
        return Ok(());
    };
    Err(Error::field(Reason::OwnAccount, pointer, "not_allowed", detail))
}

/// List the identity history of a staff member
///
/// The current and former names, registrations, employers, disciplines, prescribing rights and hubs of a member of staff, and when the
/// account was opened and closed: for each entry who set, approved and ended it, when, and why. Practitioners who must not meet them are
/// found by names, registrations and employers; an employer counts for a year after they left it. Each time this history is read, the audit
/// trail records it.
#[utoipa::path(
    operation_id = "listStaffIdentityHistory", tag = "Staff",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("staff.identity_history_read"))),
    params(("id" = Id, Path, description = "The id of the account.")),
    responses((status = 200, description = "The entries, newest first.", body = Page<StaffIdentityEntry>))
)]
#[get("/v1/staff/{id}/identity-history")]
pub async fn list_staff_identity_history(
    caller: Administrator,
    id: Path<Id>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            find_staff(tx, id)?;
            let rows = identity_history::history(tx, id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            audit::record(tx, caller.actor(), "staff.identity_history_read", ("account", Some(id)))?;
            Response::ok(&page.map(StaffIdentityEntry::from))
        })
        .await
}

/// The account of a member of staff. Administrators may not know of practitioners' accounts: they are not found.
fn find_staff(tx: &mut Tx, id: Id) -> Result<queries::AccountDetails> {
    queries::find(tx, id)?.filter(|details| details.account.role != Role::Practitioner).ok_or_else(Error::not_found)
}

/// The account, with the changes that wait for it.
fn view(tx: &mut Tx, details: queries::AccountDetails) -> Result<StaffMember> {
    let (id, closed) = (details.account.id, !details.account.active);
    let opening = if closed { staff_changes::pending(tx, StaffChangeKind::OpenAccount, id)? } else { None };
    let identity = staff_changes::pending(tx, StaffChangeKind::AccountIdentity, id)?;
    Ok(StaffMember::new(details, opening, identity))
}
