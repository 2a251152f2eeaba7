//! HTTP handler that lists conflicts for coordinators.

use std::collections::BTreeMap;

use actix_web::get;

use super::detection::detect_conflicts;
use super::dto::ConflictView;
use super::queries::{Arrangement, ConflictScope};
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
/// Appointments, group places, led care, follow-ups, and unsigned prescriptions and notes of practitioners who have since
/// blocked the other person or work for the same employer. Each must be given to another person or ended. Practitioners
/// the caller has a conflict with are left out. Every read is recorded.
#[utoipa::path(
    operation_id = "listConflicts", tag = "Practitioners", extensions(("x-roles" = json!(Coordinator::ROLES))),
    responses((status = 200, description = "The arrangements.", body = Page<ConflictView>))
)]
#[get("/v1/conflicts")]
pub async fn list_conflicts(
    caller: Coordinator,
    paging: Paging<(ArrangementKind, Id, Id)>,
    platform: Platform,
) -> Result<Answer> {
    platform
        .write(move |tx| {
            let mut found = detect_conflicts(tx, ConflictScope::All)?;
            let mut people: Vec<Id> = found.iter().map(|arrangement| arrangement.practitioner).collect();
            people.sort();
            people.dedup();
            let hidden = conflicts::practitioners_excluded_from(tx, caller.id, &people)?;
            found.retain(|arrangement| {
                !hidden.contains(&arrangement.practitioner) && paging.after.is_none_or(|after| arrangement.sort_key() > after)
            });
            found.truncate(usize::try_from(paging.rows()).unwrap_or(usize::MAX));
            let page = paging.page(found, Arrangement::sort_key)?;
            let people: Vec<Id> = page.items.iter().map(|arrangement| arrangement.practitioner).collect();
            let (known, _) = registration::find_all(tx, &people)?;
            let references: BTreeMap<Id, String> = known.into_iter().map(|person| (person.id, person.reference)).collect();
            // A practitioner whose details cannot be read is listed without a reference.
            let view = |arrangement: Arrangement| {
                let reference = references.get(&arrangement.practitioner).cloned().unwrap_or_default();
                ConflictView::new(arrangement, reference)
            };
            let items = page.items.into_iter().map(view).collect();
            audit::record(tx, caller.actor(), "conflicts.read", ("practitioner", None))?;
            Answer::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}
