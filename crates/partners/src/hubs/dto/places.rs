//! How an area and its hubs are found.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::administration::HubBoardCode;
use super::directory::{HubView, last_day};
use crate::hubs::model::{AssignedArea, DatedValue};
use crate::hubs::queries::places::Place;
use platform::private::Private;
use reference::workforce::model::{Icb, Region};

/// What is known of where a person works: exactly one of area, outcode or employer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchHubs {
    /// The integrated care board, by any code that its area has ever had.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 9, example = "QWE", nullable = false)]
    pub icb_code: Option<String>,
    /// The first half of a postcode, and no more.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 10)]
    pub outcode: Option<Private<String>>,
    /// The employer, by its code in the NHS organisation data service.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 20)]
    pub employer_ods: Option<Private<String>>,
    /// The day to look at; today when left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub on: Option<NaiveDate>,
}

/// The hubs that were found, or help with choosing an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubSearchResults {
    /// The areas that were found. There are several when the place is in more than one area, or an area was divided.
    #[schema(max_items = 60)]
    pub areas: Vec<HubArea>,
    /// False when the areas come from general knowledge and no administrator has confirmed them: ask the person whether they are
    /// right.
    pub confirmed: bool,
    /// The hubs that cover them, by name.
    #[schema(max_items = 100)]
    pub items: Vec<HubView>,
    /// What to do when no area was found; null when one was found.
    #[schema(max_length = 500)]
    pub how_to_choose: Option<String>,
    /// All areas to choose from when none was found.
    #[schema(max_items = 60)]
    pub choose_from: Vec<HubArea>,
}

/// The area of an integrated care board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HubArea {
    /// The board's code.
    #[schema(max_length = 9)]
    pub icb_code: String,
    /// The board's name.
    #[schema(max_length = 200)]
    pub name: String,
    /// The region it is in.
    pub region: Region,
}

impl From<&Icb> for HubArea {
    fn from(board: &Icb) -> Self {
        Self { icb_code: board.code.clone(), name: board.name.clone(), region: board.region }
    }
}

/// The area of an outcode from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceOutcodeArea {
    /// The first day, today or later.
    pub starts_on: NaiveDate,
    /// All boards; empty when the area is not known any more. Each must exist on that day.
    #[schema(max_items = 10)]
    pub icb_codes: Vec<HubBoardCode>,
}

/// The area of an employer from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceEmployerArea {
    /// The employer's name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The first day, today or later.
    pub starts_on: NaiveDate,
    /// All boards; empty when the area is not known any more. Each must exist on that day.
    #[schema(max_items = 10)]
    pub icb_codes: Vec<HubBoardCode>,
}

/// An outcode or an employer, with its areas now and before.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaMapping {
    /// The outcode, its letters, or the employer's code.
    #[schema(max_length = 20)]
    pub code: String,
    /// The employer's name; null for outcodes.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Its areas.
    #[schema(max_items = 200)]
    pub areas: Vec<AreaAssignment>,
}

/// An area that a place belongs or belonged to, with the days on which it did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaAssignment {
    /// The board.
    #[schema(max_length = 9)]
    pub icb_code: String,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; null while there is no end. Before the first where it was never valid.
    pub valid_until: Option<NaiveDate>,
    /// False when the assignment comes from general knowledge and no administrator has confirmed it.
    pub confirmed: bool,
    /// The source of the assignment.
    #[schema(max_length = 500)]
    pub source: String,
}

impl From<Place> for AreaMapping {
    fn from(place: Place) -> Self {
        let area = |stretch: DatedValue<AssignedArea>| AreaAssignment {
            icb_code: stretch.value.icb_code,
            valid_from: stretch.from,
            valid_until: last_day(stretch.until),
            confirmed: stretch.value.confirmed,
            source: stretch.value.source,
        };
        Self { code: place.code, name: place.name, areas: place.areas.into_iter().map(area).collect() }
    }
}
