//! HTTP handler that records how a letter was sent.

use actix_web::post;

use super::{check_sendable, find_locked, find_to_finish, fingerprint, record};
use crate::letters::dto::RecordLetterSending;
use crate::letters::dto::views::{LetterSending, LetterSent};
use crate::letters::model::{LetterEventKind, LetterState, Sending};
use crate::letters::{queries, rules};
use people::Role;
use people::relationships::Purpose;
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::calendar::callers::CareTeam;

/// Record the sending of a letter
///
/// By a clinician who may finish it, or a coordinator: how, and on which day. Only a letter that the practitioner agreed to, in exactly the
/// text that they agreed to, and one to the GP only while the practitioner consents that the GP is informed and the practice is still
/// theirs: otherwise the letter is changed and proposed again. A letter whose author can no longer answer for it is not sent. Once the author
/// may no longer read the record, it is sent until 90 days after the practitioner agreed.
#[utoipa::path(
    operation_id = "recordLetterSending", tag = "Letters", request_body = RecordLetterSending,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("letter.sent")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The letter.")),
    responses((status = 200, description = "Recorded.", body = LetterSent))
)]
#[post("/v1/letters/{id}/record-sending")]
pub async fn record_letter_sending(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<RecordLetterSending>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, letter) = match caller.role {
                Role::Coordinator => find_locked(tx, &caller, id, Purpose::Act)?,
                _ => find_to_finish(tx, &caller, id)?,
            };
            rules::may_send(letter.state)?;
            check_sendable(tx, &letter, caller.role)?;
            rules::check_same_text(letter.agreed_tag.as_deref(), &fingerprint(tx, id, &letter.content)?)?;
            let agreed_on = letter.agreed_at.ok_or(Reason::LetterNotAgreed)?.london_day();
            rules::check_sent_on(form.sent_on, agreed_on, tx.now.london_day())?;
            let sending = Sending { delivery: form.delivery, sent_on: form.sent_on, recorded_by: caller.id };
            queries::send(tx, id, &sending)?;
            record(tx, &permit, id, (LetterEventKind::Sent, "letter.sent"), None)?;
            Response::ok(&LetterSent {
                id,
                practitioner_id: permit.practitioner(),
                state: LetterState::Sent,
                sending: LetterSending::new(sending, tx.now),
            })
        })
        .await
}
