//! Showing that a mobile number is one's own.

use actix_web::post;

use crate::Practitioner;
use crate::notifications::dto::{ConfirmMobile, MessagePreferences, MobileCodeSent};
use crate::notifications::queries::Kept;
use crate::notifications::{letters, queries, rules};
use crate::practitioners::queries as registration;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Sealer, random};
use platform::text;
use platform::{Platform, outbox, rests};

/// Request a code by text message
///
/// It goes to the number of the message preferences, at any hour. A minute later another may be asked for, whatever the number is by
/// then; the one before is good no more. A number gets five codes in ten
/// minutes and twenty in a day, of all who ask.
#[utoipa::path(
    operation_id = "requestMobileCode", tag = "Account",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-problems" = json!(["state_conflict", "not_found"]))),
    responses((status = 202, description = "On its way.", body = MobileCodeSent))
)]
#[post("/v1/me/mobile-codes")]
pub async fn send_mobile_code(caller: Practitioner, attempt: Attempt, platform: Platform) -> Result<Answer> {
    platform
        .write_once(attempt, move |tx| {
            let (_, number) = unverified(tx, caller.id)?;
            let code = fresh_code();
            let text = letters::code(&number, &code);
            // A person gets one a minute, whatever numbers they type in between, and a number gets few of all who ask.
            rests::check(tx, &caller.id.to_string(), &rules::CODES_ASKED)?;
            rests::check(tx, &rests::recipient(tx.sealer, &text), &rules::CODES_SENT)?;
            rests::check(tx, &rests::recipient(tx.sealer, &text), &rules::CODES_A_DAY)?;
            queries::keep_code(tx, caller.id, &print(tx.sealer, caller.id, &code))?;
            outbox::queue_message(tx, "mobile_code", &text)?;
            audit::record(tx, caller.actor(), "mobile_code.sent", ("practitioner", Some(caller.id)))?;
            Answer::accepted(&MobileCodeSent { expires_at: tx.now + rules::CODE_LIFE })
        })
        .await
}

/// Confirm my mobile number with a code
///
/// After five wrong ones, or ten minutes, another code is needed.
#[utoipa::path(
    operation_id = "confirmMobile", tag = "Account", request_body = ConfirmMobile,
    extensions(("x-roles" = json!(Practitioner::ROLES)),
        ("x-problems" = json!(["wrong_code", "token_expired", "state_conflict", "not_found"]))),
    responses((status = 200, description = "The number is verified.", body = MessagePreferences))
)]
#[post("/v1/me/mobile-codes/confirm")]
pub async fn verify_mobile(
    caller: Practitioner,
    form: Json<ConfirmMobile>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let answer = platform
        .write_once_if(attempt, move |tx| {
            let (kept, _) = unverified(tx, caller.id)?;
            let good = kept.code.filter(|(_, sent_at, tries)| *tries < rules::CODE_TRIES && is_good(*sent_at, tx.now));
            let (expected, ..) = good.ok_or(Reason::TokenExpired)?;
            if print(tx.sealer, caller.id, form.code.reveal()) != expected {
                // Counted, so this transaction is kept; the refusal follows it.
                queries::count_wrong_code(tx, caller.id)?;
                return Ok(None);
            }
            queries::verified(tx, caller.id)?;
            audit::record(tx, caller.actor(), "mobile.verified", ("practitioner", Some(caller.id)))?;
            let kept = queries::kept(tx, caller.id)?;
            Ok(Some(Answer::ok(&MessagePreferences::from(kept.wishes))?.version(kept.version)))
        })
        .await?;
    answer.ok_or_else(|| Error::field(Reason::WrongCode, "/code", "wrong", "This is not the code that was sent last."))
}

fn is_good(sent_at: UtcTime, now: UtcTime) -> bool {
    now.get() - sent_at.get() < rules::CODE_LIFE
}

/// What is kept of somebody, locked, and the number that they have yet to show to be theirs.
fn unverified(tx: &mut Tx, practitioner: Id) -> Result<(Kept, String)> {
    registration::lock_pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let kept = queries::kept(tx, practitioner)?;
    match kept.wishes.mobile.clone() {
        Some(number) if !kept.wishes.mobile_verified => Ok((kept, number)),
        _ => Err(Reason::NothingToVerify.into()),
    }
}

/// Six digits.
fn fresh_code() -> String {
    let mut bytes = [0; 8];
    random(&mut bytes);
    format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000)
}

/// What is kept of a code: nobody finds it out from that without our keys.
fn print(sealer: &Sealer, practitioner: Id, code: &str) -> String {
    sealer.blind_index("mobile_code", &format!("{practitioner} {}", text::code(code)))
}
