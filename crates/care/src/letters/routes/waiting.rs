//! HTTP handler that lists the letters that wait to be sent.

use actix_web::get;

use crate::letters::dto::views::UnsentLetter;
use crate::letters::queries::waiting;
use crate::letters::queries::waiting::Unsent;
use people::Role;
use people::relationships::{self, Protected, Purpose};
use platform::Platform;
use platform::error::Result;
use platform::http::{Answer, Page, Paging};
use scheduling::calendar::callers::CareTeam;

/// List letters that wait to be sent
///
/// Those that the practitioner has agreed to and that no one has recorded as sent. Coordinators see those about practitioners that
/// they may act for, clinicians their own that they may still finish. The list has neither kind nor recipient nor text. What the caller
/// sees is recorded.
#[utoipa::path(
    operation_id = "listUnsentLetters", tag = "Letters",
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("letter.unsent_listed"))),
    responses((status = 200, description = "The letters, the oldest first.", body = Page<UnsentLetter>))
)]
#[get("/v1/unsent-letters")]
pub async fn list_unsent_letters(caller: CareTeam, paging: Paging, platform: Platform) -> Result<Answer> {
    platform
        .write(move |tx| {
            // As for recording that one was sent.
            let (purpose, author) = match caller.role {
                Role::Coordinator => (Purpose::Act, None),
                _ => (Purpose::FinishOwn, Some(caller.id)),
            };
            let known_to = relationships::known_to(tx, &caller, purpose)?;
            let rows = waiting::unsent(tx, &known_to, author, paging.after, paging.rows())?;
            let page = paging.page(rows, |letter| letter.id)?;
            let rows = page.items.into_iter().map(|letter| Protected::new(letter.practitioner, letter)).collect();
            let listed = ("letter.unsent_listed", "letter");
            let items = Protected::show_each(tx, &caller, rows, purpose, listed, |letter: &Unsent| letter.id)?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            Answer::ok(&page.map(UnsentLetter::from))
        })
        .await
}
