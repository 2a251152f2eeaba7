//! Front desk of hubs.

use actix_web::get;

use super::dto::{HubPage, HubQuery, HubView};
use super::queries::{self, Wanted};
use crate::platform::Platform;
use crate::platform::error::{Error, Result};
use crate::platform::http::{Answer, Page, Path, Query};
use crate::platform::ids::Id;

/// List hubs
///
/// Those that are open, for an area or a region. No account is needed.
#[utoipa::path(
    operation_id = "listHubs", tag = "access", security(()), params(HubQuery),
    responses((status = 200, description = "The hubs, by name.", body = HubPage))
)]
#[get("/v1/hubs")]
pub async fn list_hubs(query: Query<HubQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "hubs";
    let (sealer, HubQuery { icb_code, region, on, limit, cursor }) = (platform.sealer.clone(), query.0);
    let after = cursor.map(|cursor| cursor.open::<(String, Id)>(&sealer, LIST)).transpose()?;
    let on = on.unwrap_or_else(|| platform.clock.now().london_day());
    let wanted = Wanted { icb_code: icb_code.map(|code| code.trim().to_uppercase()), region, on, after };
    platform
        .db
        .read(move |conn| {
            let rows = queries::list(conn, &wanted, limit.plus_one())?;
            let page = Page::cut(rows, limit, &sealer, LIST, |hub| (hub.name.clone(), hub.id))?;
            let ids: Vec<Id> = page.items.iter().map(|hub| hub.id).collect();
            let mut covers = queries::coverage(conn, &ids)?;
            let items = page.items.into_iter().map(|hub| {
                let id = hub.id;
                HubView::new(hub, covers.extract_if(.., |area| area.hub_id == id).collect())
            });
            Answer::ok(&HubPage { items: items.collect(), next_cursor: page.next_cursor })
        })
        .await
}

/// Read a hub
#[utoipa::path(
    operation_id = "getHub", tag = "access", security(()), params(("id" = Id, Path, description = "The hub.")),
    responses((status = 200, description = "The hub, with what it covers and has covered.", body = HubView))
)]
#[get("/v1/hubs/{id}")]
pub async fn get_hub(id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform
        .db
        .read(move |conn| {
            let hub = queries::find(conn, id.0)?.ok_or_else(Error::not_found)?;
            let covers = queries::coverage(conn, &[hub.id])?;
            Answer::ok(&HubView::new(hub, covers))
        })
        .await
}
