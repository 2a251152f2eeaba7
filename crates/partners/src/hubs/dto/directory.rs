//! What the directory says of a hub.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::hubs::model::{Coverage, Hub, HubChannel, HubDiscipline, HubHelp, Reach, Stretch};
use platform::ids::Id;
use reference::workforce::model::Region;

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
    /// Its first day.
    pub opened_on: NaiveDate,
    /// The first day on which it is no longer there; null while it is.
    pub closed_on: Option<NaiveDate>,
    /// What it gives.
    #[schema(max_items = 20)]
    pub help: Vec<HubHelp>,
    /// How many of which discipline work there. Nobody is named.
    #[schema(max_items = 20)]
    pub team: Vec<HubTeamMembers>,
    /// How it is and was reached, oldest first.
    #[schema(max_items = 1000)]
    pub channels: Vec<HubContactChannel>,
    /// The areas it covers or has covered, oldest first. Coverage of a board that was dissolved leads on to its successors.
    #[schema(max_items = 1000)]
    pub coverage: Vec<HubCoverage>,
}

/// How many of a discipline work at a hub.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HubTeamMembers {
    /// The discipline.
    pub discipline: HubDiscipline,
    /// How many.
    #[schema(minimum = 1, maximum = 1000, example = 4)]
    pub people: i32,
}

/// A way to reach a hub, with its days.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubContactChannel {
    /// Which way.
    pub channel: HubChannel,
    /// The number, address or page.
    #[schema(max_length = 254)]
    pub contact: String,
    /// When somebody answers, in words.
    #[schema(max_length = 200)]
    pub hours: String,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds; null while it does.
    pub valid_until: Option<NaiveDate>,
}

impl From<Stretch<Reach>> for HubContactChannel {
    fn from(way: Stretch<Reach>) -> Self {
        let Stretch { what: Reach { channel, contact, hours }, from: valid_from, until: valid_until } = way;
        Self { channel, contact, hours, valid_from, valid_until }
    }
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

impl From<Coverage> for HubCoverage {
    fn from(area: Coverage) -> Self {
        Self { icb_code: area.what.1, valid_from: area.from, valid_until: area.until }
    }
}

impl HubView {
    /// The hub with what it covers and how it is reached.
    pub fn new(hub: Hub, coverage: Vec<Coverage>, channels: Vec<Stretch<Reach>>) -> Self {
        let team = hub.team.into_iter().map(|(discipline, people)| HubTeamMembers { discipline, people });
        Self {
            id: hub.id,
            name: hub.name,
            region: hub.region,
            opened_on: hub.opened_on,
            closed_on: hub.closed_on,
            help: hub.help,
            team: team.collect(),
            channels: channels.into_iter().map(HubContactChannel::from).collect(),
            coverage: coverage.into_iter().map(HubCoverage::from).collect(),
        }
    }
}

/// Which hubs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HubQuery {
    /// Only those that cover this integrated care board's area, by any code that the area ever had.
    #[param(min_length = 1, max_length = 9, nullable = false)]
    pub icb_code: Option<String>,
    /// Only those of this region.
    #[param(nullable = false)]
    pub region: Option<Region>,
    /// As things stood on this day; today when left out.
    #[param(nullable = false)]
    pub on: Option<NaiveDate>,
}
