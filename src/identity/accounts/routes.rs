//! One's own account.

use actix_web::{HttpRequest, get, patch, post, web::Data};
use chrono::TimeDelta;

use super::dto::{Me, MessageOnItsWay, RequestEmailVerification, UpdateMe, VerifyEmail};
use super::model::TokenPurpose;
use super::{letters, queries};
use crate::identity::Anyone;
use crate::platform::audit::{self, Actor};
use crate::platform::error::{Error, Result};
use crate::platform::http::{Answer, IfMatch, Json};
use crate::platform::refusal::Code;
use crate::platform::throttle::Throttle;
use crate::platform::{Platform, outbox};

/// How long a confirmation link works.
pub const VERIFICATION_LIFE: TimeDelta = TimeDelta::days(1);

/// Read my account
#[utoipa::path(
    operation_id = "getMe", tag = "identity", extensions(("x-roles" = json!(["any"]))),
    responses((status = 200, description = "The caller's account.", body = Me, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[get("/v1/me")]
pub async fn get_me(caller: Anyone, platform: Platform) -> Result<Answer> {
    let sealer = platform.sealer.clone();
    platform
        .db
        .read(move |conn| {
            let open = queries::open(conn, &sealer, caller.id)?.ok_or_else(Error::not_found)?;
            let version = open.account.version;
            Ok(Answer::ok(&Me::from(open))?.version(version))
        })
        .await
}

/// Change my account
///
/// Practitioners may be called what they like. The name of a member of staff is theirs by an administrator's hand: others keep
/// them away by it.
#[utoipa::path(
    operation_id = "updateMe", tag = "identity", request_body = UpdateMe,
    extensions(("x-roles" = json!(["any"])), ("x-problems" = json!(["administrator_only"]))),
    params(("If-Match" = String, Header, description = "The ETag of the account as it was read.")),
    responses((status = 200, description = "The account as it is now.", body = Me, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[patch("/v1/me")]
pub async fn update_me(caller: Anyone, seen: IfMatch, form: Json<UpdateMe>, platform: Platform) -> Result<Answer> {
    let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
    platform
        .db
        .write(move |conn| {
            crate::lock_row!(conn, accounts, caller.id)?.ok_or_else(Error::not_found)?;
            let before = queries::open(conn, &sealer, caller.id)?.ok_or_else(Error::not_found)?;
            seen.check(before.account.version)?;
            let renamed = form.name.as_ref().filter(|name| name.reveal().trim() != before.name.reveal());
            if caller.is_staff() && renamed.is_some() {
                let detail = "An administrator changes the names of staff.";
                return Err(Error::field(Code::AdministratorOnly, "/name", "not_allowed", detail));
            }
            if let Some(name) = &form.name {
                queries::rename(conn, &sealer, caller.id, name.reveal(), now)?;
                audit::record(conn, caller.actor(), "account.renamed", ("account", Some(caller.id)), now)?;
            }
            let after = queries::open(conn, &sealer, caller.id)?.ok_or_else(Error::not_found)?;
            let version = after.account.version;
            Ok(Answer::ok(&Me::from(after))?.version(version))
        })
        .await
}

/// Ask for another confirmation link
///
/// The answer is the same whether or not the address has an account.
#[utoipa::path(
    operation_id = "requestEmailVerification", tag = "identity", security(()), request_body = RequestEmailVerification,
    responses((status = 202, description = "Taken in. What happens next shows in the mailbox only.", body = MessageOnItsWay))
)]
#[post("/v1/email-verifications")]
pub async fn request_email_verification(
    form: Json<RequestEmailVerification>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    let (sealer, now, policy) = (platform.sealer.clone(), platform.clock.now(), platform.policy.clone());
    throttle.secret(&request, Some(&queries::email_index(&sealer, form.email.reveal())))?;
    platform
        .db
        .write(move |conn| {
            let account = queries::find_by_email(conn, &sealer, form.email.reveal())?;
            if let Some(account) = account.filter(|account| account.active && account.email_verified_at.is_none()) {
                let token = queries::issue_token(conn, account.id, TokenPurpose::VerifyEmail, VERIFICATION_LIFE, now)?;
                let letter = letters::verify_email(form.email.reveal().trim(), &policy.app_url, token.reveal());
                outbox::queue(conn, &sealer, "verify_email", &letter, now)?;
            }
            Answer::accepted(&MessageOnItsWay::neutral())
        })
        .await
}

/// Confirm an e-mail address
///
/// The token is the part of the link behind `#token=`. It works once.
#[utoipa::path(
    operation_id = "verifyEmail", tag = "identity", security(()), extensions(("x-problems" = json!(["token_expired"]))), request_body = VerifyEmail,
    responses((status = 204, description = "Confirmed; the account can be signed in to."))
)]
#[post("/v1/email-verifications/redemption")]
pub async fn verify_email(
    form: Json<VerifyEmail>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    throttle.secret(&request, None)?;
    let now = platform.clock.now();
    platform
        .db
        .write(move |conn| {
            let id = queries::redeem_token(conn, form.token.reveal(), TokenPurpose::VerifyEmail, now)?;
            queries::mark_verified(conn, id, now)?;
            audit::record(conn, Actor::ANONYMOUS, "account.email_verified", ("account", Some(id)), now)?;
            Ok(Answer::done())
        })
        .await
}
