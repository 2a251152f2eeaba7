//! HTTP handlers for finding help elsewhere, without an account.

use actix_web::get;

use super::{entry_answer, entry_view};
use crate::signposts::dto::entries::{SignpostEntry, SignpostQuery};
use platform::Platform;
use platform::error::Result;
use platform::http::{Page, Paging, Path, Query, Response};
use reference::signposts::directory;
use reference::signposts::model::{DirectoryEntry, Seeker};
use reference::signposts::rules;
use reference::signposts::rules::Rank;
use reference::workforce;

/// List signposts
///
/// Most urgent first, crisis help (999, and lines for thoughts of suicide) before other help, then by how many of the needs an entry
/// matches. Ways for people who are deaf or do not speak on the telephone (`accessible`) follow the other crisis help. Needs no account,
/// and the query is not stored.
#[utoipa::path(
    operation_id = "listSignposts", tag = "Signposts", security(()), params(SignpostQuery),
    responses((status = 200, description = "The signposts, most urgent first.", body = Page<SignpostEntry>))
)]
#[get("/v1/signposts")]
pub async fn list_signposts(query: Query<SignpostQuery>, paging: Paging<Rank>, platform: Platform) -> Result<Response> {
    let (today, query) = (platform.clock.now().london_day(), query.0);
    let on = query.on.unwrap_or(today);
    let (region, code) = (query.region, query.icb_code.clone());
    let (all, place) = platform
        .read(move |tx| {
            let place = rules::seeker_in_area(&workforce::boards_or_shipped(tx, on)?, region, code.as_deref(), on);
            Ok((directory(tx)?, place))
        })
        .await?;
    let seeker = Seeker { profession: query.profession, nation: query.nation.or(place.nation), browsing: true, ..place };
    let mut rows: Vec<(Rank, &DirectoryEntry)> = rules::browse(&all, &query.need, &seeker, on)
        .into_iter()
        .filter(|entry| query.matches(&entry.signpost))
        .map(|entry| (rules::rank(entry, &query.need), entry))
        .filter(|(rank, _)| paging.after.as_ref().is_none_or(|after| rank > after))
        .collect();
    rows.truncate(usize::try_from(paging.rows()).unwrap_or(usize::MAX));
    let page = paging.page(rows, |(rank, _)| rank.clone())?;
    let page = page.try_map(|(_, entry)| entry_view(entry.clone()))?;
    Response::ok(&page)
}

/// Get a signpost
///
/// Past entries can be read too: someone may have been signposted there.
#[utoipa::path(
    operation_id = "getSignpost", tag = "Signposts", security(()),
    params(("id" = String, Path, description = "The entry's id, such as `samaritans`.", min_length = 1, max_length = 100)),
    responses((status = 200, description = "The entry.", body = crate::signposts::dto::entries::SignpostEntry,
        headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[get("/v1/signposts/{id}")]
pub async fn get_signpost(id: Path<String>, platform: Platform) -> Result<Response> {
    platform.read(move |tx| entry_answer(tx, &id.0)).await
}
