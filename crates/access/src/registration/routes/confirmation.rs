//! HTTP handlers that confirm the email address of a registration.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use crate::registration::confirmation;
use crate::registration::confirmation::MAX_TRIES;
use crate::registration::dto::{ConfirmEmail, RequestEmailConfirmation};
use crate::registration::queries::pending;
use people::accounts::dto::EmailRequestReceived;
use people::accounts::email_requests;
use people::accounts::email_requests::EmailRequestKind;
use people::accounts::queries as accounts;
use people::sign_in::passwords::{Match, Passwords};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, EarlierResult, Json, Response};
use platform::refusal::Reason;
use platform::throttle::Throttle;

/// Request another link to confirm an email address
///
/// Every registration that waits for this address gets a new link, valid for a day; its earlier link stops working. The answer
/// and its timing are the same whatever is known about the address. At most two requests in five minutes are processed.
#[utoipa::path(
    operation_id = "requestEmailConfirmation", tag = "Registration", security(()), request_body = RequestEmailConfirmation,
    responses((status = 202, description = "Received. The result is visible only in the mailbox.", body = EmailRequestReceived))
)]
#[post("/v1/email-confirmations")]
pub async fn request_email_confirmation(
    form: Json<RequestEmailConfirmation>,
    attempt: Attempt,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let email_index = accounts::email_index(&platform.sealer, form.email.reveal());
    throttle.secret(&request, None)?;
    platform
        .write_once(attempt, move |tx| {
            email_requests::create(tx, EmailRequestKind::ConfirmationLink, &email_index, None, tx.now)?;
            Response::accepted(&EmailRequestReceived::neutral())
        })
        .await
}

/// Confirm an email address
///
/// The token is the part of the link after `#token=`, and shows that the mailbox is the person's own. The password is the one
/// chosen in the registration, and shows that the form is theirs: anyone may register with any address. The account is created
/// now, with the details of the form; other registrations of the address are deleted. After five wrong passwords the link stops
/// working; registering again gives a new one. A wrong password repeated with the same Idempotency-Key is not counted again.
#[utoipa::path(
    operation_id = "confirmEmail", tag = "Registration", security(()), request_body = ConfirmEmail,
    extensions(("x-problems" = json!(["token_expired", "wrong_password", "invitation_used"]))),
    responses((status = 204, description = "Confirmed. The practitioner can sign in now."))
)]
#[post("/v1/email-confirmations/confirm")]
pub async fn confirm_email(
    form: Json<ConfirmEmail>,
    attempt: Attempt,
    platform: Platform,
    passwords: Data<Passwords>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let hash = accounts::token_hash(form.token.reveal());
    throttle.secret(&request, Some(&hash))?;
    if let Some(answer) = earlier_answer(&attempt, &platform).await? {
        return Ok(answer);
    }
    // Counted before the password is checked, so that of many at the same moment no more are checked than allowed.
    let tried = platform.write(move |tx| pending::try_link(tx, &hash, MAX_TRIES)).await?;
    let Some(tried) = tried else {
        // A repeat of this request may have been processed meanwhile.
        return earlier_answer(&attempt, &platform).await?.ok_or_else(|| Reason::TokenExpired.into());
    };
    let id = tried.id;
    match passwords.check(&form.password, Some(tried.form.password_hash.clone())).await {
        Ok(Match::Yes | Match::YesNeedsRehash) => {}
        Ok(Match::No) => {
            platform.store_refusal(attempt, move |tx| pending::uncount_try(tx, id)).await?;
            return Err(wrong_password());
        }
        Err(error) => {
            platform.write(move |tx| pending::uncount_try(tx, id)).await?;
            return Err(error);
        }
    }
    platform
        .write_once(attempt, move |tx| {
            confirmation::confirm_registration(tx, &tried)?;
            Ok(Response::no_content())
        })
        .await
}

/// The answer to an earlier attempt of the same request, if there was one.
async fn earlier_answer(attempt: &Attempt, platform: &Platform) -> Result<Option<Response>> {
    match attempt.earlier_result(platform).await? {
        Some(EarlierResult::Answered(answer)) => Ok(Some(answer)),
        Some(EarlierResult::Refused) => Err(wrong_password()),
        None => Ok(None),
    }
}

fn wrong_password() -> Error {
    let detail = "Enter the password you chose when you registered. If you did not register, you do not need to do anything.";
    Error::field(Reason::WrongPassword, "/password", "wrong", detail)
}
