//! The directory of hubs, for everybody.

use actix_web::get;

use super::{shown, views};
use crate::hubs::dto::{HubQuery, HubView};
use crate::hubs::queries;
use crate::hubs::queries::Wanted;
use crate::hubs::rules;
use platform::Platform;
use platform::error::Result;
use platform::http::{Answer, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::text::code;
use reference::workforce;

/// List hubs
///
/// Those that are open, for an area or a region. No account is needed. An area is found by any code that it ever had: what
/// covered a board that was dissolved covers its successors, unless it is said otherwise.
#[utoipa::path(
    operation_id = "listHubs", tag = "Hubs", security(()), params(HubQuery),
    responses((status = 200, description = "The hubs, by name.", body = Page<HubView>))
)]
#[get("/v1/hubs")]
pub async fn list_hubs(query: Query<HubQuery>, paging: Paging<(String, Id)>, platform: Platform) -> Result<Answer> {
    let HubQuery { icb_code, region, on } = query.0;
    let on = on.unwrap_or_else(|| platform.clock.now().london_day());
    let code = icb_code.map(|given| code(&given));
    platform
        .read(move |tx| {
            let ids = match &code {
                Some(code) => Some(rules::covering(workforce::boards(), &queries::coverage_on(tx, on)?, code, on)),
                None => None,
            };
            let wanted = Wanted { ids, region, on, after: paging.after.clone() };
            let rows = queries::list(tx, &wanted, paging.rows())?;
            let page = paging.page(rows, |hub| (hub.name.clone(), hub.id))?;
            Answer::ok(&Page { items: views(tx, page.items)?, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a hub
#[utoipa::path(
    operation_id = "getHub", tag = "Hubs", security(()), params(("id" = Id, Path, description = "The hub.")),
    responses((status = 200, description = "The hub, with what it covers and has covered.", body = HubView))
)]
#[get("/v1/hubs/{id}")]
pub async fn get_hub(id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform.read(move |tx| shown(tx, id.0)).await
}
