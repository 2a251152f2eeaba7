//! HTTP handlers for the public directory of hubs.

use actix_web::get;

use super::{hub_answer, views};
use crate::hubs::dto::{HubQuery, HubView};
use crate::hubs::queries;
use crate::hubs::queries::HubFilter;
use crate::hubs::rules;
use platform::Platform;
use platform::error::Result;
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::text::code;
use reference::workforce;

/// List hubs
///
/// Open hubs, for an area or a region. No account is needed. An area is found by any code that it has ever had: coverage of a
/// dissolved board includes its successors, unless the hub's coverage says otherwise.
#[utoipa::path(
    operation_id = "listHubs", tag = "Hubs", security(()), params(HubQuery),
    responses((status = 200, description = "The hubs, by name.", body = Page<HubView>))
)]
#[get("/v1/hubs")]
pub async fn list_hubs(query: Query<HubQuery>, paging: Paging<(String, Id)>, platform: Platform) -> Result<Response> {
    let HubQuery { icb_code, region, on } = query.0;
    let on = on.unwrap_or_else(|| platform.clock.now().london_day());
    let code = icb_code.map(|given| code(&given));
    platform
        .read(move |tx| {
            let ids = match &code {
                Some(code) => {
                    let boards = workforce::boards_on(tx, on)?;
                    Some(rules::hubs_covering(&boards, &queries::coverage_on(tx, on)?, code, on))
                }
                None => None,
            };
            let filter = HubFilter { ids, region, on, after: paging.after.clone() };
            let rows = queries::list(tx, &filter, paging.rows())?;
            let page = paging.page(rows, |hub| (hub.name.clone(), hub.id))?;
            Response::ok(&Page { items: views(tx, page.items)?, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a hub
#[utoipa::path(
    operation_id = "getHub", tag = "Hubs", security(()), params(("id" = Id, Path, description = "The hub.")),
    responses((status = 200, description = "The hub, with the areas that it covers and has covered.", body = HubView))
)]
#[get("/v1/hubs/{id}")]
pub async fn get_hub(id: Path<Id>, platform: Platform) -> Result<Response> {
    platform.read(move |tx| hub_answer(tx, id.0)).await
}
