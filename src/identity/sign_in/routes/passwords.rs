//! Changing a password that is known, and replacing one that is not.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use chrono::TimeDelta;

use super::sessions;
use crate::identity::Anyone;
use crate::identity::accounts::dto::MessageOnItsWay;
use crate::identity::accounts::model::TokenPurpose;
use crate::identity::accounts::{letters, queries as accounts};
use crate::identity::sign_in::dto::{ChangePassword, RequestPasswordReset, ResetPassword, SignedIn};
use crate::identity::sign_in::model::EndReason;
use crate::identity::sign_in::passwords::{Match, Passwords};
use crate::identity::sign_in::queries;
use crate::identity::sign_in::tokens::Tokens;
use crate::platform::audit::{self, Actor};
use crate::platform::error::{Error, Result};
use crate::platform::http::{Answer, Json};
use crate::platform::refusal::{Code, Refusal};
use crate::platform::throttle::Throttle;
use crate::platform::{Platform, outbox};

/// How long a link for a new password works (OWASP ASVS 5.0, 6.5.5).
const RESET_LIFE: TimeDelta = TimeDelta::minutes(10);

/// Change my password
///
/// Ends every session of the account, the present one included, and answers with a new one for this device.
#[utoipa::path(
    operation_id = "changePassword", tag = "identity", request_body = ChangePassword,
    extensions(("x-roles" = json!(["any"])), ("x-problems" = json!(["weak_password"]))),
    responses((status = 200, description = "Changed; this is the account's one session now.", body = SignedIn))
)]
#[post("/v1/me/password")]
pub async fn change_password(
    caller: Anyone,
    form: Json<ChangePassword>,
    platform: Platform,
    passwords: Data<Passwords>,
    tokens: Data<Tokens>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    throttle.secret(&request, Some(&caller.id.to_string()))?;
    let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
    let (open, stored) = platform
        .db
        .read(move |conn| {
            let open = accounts::open(conn, &sealer, caller.id)?.ok_or_else(Error::not_found)?;
            Ok((open, accounts::password_hash(conn, caller.id)?))
        })
        .await?;
    if passwords.check(&form.current_password, stored.clone()).await? == Match::No {
        return Err(Refusal::new(Code::InvalidBody, "The present password is not right.")
            .field("/current_password", "wrong", "This is not the present password.")
            .into());
    }
    let same = form.current_password == form.new_password;
    passwords.judge(&form.new_password, &[open.email.reveal(), open.name.reveal()], same, "/new_password")?;
    let hash = passwords.hash(&form.new_password).await?;
    let (work, tokens) = (platform.clone(), tokens.into_inner());
    platform
        .db
        .write(move |conn| {
            crate::lock_row!(conn, accounts, caller.id)?.ok_or_else(Error::not_found)?;
            if accounts::password_hash(conn, caller.id)? != stored {
                return Err(Error::from(Refusal::new(Code::InvalidBody, "The present password is not right.")));
            }
            accounts::set_password_hash(conn, caller.id, &hash, now)?;
            queries::end_all(conn, caller.id, EndReason::PasswordChanged, now)?;
            audit::record(conn, caller.actor(), "account.password_changed", ("account", Some(caller.id)), now)?;
            Answer::ok(&sessions::begin(conn, &work, &tokens, &open.account, None, now)?)
        })
        .await
}

/// Ask for a link for a new password
///
/// The answer is the same whether or not the address has an account.
#[utoipa::path(
    operation_id = "requestPasswordReset", tag = "identity", security(()), request_body = RequestPasswordReset,
    responses((status = 202, description = "Taken in. What happens next shows in the mailbox only.", body = MessageOnItsWay))
)]
#[post("/v1/password-resets")]
pub async fn request_password_reset(
    form: Json<RequestPasswordReset>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    let (sealer, now, policy) = (platform.sealer.clone(), platform.clock.now(), platform.policy.clone());
    throttle.secret(&request, Some(&accounts::email_index(&sealer, form.email.reveal())))?;
    platform
        .db
        .write(move |conn| {
            let account = accounts::find_by_email(conn, &sealer, form.email.reveal())?.filter(|account| account.active);
            if let Some(account) = account {
                let token = accounts::issue_token(conn, account.id, TokenPurpose::ResetPassword, RESET_LIFE, now)?;
                let letter = letters::reset_password(form.email.reveal().trim(), &policy.app_url, token.reveal(), "ten minutes");
                outbox::queue(conn, &sealer, "reset_password", &letter, now)?;
            }
            audit::record(conn, Actor::ANONYMOUS, "account.reset_requested", ("account", account.map(|a| a.id)), now)?;
            Answer::accepted(&MessageOnItsWay::neutral())
        })
        .await
}

/// Choose a new password by link
///
/// Ends every session of the account. The link also shows that the address is the person's own.
#[utoipa::path(
    operation_id = "resetPassword", tag = "identity", security(()), request_body = ResetPassword,
    extensions(("x-problems" = json!(["weak_password", "token_expired"]))),
    responses((status = 204, description = "Changed. Sign in with the new password."))
)]
#[post("/v1/password-resets/redemption")]
pub async fn reset_password(
    form: Json<ResetPassword>,
    platform: Platform,
    passwords: Data<Passwords>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    throttle.secret(&request, None)?;
    passwords.judge(&form.new_password, &[], false, "/new_password")?;
    let hash = passwords.hash(&form.new_password).await?;
    let now = platform.clock.now();
    platform
        .db
        .write(move |conn| {
            let id = accounts::redeem_token(conn, form.token.reveal(), TokenPurpose::ResetPassword, now)?;
            accounts::set_password_hash(conn, id, &hash, now)?;
            accounts::mark_verified(conn, id, now)?;
            queries::end_all(conn, id, EndReason::PasswordChanged, now)?;
            audit::record(conn, Actor::ANONYMOUS, "account.password_reset", ("account", Some(id)), now)?;
            Ok(Answer::done())
        })
        .await
}
