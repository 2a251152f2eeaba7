//! Response bodies of the directory of hubs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::hubs::model::{Coverage, DatedValue, Hub, HubContact, HubDiscipline, HubHelp};
use access::contacts::model::ContactChannel;
use platform::ids::Id;
use reference::workforce::model::Region;

/// A staff mental-health hub.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubView {
    /// The hub's id.
    pub id: Id,
    /// The hub's name.
    #[schema(max_length = 200)]
    pub name: String,
    /// The region it is in.
    pub region: Region,
    /// The hub's first day.
    pub opened_on: NaiveDate,
    /// The first day on which it is closed; null while it is open.
    pub closed_on: Option<NaiveDate>,
    /// The kinds of help that it offers.
    #[schema(max_items = 20)]
    pub help: Vec<HubHelp>,
    /// The number of team members in each discipline, without names.
    #[schema(max_items = 20)]
    pub team: Vec<HubTeamMembers>,
    /// How it can be and could be reached, oldest first.
    #[schema(max_items = 1000)]
    pub channels: Vec<HubContactChannel>,
    /// The areas that it covers or has covered, oldest first. Coverage of a dissolved board includes its successors.
    #[schema(max_items = 1000)]
    pub coverage: Vec<HubCoverage>,
}

/// The number of team members in a discipline.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HubTeamMembers {
    /// The discipline.
    pub discipline: HubDiscipline,
    /// The number of people.
    #[schema(minimum = 1, maximum = 1000, example = 4)]
    pub people: i32,
}

/// A way to reach a hub, with the days on which it is valid.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubContactChannel {
    /// The channel.
    pub channel: ContactChannel,
    /// The telephone number, address or web page.
    #[schema(max_length = 254)]
    pub contact: String,
    /// The opening hours, as text.
    #[schema(max_length = 200)]
    pub hours: String,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; null while it is valid. Before the first where it never was.
    pub valid_until: Option<NaiveDate>,
}

impl From<DatedValue<HubContact>> for HubContactChannel {
    fn from(channel: DatedValue<HubContact>) -> Self {
        let DatedValue { value: HubContact { channel, contact, hours }, from: valid_from, until } = channel;
        Self { channel, contact, hours, valid_from, valid_until: last_day(until) }
    }
}

/// The last day of a period that is stored with the first day after it.
pub(super) fn last_day(until: Option<NaiveDate>) -> Option<NaiveDate> {
    until.map(|after| after.pred_opt().unwrap_or(after))
}

/// An area that a hub covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubCoverage {
    /// The integrated care board, by its code in the NHS organisation data service.
    #[schema(max_length = 9)]
    pub icb_code: String,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; null while there is no end. Before the first where it was never covered.
    pub valid_until: Option<NaiveDate>,
}

impl From<Coverage> for HubCoverage {
    fn from(area: Coverage) -> Self {
        Self { icb_code: area.value.1, valid_from: area.from, valid_until: last_day(area.until) }
    }
}

impl HubView {
    /// The hub with its areas and channels.
    pub fn new(hub: Hub, coverage: Vec<Coverage>, channels: Vec<DatedValue<HubContact>>) -> Self {
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

/// Filters for hubs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HubQuery {
    /// Only hubs that cover this integrated care board's area, by any code that the area has ever had.
    #[param(min_length = 1, max_length = 9, nullable = false)]
    pub icb_code: Option<String>,
    /// Only hubs in this region.
    #[param(nullable = false)]
    pub region: Option<Region>,
    /// The day to look at; today when left out.
    #[param(nullable = false)]
    pub on: Option<NaiveDate>,
}
