//! HTTP handlers that change a password, and replace a lost one.

use super::sessions;
use crate::Anyone;
use crate::accounts::dto::EmailRequestReceived;
use crate::accounts::email_requests;
use crate::accounts::email_requests::EmailRequestKind;
use crate::accounts::model::TokenPurpose;
use crate::accounts::queries as accounts;
use crate::accounts::queries::lock_account;
use crate::sign_in::dto::{ChangePassword, CompletePasswordReset, RequestPasswordReset, SessionTokens};
use crate::sign_in::model::EndReason;
use crate::sign_in::passwords::{Match, Passwords};
use crate::sign_in::tokens::Tokens;
use crate::sign_in::{known_locations, queries};
use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Response};
use platform::refusal::{Reason, Refusal};
use platform::throttle::Throttle;

/// Change my password
///
/// Ends every session of the account, including the current one, and returns a new session for this device.
#[utoipa::path(
    operation_id = "changePassword", tag = "Account", request_body = ChangePassword,
    extensions(("x-roles" = json!(Anyone::ROLES)), ("x-audit" = json!("account.password_changed")),
        ("x-problems" = json!(["weak_password"]))),
    responses((status = 200, description = "Changed. The session in the answer is now the only one.", body = SessionTokens))
)]
#[post("/v1/me/change-password")]
pub async fn change_password(
    caller: Anyone,
    form: Json<ChangePassword>,
    platform: Platform,
    passwords: Data<Passwords>,
    tokens: Data<Tokens>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    throttle.secret(&request, Some(&caller.id.to_string()))?;
    let (details, stored) = platform
        .read(move |tx| {
            let details = accounts::find(tx, caller.id)?.ok_or_else(Error::not_found)?;
            Ok((details, accounts::password_hash(tx, caller.id)?))
        })
        .await?;
    if passwords.check(&form.current_password, stored.clone()).await? == Match::No {
        return Err(Refusal::new(Reason::InvalidBody, "The current password is not correct. Check it and try again.")
            .field("/current_password", "wrong", "This is not your current password.")
            .into());
    }
    let same = form.current_password == form.new_password;
    passwords.check_strength(&form.new_password, &[details.email.reveal(), details.name.reveal()], same, "/new_password")?;
    let hash = passwords.hash(&form.new_password).await?;
    let tokens = tokens.into_inner();
    platform
        .write(move |tx| {
            lock_account(tx, caller.id)?.ok_or_else(Error::not_found)?;
            if accounts::password_hash(tx, caller.id)? != stored {
                return Err(Error::from(Refusal::new(
                    Reason::InvalidBody,
                    "The current password is not correct. Check it and try again.",
                )));
            }
            accounts::set_password_hash(tx, caller.id, &hash)?;
            queries::end_all(tx, caller.id, EndReason::PasswordChanged)?;
            audit::record(tx, caller.actor(), "account.password_changed", ("account", Some(caller.id)))?;
            Response::ok(&sessions::begin(tx, &tokens, &details.account, None)?)
        })
        .await
}

/// Request a password reset
///
/// For someone who does not know their password any more: an email with a link to choose another one. The answer and its time are the
/// same whether or not the address has an account. At most two links are sent to an address within five minutes; only the newest one
/// works.
#[utoipa::path(
    operation_id = "requestPasswordReset", tag = "Account", security(()), request_body = RequestPasswordReset,
    responses((status = 202, description = "Accepted. An account with this address gets a link.", body = EmailRequestReceived))
)]
#[post("/v1/password-resets")]
pub async fn request_password_reset(
    form: Json<RequestPasswordReset>,
    attempt: Attempt,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let email_index = accounts::email_index(&platform.sealer, form.email.reveal());
    // This is no attempt to guess a secret: requests for an address have their own limit.
    throttle.secret(&request, None)?;
    platform
        .write_once(attempt, move |tx| {
            email_requests::create(tx, EmailRequestKind::PasswordReset, &email_index, None, tx.now)?;
            Response::accepted(&EmailRequestReceived::neutral())
        })
        .await
}

/// Complete a password reset
///
/// Ends every session of the account. The link also confirms the address. A new member of staff gets 409 `email_taken` when the
/// address belongs to another account.
#[utoipa::path(
    operation_id = "completePasswordReset", tag = "Account", security(()), request_body = CompletePasswordReset,
    extensions(("x-audit" = json!("account.password_reset")),
        ("x-problems" = json!(["weak_password", "token_expired", "email_taken"]))),
    responses((status = 204, description = "Changed. Sign in with the new password."))
)]
#[post("/v1/password-resets/complete")]
pub async fn complete_password_reset(
    form: Json<CompletePasswordReset>,
    attempt: Attempt,
    platform: Platform,
    passwords: Data<Passwords>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    throttle.secret(&request, None)?;
    passwords.check_strength(&form.new_password, &[], false, "/new_password")?;
    let hash = passwords.hash(&form.new_password).await?;
    let origin = throttle.origin(&request);
    platform
        .write_once(attempt, move |tx| {
            let id = accounts::redeem_token(tx, form.token.reveal(), TokenPurpose::ResetPassword)?;
            accounts::set_password_hash(tx, id, &hash)?;
            accounts::mark_email_verified(tx, id)?;
            known_locations::record(tx, id, &origin)?;
            queries::end_all(tx, id, EndReason::PasswordChanged)?;
            audit::record(tx, Actor::ANONYMOUS, "account.password_reset", ("account", Some(id)))?;
            Ok(Response::no_content())
        })
        .await
}
