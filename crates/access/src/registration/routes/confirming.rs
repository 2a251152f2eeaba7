//! Confirming the e-mail address of a registration.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use crate::registration::confirming;
use crate::registration::confirming::TRIES;
use crate::registration::dto::{ConfirmEmail, RequestEmailVerification};
use crate::registration::queries::pending;
use people::accounts::dto::EmailRequestReceived;
use people::accounts::queries as accounts;
use people::accounts::requests;
use people::accounts::requests::Asked;
use people::sign_in::passwords::{Match, Passwords};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Earlier, Json};
use platform::refusal::Reason;
use platform::throttle::Throttle;

/// Request another confirmation link
///
/// Each registration that waits for this address gets a new link, good for a day; its earlier one works no more. The answer and its
/// time are the same whatever is true of the address. Two requests within five minutes are seen to, and no more.
#[utoipa::path(
    operation_id = "requestEmailVerification", tag = "Registration", security(()), request_body = RequestEmailVerification,
    responses((status = 202, description = "Taken in. What happens next shows in the mailbox only.", body = EmailRequestReceived))
)]
#[post("/v1/email-verifications")]
pub async fn request_email_verification(
    form: Json<RequestEmailVerification>,
    attempt: Attempt,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    let email_index = accounts::email_index(&platform.sealer, form.email.reveal());
    throttle.secret(&request, None)?;
    platform
        .write_once(attempt, move |tx| {
            requests::ask(tx, Asked::ConfirmationLink, &email_index, None, tx.now)?;
            Answer::accepted(&EmailRequestReceived::neutral())
        })
        .await
}

/// Confirm an email address
///
/// The token is the part of the link behind `#token=`, and shows that the mailbox is the person's own. The password is the one that
/// was chosen in the registration, and shows that the form is theirs: anybody may register with any address. The account comes into
/// being now, with what the form says; other registrations of the address are dropped. After five wrong passwords the link works no
/// more; registering again does. A wrong password that is sent again with the same Idempotency-Key is not counted again.
#[utoipa::path(
    operation_id = "confirmEmail", tag = "Registration", security(()), request_body = ConfirmEmail,
    extensions(("x-problems" = json!(["token_expired", "wrong_password", "invitation_used"]))),
    responses((status = 204, description = "Confirmed; the account can be signed in to."))
)]
#[post("/v1/email-verifications/confirm")]
pub async fn verify_email(
    form: Json<ConfirmEmail>,
    attempt: Attempt,
    platform: Platform,
    passwords: Data<Passwords>,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Answer> {
    let hash = accounts::token_hash(form.token.reveal());
    throttle.secret(&request, Some(&hash))?;
    if let Some(answer) = earlier(&attempt, &platform).await? {
        return Ok(answer);
    }
    // Counted before the password is looked at, so that of many at the same moment no more are looked at than may be.
    let tried = platform.write(move |tx| pending::try_link(tx, &hash, TRIES)).await?;
    let Some(tried) = tried else {
        // A twin may have been there first meanwhile.
        return earlier(&attempt, &platform).await?.ok_or_else(|| Reason::TokenExpired.into());
    };
    let id = tried.id;
    match passwords.check(&form.password, Some(tried.form.password_hash.clone())).await {
        Ok(Match::Yes | Match::YesButWeaklyHashed) => {}
        Ok(Match::No) => {
            platform.keep_refused(attempt, move |tx| pending::untry(tx, id)).await?;
            return Err(wrong_password());
        }
        Err(error) => {
            platform.write(move |tx| pending::untry(tx, id)).await?;
            return Err(error);
        }
    }
    platform
        .write_once(attempt, move |tx| {
            confirming::confirm(tx, &tried)?;
            Ok(Answer::done())
        })
        .await
}

/// The answer to the same request before, if there was one.
async fn earlier(attempt: &Attempt, platform: &Platform) -> Result<Option<Answer>> {
    match attempt.earlier(platform).await? {
        Some(Earlier::Answered(answer)) => Ok(Some(answer)),
        Some(Earlier::Refused) => Err(wrong_password()),
        None => Ok(None),
    }
}

fn wrong_password() -> Error {
    let detail = "Type the password that you chose in this registration. If you did not register, you need do nothing.";
    Error::field(Reason::WrongPassword, "/password", "wrong", detail)
}
