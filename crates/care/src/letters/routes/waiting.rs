//! HTTP handler that lists the letters that wait to be sent.

use actix_web::get;

use crate::letters::dto::views::UnsentLetter;
use crate::letters::facts::{self, AgreedLetter};
use crate::letters::queries::waiting;
use crate::letters::queries::waiting::Unsent;
use people::Role;
use people::relationships::{self, Protected, Purpose};
use platform::Platform;
use platform::error::Result;
use platform::http::{Page, Paging, Response};
use platform::seal::readable_or_none;
use scheduling::calendar::callers::CareTeam;

/// List letters that wait to be sent
///
/// Those that the practitioner has agreed to and that no one has recorded as sent. Coordinators see those about practitioners that
/// they may act for, clinicians their own that they may still finish. Each says whether it can be sent now and, if not, why; coordinators
/// are not shown what would reveal the recipient, or that the practitioner has blocked its author. The list has neither kind nor
/// recipient nor text. What the caller sees is recorded.
#[utoipa::path(
    operation_id = "listUnsentLetters", tag = "Letters",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("letter.unsent_listed"))),
    responses((status = 200, description = "The letters, the oldest first.", body = Page<UnsentLetter>))
)]
#[get("/v1/unsent-letters")]
pub async fn list_unsent_letters(caller: CareTeam, paging: Paging, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            // As for recording that one was sent.
            let (purpose, author) = match caller.role {
                Role::Coordinator => (Purpose::Act, None),
                _ => (Purpose::FinishOwn, Some(caller.id)),
            };
            let permitted = relationships::permitted_practitioners(tx, &caller, purpose)?;
            let rows = waiting::unsent(tx, &permitted, author, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let rows = page.items.into_iter().map(|letter| Protected::new(letter.practitioner, letter)).collect();
            let listed = ("letter.unsent_listed", "letter");
            let shown = Protected::show_each(tx, &caller, rows, purpose, listed, |letter: &Unsent| letter.id)?;
            let (mut items, mut unreadable) = (Vec::with_capacity(shown.len()), page.unreadable);
            for letter in shown {
                let agreed = AgreedLetter {
                    practitioner: letter.practitioner,
                    author: letter.clinician,
                    recipient: &letter.recipient,
                    agreed_at: letter.agreed_at,
                };
                let found = facts::sending_obstacle(tx, &agreed);
                match readable_or_none(found)? {
                    Some(obstacle) => items.push(UnsentLetter::new(letter, obstacle.map(|found| found.shown_to(caller.role)))),
                    None => unreadable.push(letter.id),
                }
            }
            Response::ok(&Page { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}
