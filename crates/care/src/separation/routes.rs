//! The list for coordinators.

use std::collections::BTreeMap;

use actix_web::get;

use super::dto::ConflictView;
use super::found::found;
use super::queries::{Of, Tie};
use people::Coordinator;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::relationships::model::ArrangementKind;
use platform::error::Result;
use platform::http::{Answer, Page, Paging};
use platform::ids::Id;
use platform::{Platform, audit};

/// List arrangements between people who must not meet
///
/// Appointments, places in groups, care that is led, follow-ups, and prescriptions and notes that are not signed, of practitioners
/// who since have blocked the other person, or work for the same employer. Each needs another person, or an end. What is of
/// practitioners who keep the reader away is left out. Every reading is recorded.
#[utoipa::path(
    operation_id = "listConflicts", tag = "Practitioners", extensions(("x-roles" = json!(Coordinator::ROLES))),
    responses((status = 200, description = "What needs another person.", body = Page<ConflictView>))
)]
#[get("/v1/conflicts")]
pub async fn list_conflicts(
    caller: Coordinator,
    paging: Paging<(ArrangementKind, Id, Id)>,
    platform: Platform,
) -> Result<Answer> {
    platform
        .write(move |tx| {
            let mut found = found(tx, Of::Everybody)?;
            let mut people: Vec<Id> = found.iter().map(|tie| tie.practitioner).collect();
            people.sort();
            people.dedup();
            let hidden = conflicts::excluded_from(tx, caller.id, &people)?;
            found.retain(|tie| !hidden.contains(&tie.practitioner) && paging.after.is_none_or(|after| tie.place() > after));
            found.truncate(usize::try_from(paging.rows()).unwrap_or(usize::MAX));
            let page = paging.page(found, Tie::place)?;
            let people: Vec<Id> = page.items.iter().map(|tie| tie.practitioner).collect();
            let (known, _) = registration::open_all(tx, &people)?;
            let references: BTreeMap<Id, String> = known.into_iter().map(|person| (person.id, person.reference)).collect();
            // Somebody whose details cannot be read is listed all the same.
            let shown = |tie: Tie| {
                let reference = references.get(&tie.practitioner).cloned().unwrap_or_default();
                ConflictView::new(tie, reference)
            };
            let items = page.items.into_iter().map(shown).collect();
            audit::record(tx, caller.actor(), "conflicts.read", ("practitioner", None))?;
            Answer::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}
