//! HTTP handlers with which practitioners agree to a letter, decline it, and withdraw consent.

use actix_web::post;

use super::{check_gp, clinical_words_of, find_locked, fingerprint, letter_response, record};
use crate::letters::dto::views::LetterView;
use crate::letters::dto::{AgreeLetter, LetterReasonForm};
use crate::letters::model::{LetterEventKind, LetterState};
use crate::letters::rules::clinical_words;
use crate::letters::{notifications, queries, rules};
use people::Practitioner;
use people::relationships::Purpose;
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::outbox;
use platform::private::trimmed_non_empty;
use platform::refusal::Reason;

/// Agree to a letter
///
/// The practitioner agrees that exactly the text that they have read is sent to its recipient. They can withdraw consent at any time.
/// A letter to an employer that names a condition, a medicine or a substance (`clinical_words`) needs `confirms_clinical_words`. A letter
/// to a GP who is no longer the practitioner's is refused. The author is notified.
#[utoipa::path(
    operation_id = "agreeLetter", tag = "Letters", request_body = AgreeLetter,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("letter.agreed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "Agreed.", body = LetterView))
)]
#[post("/v1/letters/{id}/agree")]
pub async fn agree_letter(
    caller: Practitioner,
    id: Path<Id>,
    form: Json<AgreeLetter>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, letter) = find_locked(tx, &caller, id, Purpose::Act)?;
            rules::may_answer(letter.state)?;
            check_gp(tx, permit.practitioner(), &letter.content.recipient).map_err(|error| match error.reason() {
                // What clinicians read speaks of the practitioner.
                Reason::LetterGpConsent => Reason::LetterOwnGpConsent.into(),
                Reason::LetterGpChanged => Reason::LetterOwnGpChanged.into(),
                _ => error,
            })?;
            let fingerprint = fingerprint(tx, id, &letter.content)?;
            rules::check_same_text(Some(&form.fingerprint), &fingerprint)?;
            let words = clinical_words_of(tx, &letter.content)?;
            clinical_words::check_confirmed(&words, form.confirms_clinical_words)?;
            queries::agree(tx, id, &fingerprint)?;
            outbox::discard_waiting(tx, id)?;
            record(tx, &permit, id, (LetterEventKind::Agreed, "letter.agreed"), None)?;
            notifications::answered(tx, &letter)?;
            letter_response(tx, &permit, id)
        })
        .await
}

/// Decline a letter
///
/// The letter is not sent. The author is notified, reads the reason, if there is one, and may change the letter and propose it
/// again.
#[utoipa::path(
    operation_id = "declineLetter", tag = "Letters", request_body = LetterReasonForm,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("letter.declined")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "Declined.", body = LetterView))
)]
#[post("/v1/letters/{id}/decline")]
pub async fn decline_letter(
    caller: Practitioner,
    id: Path<Id>,
    form: Json<LetterReasonForm>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, letter) = find_locked(tx, &caller, id, Purpose::Act)?;
            rules::may_answer(letter.state)?;
            queries::set_state(tx, id, LetterState::Declined)?;
            outbox::discard_waiting(tx, id)?;
            let reason = trimmed_non_empty(form.reason.as_ref());
            record(tx, &permit, id, (LetterEventKind::Declined, "letter.declined"), reason.as_deref())?;
            notifications::answered(tx, &letter)?;
            letter_response(tx, &permit, id)
        })
        .await
}

/// Withdraw consent to a letter
///
/// At any time. Before it is sent, the letter cannot be sent any more. After it was sent, the withdrawal is recorded, and clinicians get
/// no further copy; what the recipient has cannot be taken back. The author is notified.
#[utoipa::path(
    operation_id = "withdrawLetterConsent", tag = "Letters", request_body = LetterReasonForm,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("letter.consent_withdrawn")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "Withdrawn.", body = LetterView))
)]
#[post("/v1/letters/{id}/withdraw-consent")]
pub async fn withdraw_letter_consent(
    caller: Practitioner,
    id: Path<Id>,
    form: Json<LetterReasonForm>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, letter) = find_locked(tx, &caller, id, Purpose::Act)?;
            rules::may_withdraw(letter.state, letter.withdrawn_at.is_some())?;
            queries::withdraw(tx, id, letter.state)?;
            outbox::discard_waiting(tx, id)?;
            let reason = trimmed_non_empty(form.reason.as_ref());
            record(tx, &permit, id, (LetterEventKind::Withdrawn, "letter.consent_withdrawn"), reason.as_deref())?;
            notifications::answered(tx, &letter)?;
            letter_response(tx, &permit, id)
        })
        .await
}
