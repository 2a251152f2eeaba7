//! HTTP handlers of staff accounts.

use actix_web::web::Data;
use actix_web::{get, patch, post};
use chrono::TimeDelta;

use super::dto::{CreateStaff, StaffIdentityEntry, StaffMember, StaffQuery, UpdateStaff};
use crate::Administrator;
use crate::accounts::model::{Role, TokenPurpose};
use crate::accounts::queries::lock_account;
use crate::accounts::{emails, identity, queries};
use crate::relationships::conflict_handlers::ConflictHandlers;
use crate::sign_in::model::EndReason;
use crate::sign_in::queries as sessions;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IfMatch, Json, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::names;
use platform::refusal::Reason;
use platform::seal::readable;
use platform::{Platform, outbox};

/// How long the link for a new member of staff to choose a password is valid.
const INVITATION_LIFE: TimeDelta = TimeDelta::days(3);

/// Create a staff account
///
/// The person gets an email with a link to choose a password. It is valid for three days. Administrators cannot create a second
/// account for themselves: another administrator creates the account of a person who has your name.
#[utoipa::path(
    operation_id = "createStaff", tag = "Staff", request_body = CreateStaff,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["email_taken", "own_account"]))),
    responses((status = 201, description = "Created.", body = StaffMember))
)]
#[post("/v1/staff")]
pub async fn create_staff(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateStaff>,
    platform: Platform,
) -> Result<Answer> {
    let policy = platform.policy.clone();
    platform
        .write_once(attempt, move |tx| {
            check_not_same_person(tx, caller.id, form.name.reveal())?;
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
            queries::insert(tx, &new)?;
            identity::set_creator(tx, id, caller.id)?;
            let token = queries::issue_token(tx, id, TokenPurpose::ResetPassword, INVITATION_LIFE)?;
            let invitation = emails::password_reset(email, &policy.app_url, token.reveal(), "three days");
            outbox::queue_email(tx, "staff_invitation", &invitation)?;
            audit::record(tx, caller.actor(), "staff.created", ("account", Some(id)))?;
            let details = find_staff(tx, id)?;
            let version = details.account.version;
            Ok(Answer::created(format!("/v1/staff/{id}"), &StaffMember::from(details))?.with_version(version))
        })
        .await
}

/// List staff accounts
#[utoipa::path(
    operation_id = "listStaff", tag = "Staff", extensions(("x-roles" = json!(Administrator::ROLES))), params(StaffQuery),
    responses((status = 200, description = "Staff accounts, oldest first.", body = Page<StaffMember>))
)]
#[get("/v1/staff")]
pub async fn list_staff(_caller: Administrator, query: Query<StaffQuery>, paging: Paging, platform: Platform) -> Result<Answer> {
    let StaffQuery { role } = query.0;
    platform
        .read(move |tx| {
            let rows = queries::list_staff(tx, role.map(Role::from), paging.after, paging.rows())?;
            let page = paging.page(rows, |(id, _)| *id)?;
            let (members, unreadable) = readable(page.items.into_iter().map(|(_, details)| details))?;
            let items = members.into_iter().map(StaffMember::from).collect();
            Answer::ok(&Page { items, unreadable, next_cursor: page.next_cursor })
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
pub async fn get_staff(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform
        .read(move |tx| {
            let details = find_staff(tx, id.0)?;
            let version = details.account.version;
            Ok(Answer::ok(&StaffMember::from(details))?.with_version(version))
        })
        .await
}

/// Update a staff account
///
/// You cannot rename or close your own account: another administrator does it, because practitioners block staff by name.
#[utoipa::path(
    operation_id = "updateStaff", tag = "Staff", request_body = UpdateStaff,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["own_account"]))),
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
) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            lock_account(tx, id)?.ok_or_else(Error::not_found)?;
            let before = find_staff(tx, id)?;
            seen.check(before.account.version)?;
            check_not_own_account(&form, &caller, id, before.name.reveal())?;
            if id != caller.id && form.name.is_some() {
                check_not_same_person(tx, caller.id, before.name.reveal())?;
            }
            if let Some(name) = &form.name {
                queries::rename_staff(tx, id, name.reveal(), caller.id)?;
                audit::record(tx, caller.actor(), "staff.renamed", ("account", Some(id)))?;
            }
            if let Some(active) = form.active {
                queries::set_active(tx, id, active)?;
                if !active {
                    sessions::end_all(tx, id, EndReason::Deactivated)?;
                }
                let action = if active { "staff.opened" } else { "staff.closed" };
                audit::record(tx, caller.actor(), action, ("account", Some(id)))?;
            }
            (handlers.for_staff)(tx, id)?;
            let details = find_staff(tx, id)?;
            let version = details.account.version;
            Ok(Answer::ok(&StaffMember::from(details))?.with_version(version))
        })
        .await
}

/// Refuses to act on an account whose name may be the caller's: with a second account, administrators could give themselves other
/// roles.
fn check_not_same_person(tx: &mut Tx, caller: Id, name: &str) -> Result<()> {
    let own = queries::find(tx, caller)?.ok_or_else(Error::not_found)?;
    if names::may_be_same_person(own.name.reveal(), name) {
        let detail = "This may be your own name. Ask another administrator to do this.";
        return Err(Error::field(Reason::OwnAccount, "/name", "not_allowed", detail));
    }
    Ok(())
}

/// Refuses changes that administrators must not make to their own account: closing or renaming it.
fn check_not_own_account(form: &UpdateStaff, caller: &Administrator, id: Id, present: &str) -> Result<()> {
    if id != caller.id {
        return Ok(());
    }
    let detail = "You cannot do this to your own account. Ask another administrator to do it.";
    if form.name.as_ref().is_some_and(|name| name.reveal().trim() != present) {
        return Err(Error::field(Reason::OwnAccount, "/name", "not_allowed", detail));
    }
    if form.active == Some(false) {
        return Err(Error::field(Reason::OwnAccount, "/active", "not_allowed", detail));
    }
    Ok(())
}

/// List the identity history of a staff member
///
/// The current and former names, registrations, employers and disciplines of a member of staff, with the accounts that set and
/// ended each. Practitioners who must not meet them are found by all of these; an employer counts for a year after they left it.
/// Each time this history is read, the audit trail records it.
#[utoipa::path(
    operation_id = "listStaffIdentityHistory", tag = "Staff", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The id of the account.")),
    responses((status = 200, description = "The entries, newest first.", body = Page<StaffIdentityEntry>))
)]
#[get("/v1/staff/{id}/identity-history")]
pub async fn list_staff_identity_history(
    caller: Administrator,
    id: Path<Id>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            find_staff(tx, id)?;
            let rows = identity::history(tx, id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            audit::record(tx, caller.actor(), "staff.identity_history_read", ("account", Some(id)))?;
            Answer::ok(&page.map(StaffIdentityEntry::from))
        })
        .await
}

/// The account of a member of staff. Administrators may not know of practitioners' accounts: they are not found.
fn find_staff(tx: &mut Tx, id: Id) -> Result<queries::AccountDetails> {
    queries::find(tx, id)?.filter(|details| details.account.role != Role::Practitioner).ok_or_else(Error::not_found)
}
