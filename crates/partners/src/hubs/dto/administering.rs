//! What administrators send about hubs, and who runs one.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::directory::HubTeamMembers;
use crate::hubs::model::{HubChannel, HubHelp, Reach};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::Region;

/// A hub that is to be in the directory.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateHub {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The region it is in.
    pub region: Region,
    /// Its first day.
    #[schema(example = "2021-02-22")]
    pub opened_on: NaiveDate,
    /// What it gives.
    #[schema(max_items = 20)]
    pub help: Vec<HubHelp>,
    /// How many of which discipline work there.
    #[schema(max_items = 10)]
    pub team: Vec<HubTeamMembers>,
    /// How it is reached, from its first day on.
    #[schema(max_items = 20)]
    pub channels: Vec<HubContactChannelForm>,
    /// What it covers and has covered.
    #[schema(max_items = 60)]
    pub coverage: Vec<CoveredArea>,
}

/// An area that a hub covers or has covered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoveredArea {
    /// The integrated care board.
    #[schema(min_length = 1, max_length = 9, example = "QWE")]
    pub icb_code: String,
    /// The first day.
    #[schema(example = "2021-02-22")]
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds; left out or null while there is no end.
    #[serde(default)]
    #[schema(example = "2035-01-01")]
    pub valid_until: Option<NaiveDate>,
}

/// A way to reach a hub.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HubContactChannelForm {
    /// Which way.
    pub channel: HubChannel,
    /// The number, address or page.
    #[schema(min_length = 1, max_length = 254)]
    pub contact: String,
    /// When somebody answers, in words.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 200, example = "Monday to Friday, 9 am to 5 pm")]
    pub hours: String,
}

impl From<&HubContactChannelForm> for Reach {
    fn from(way: &HubContactChannelForm) -> Self {
        Self { channel: way.channel, contact: way.contact.trim().to_owned(), hours: way.hours.trim().to_owned() }
    }
}

/// What a hub is, all of it but for its areas and channels.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceHub {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The region it is in.
    pub region: Region,
    /// What it gives.
    #[schema(max_items = 20)]
    pub help: Vec<HubHelp>,
    /// How many of which discipline work there.
    #[schema(max_items = 10)]
    pub team: Vec<HubTeamMembers>,
}

/// That a hub is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseHub {
    /// The first day on which it is no longer there, today or later.
    pub closed_on: NaiveDate,
}

/// What a hub covers from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceHubCoverage {
    /// The first day, today or later.
    pub starts_on: NaiveDate,
    /// The boards, all of them. Each must exist on that day.
    #[schema(max_items = 60)]
    pub icb_codes: Vec<HubBoardCode>,
}

/// The code of an integrated care board.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 9, example = "QWE")]
pub struct HubBoardCode(pub String);

/// How a hub is reached from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceHubChannels {
    /// The first day, today or later.
    pub starts_on: NaiveDate,
    /// The ways, all of them.
    #[schema(max_items = 20)]
    pub channels: Vec<HubContactChannelForm>,
}

/// That a coordinator runs a hub.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceHubCoordinator {
    /// For whom they work, by its code in the NHS organisation data service, where that is known: referrals of people who work
    /// there are not shown to them.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20, example = "X9K3M")]
    pub employer_ods: Option<Private<String>>,
}

/// Who runs a hub.
#[derive(Serialize, ToSchema)]
pub struct HubCoordinators {
    /// The coordinators, those who were assigned first at the top.
    #[schema(max_items = 100)]
    pub coordinators: Vec<HubCoordinator>,
}

/// A coordinator who runs a hub.
#[derive(Serialize, ToSchema)]
pub struct HubCoordinator {
    /// Their account.
    pub account_id: Id,
    /// Their name.
    #[schema(max_length = 200)]
    pub name: String,
    /// Since when.
    pub assigned_at: UtcTime,
}

/// The hubs that a coordinator runs. None for one of the service itself.
#[derive(Serialize, ToSchema)]
pub struct MyHubs {
    /// The hubs, by name.
    #[schema(max_items = 100)]
    pub hubs: Vec<MyHub>,
}

/// A hub that a coordinator runs.
#[derive(Serialize, ToSchema)]
pub struct MyHub {
    /// Names it.
    pub id: Id,
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: String,
}
