//! What administrators send about hubs, and who coordinates one.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::directory::HubTeamMembers;
use crate::hubs::model::{HubContact, HubHelp};
use access::contacts::model::ContactChannel;
use people::staff_changes::dto::PendingChange;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::Region;

/// A new hub.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateHub {
    /// The hub's name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The region it is in.
    pub region: Region,
    /// The hub's first day.
    #[schema(example = "2021-02-22")]
    pub opened_on: NaiveDate,
    /// The kinds of help that it offers.
    #[schema(max_items = 20)]
    pub help: Vec<HubHelp>,
    /// The number of team members in each discipline.
    #[schema(max_items = 10)]
    pub team: Vec<HubTeamMembers>,
    /// How it is reached from its first day on.
    #[schema(max_items = 20)]
    pub channels: Vec<HubContactChannelForm>,
    /// The areas that it covers and has covered.
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
    /// The last day; left out or null while there is no end.
    #[serde(default)]
    #[schema(example = "2034-12-31")]
    pub valid_until: Option<NaiveDate>,
}

/// A way to reach a hub.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HubContactChannelForm {
    /// The channel.
    pub channel: ContactChannel,
    /// The telephone number, address or web page.
    #[schema(min_length = 1, max_length = 254)]
    pub contact: String,
    /// The opening hours, as text.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 200, example = "Monday to Friday, 9 am to 5 pm")]
    pub hours: String,
}

impl From<&HubContactChannelForm> for HubContact {
    fn from(form: &HubContactChannelForm) -> Self {
        Self { channel: form.channel, contact: form.contact.trim().to_owned(), hours: form.hours.trim().to_owned() }
    }
}

/// A hub without its areas and channels.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceHub {
    /// The hub's name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The region it is in.
    pub region: Region,
    /// The kinds of help that it offers.
    #[schema(max_items = 20)]
    pub help: Vec<HubHelp>,
    /// The number of team members in each discipline.
    #[schema(max_items = 10)]
    pub team: Vec<HubTeamMembers>,
}

/// The closure of a hub.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseHub {
    /// The first day on which it is closed, today or later.
    pub closed_on: NaiveDate,
}

/// The areas that a hub covers from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceHubCoverage {
    /// The first day, today or later.
    pub starts_on: NaiveDate,
    /// All boards that it covers. Each must exist on that day.
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
    /// All channels.
    #[schema(max_items = 20)]
    pub channels: Vec<HubContactChannelForm>,
}

/// The assignment of a coordinator to a hub.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignHubCoordinator {
    /// The employer's code in the NHS organisation data service, where it is known. The coordinator does not see referrals of
    /// people who work there.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20, example = "X9K3M")]
    pub employer_ods: Option<Private<String>>,
    /// Why they are assigned, or why their employer is changed.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// Why a coordinator is taken off a hub.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndHubCoordinator {
    /// The reason. The identity history shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// The coordinators of a hub.
#[derive(Serialize, ToSchema)]
pub struct HubCoordinators {
    /// The coordinators, in the order in which they were assigned.
    #[schema(max_items = 100)]
    pub coordinators: Vec<HubCoordinator>,
    /// The assignment, or other employer, that this request proposed and that waits for another administrator; null otherwise.
    pub pending_change: Option<PendingChange>,
}

/// A coordinator of a hub.
#[derive(Serialize, ToSchema)]
pub struct HubCoordinator {
    /// Their account.
    pub account_id: Id,
    /// Their name.
    #[schema(max_length = 200)]
    pub name: String,
    /// When they were assigned.
    pub assigned_at: UtcTime,
}

/// The hubs of a hub coordinator.
#[derive(Serialize, ToSchema)]
pub struct MyHubs {
    /// The hubs, by name.
    #[schema(max_items = 100)]
    pub hubs: Vec<MyHub>,
}

/// A hub of a hub coordinator.
#[derive(Serialize, ToSchema)]
pub struct MyHub {
    /// The hub's id.
    pub id: Id,
    /// The hub's name.
    #[schema(max_length = 200)]
    pub name: String,
}
