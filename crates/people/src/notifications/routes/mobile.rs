//! HTTP handlers that confirm the caller's mobile number.

use actix_web::post;

use crate::Practitioner;
use crate::notifications::dto::{ConfirmMobile, MessagePreferences, MobileCodeSent};
use crate::notifications::queries::StoredPreferences;
use crate::notifications::{messages, queries, rules};
use crate::practitioners::queries as registration;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Sealer, fill_random};
use platform::text;
use platform::{Platform, outbox, recipient_limits};

/// Request a code for my mobile number
///
/// The code is sent to the mobile number of your message preferences, at any hour. After a minute you can request another, even
/// if you have changed the number; the previous code then no longer works. A number gets at most five codes in ten minutes and
/// twenty in a day, from all accounts together.
#[utoipa::path(
    operation_id = "requestMobileCode", tag = "Account",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("mobile_code.sent")),
        ("x-problems" = json!(["state_conflict", "not_found"]))),
    responses((status = 202, description = "The code is on its way.", body = MobileCodeSent))
)]
#[post("/v1/me/mobile-codes")]
pub async fn request_mobile_code(caller: Practitioner, attempt: Attempt, platform: Platform) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let (_, number) = lock_unverified_number(tx, caller.id)?;
            let code = new_code();
            let text = messages::verification_code(&number, &code);
            // A person gets one code a minute, whatever numbers they enter in between. A number gets few codes from all accounts
            // together.
            recipient_limits::check(tx, &caller.id.to_string(), &rules::CODES_PER_PERSON)?;
            recipient_limits::check(tx, &recipient_limits::recipient(tx.sealer, &text), &rules::CODES_PER_NUMBER)?;
            recipient_limits::check(tx, &recipient_limits::recipient(tx.sealer, &text), &rules::CODES_PER_NUMBER_AND_DAY)?;
            queries::store_code(tx, caller.id, &code_digest(tx.sealer, caller.id, &code))?;
            outbox::queue_message(tx, "mobile_code", &text)?;
            audit::record(tx, caller.actor(), "mobile_code.sent", ("practitioner", Some(caller.id)))?;
            Response::accepted(&MobileCodeSent { expires_at: tx.now + rules::CODE_LIFE })
        })
        .await
}

/// Confirm my mobile number
///
/// After five wrong codes, or after ten minutes, request another code.
#[utoipa::path(
    operation_id = "confirmMobile", tag = "Account", request_body = ConfirmMobile,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("mobile.verified")),
        ("x-problems" = json!(["wrong_code", "token_expired", "state_conflict", "not_found"]))),
    responses((status = 200, description = "The number is confirmed.", body = MessagePreferences))
)]
#[post("/v1/me/mobile-codes/confirm")]
pub async fn confirm_mobile(
    caller: Practitioner,
    form: Json<ConfirmMobile>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let response = platform
        .write_once_if(attempt, move |tx| {
            let (stored, _) = lock_unverified_number(tx, caller.id)?;
            let valid =
                stored.code.filter(|(_, sent_at, attempts)| *attempts < rules::MAX_CODE_ATTEMPTS && is_valid(*sent_at, tx.now));
            let (expected, ..) = valid.ok_or(Reason::TokenExpired)?;
            if code_digest(tx.sealer, caller.id, form.code.reveal()) != expected {
                // The attempt is counted, so this transaction is committed; the refusal follows.
                queries::count_wrong_code(tx, caller.id)?;
                return Ok(None);
            }
            queries::mark_mobile_verified(tx, caller.id)?;
            audit::record(tx, caller.actor(), "mobile.verified", ("practitioner", Some(caller.id)))?;
            let stored = queries::stored_preferences(tx, caller.id)?;
            Ok(Some(Response::ok(&MessagePreferences::from(stored.preferences))?.with_version(stored.version)))
        })
        .await?;
    let detail = "This is not the code we sent last. Check the newest text message.";
    response.ok_or_else(|| Error::field(Reason::WrongCode, "/code", "wrong", detail))
}

fn is_valid(sent_at: UtcTime, now: UtcTime) -> bool {
    now.get() - sent_at.get() < rules::CODE_LIFE
}

/// The stored preferences, with the practitioner's row locked, and the number that is not confirmed yet.
fn lock_unverified_number(tx: &mut Tx, practitioner: Id) -> Result<(StoredPreferences, String)> {
    registration::lock_practitioner(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let stored = queries::stored_preferences(tx, practitioner)?;
    match stored.preferences.mobile.clone() {
        Some(number) if !stored.preferences.mobile_verified => Ok((stored, number)),
        _ => Err(Reason::NothingToVerify.into()),
    }
}

/// Six random digits.
fn new_code() -> String {
    let mut bytes = [0; 8];
    fill_random(&mut bytes);
    format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000)
}

/// The digest of a code that is stored. The code cannot be found from it without the keys of the installation.
fn code_digest(sealer: &Sealer, practitioner: Id, code: &str) -> String {
    sealer.blind_index("mobile_code", &format!("{practitioner} {}", text::code(code)))
}
