//! Forms about hubs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::queries::{Coverage, Hub};
use crate::access::workforce::model::Region;
use crate::platform::http::page::{Cursor, Limit};
use crate::platform::ids::Id;

/// A staff mental-health hub.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubView {
    /// Names the hub.
    pub id: Id,
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: String,
    /// The region it is in.
    pub region: Region,
    /// Its telephone number.
    #[schema(max_length = 50)]
    pub phone: String,
    /// Its e-mail address.
    #[schema(max_length = 254)]
    pub email: String,
    /// When it answers, in words.
    #[schema(max_length = 200)]
    pub hours: String,
    /// Its first day.
    pub opened_on: NaiveDate,
    /// The first day on which it is no longer there; null while it is.
    pub closed_on: Option<NaiveDate>,
    /// The areas it covers or has covered.
    #[schema(max_items = 200)]
    pub coverage: Vec<HubCoverage>,
}

/// An area that a hub covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubCoverage {
    /// The integrated care board, by its code in the NHS organisation data service.
    #[schema(max_length = 9)]
    pub icb_code: String,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds; null while it does.
    pub valid_until: Option<NaiveDate>,
}

impl HubView {
    /// The hub with what it covers.
    pub fn new(hub: Hub, coverage: Vec<Coverage>) -> Self {
        let coverage = coverage.into_iter().map(|c| HubCoverage {
            icb_code: c.icb_code,
            valid_from: c.valid_from,
            valid_until: c.valid_until,
        });
        Self {
            id: hub.id,
            name: hub.name,
            region: hub.region,
            phone: hub.phone,
            email: hub.email,
            hours: hub.hours,
            opened_on: hub.opened_on,
            closed_on: hub.closed_on,
            coverage: coverage.collect(),
        }
    }
}

/// One page of hubs.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubPage {
    /// The hubs, by name.
    #[schema(max_items = 100)]
    pub items: Vec<HubView>,
    /// The cursor of the next page; null on the last.
    #[schema(max_length = 512)]
    pub next_cursor: Option<String>,
}

/// Which hubs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HubQuery {
    /// Only those that cover this integrated care board's area.
    #[param(min_length = 1, max_length = 9, nullable = false)]
    pub icb_code: Option<String>,
    /// Only those of this region.
    #[param(nullable = false)]
    pub region: Option<Region>,
    /// As things stood on this day; today when left out.
    #[param(nullable = false)]
    pub on: Option<NaiveDate>,
    /// How many items, 1 to 100; 20 when left out.
    #[serde(default)]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, nullable = false)]
    pub limit: Limit,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>, max_length = 512, nullable = false)]
    pub cursor: Option<Cursor>,
}
