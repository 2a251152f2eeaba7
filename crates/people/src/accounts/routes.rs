//! HTTP handlers of the caller's own account.

use actix_web::{get, patch};

use super::dto::{Me, UpdateMe};
use super::queries;
use crate::Anyone;
use crate::accounts::queries::lock_account;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{IfMatch, Json, Response};
use platform::refusal::Reason;

/// Get my account
#[utoipa::path(
    operation_id = "getMe", tag = "Account", extensions(("x-roles" = json!(Anyone::ROLES))),
    responses((status = 200, description = "The caller's account.", body = Me))
)]
#[get("/v1/me")]
pub async fn get_me(caller: Anyone, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let details = queries::find(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let version = details.account.version;
            Ok(Response::ok(&Me::from(details))?.with_version(version))
        })
        .await
}

/// Update my account
///
/// Practitioners choose the name that they are called by. Only an administrator changes the name of a member of staff, because
/// practitioners block staff by name.
#[utoipa::path(
    operation_id = "updateMe", tag = "Account", request_body = UpdateMe,
    extensions(("x-roles" = json!(Anyone::ROLES)), ("x-audit" = json!("account.renamed")),
        ("x-problems" = json!(["wrong_role"]))),
    params(IfMatch),
    responses((status = 200, description = "The account as it is now.", body = Me))
)]
#[patch("/v1/me")]
pub async fn update_me(caller: Anyone, seen: IfMatch, form: Json<UpdateMe>, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            lock_account(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let before = queries::find(tx, caller.id)?.ok_or_else(Error::not_found)?;
            seen.check(before.account.version)?;
            let renamed = form.name.as_ref().filter(|name| name.reveal().trim() != before.name.reveal());
            if caller.is_staff() && renamed.is_some() {
                let detail = "Only an administrator can change the name of a member of staff. Ask an administrator.";
                return Err(Error::field(Reason::AdministratorOnly, "/name", "not_allowed", detail));
            }
            if let Some(name) = &form.name {
                queries::rename(tx, caller.id, name.reveal())?;
                audit::record(tx, caller.actor(), "account.renamed", ("account", Some(caller.id)))?;
            }
            let after = queries::find(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let version = after.account.version;
            Ok(Response::ok(&Me::from(after))?.with_version(version))
        })
        .await
}
