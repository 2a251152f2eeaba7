//! What leads to an area and to its hubs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::administering::HubBoardCode;
use super::directory::HubView;
use crate::hubs::model::{Lie, Stretch};
use crate::hubs::queries::places::Place;
use platform::private::Private;
use reference::workforce::model::{Icb, Region};

/// What is known of where somebody works: exactly one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchHubs {
    /// The integrated care board, by any code that its area ever had.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 9, example = "QWE", nullable = false)]
    pub icb_code: Option<String>,
    /// The first half of a postcode, and not more.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 10)]
    pub outcode: Option<Private<String>>,
    /// The employer, by its code in the NHS organisation data service.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 20)]
    pub employer_ods: Option<Private<String>>,
    /// As things stood on this day; today when left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub on: Option<NaiveDate>,
}

/// The hubs that were found, or how to choose an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct HubSearchResults {
    /// The areas that were found. Several where the place lies across a border, or an area was divided.
    #[schema(max_items = 60)]
    pub areas: Vec<HubArea>,
    /// False where only general knowledge leads to these areas: please ask the person whether they are right.
    pub is_confirmed: bool,
    /// The hubs that cover them, by name.
    #[schema(max_items = 100)]
    pub hubs: Vec<HubView>,
    /// What to do when no area was found; null when one was.
    #[schema(max_length = 500)]
    pub how_to_choose: Option<String>,
    /// The areas there are, to choose one from when none was found.
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

/// Where an outcode lies from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceOutcodeArea {
    /// The first day, today or later.
    pub starts_on: NaiveDate,
    /// The boards, all of them; none when it is not known any more. Each must exist on that day.
    #[schema(max_items = 10)]
    pub icb_codes: Vec<HubBoardCode>,
}

/// Where an employer lies from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceEmployerArea {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The first day, today or later.
    pub starts_on: NaiveDate,
    /// The boards, all of them; none when it is not known any more. Each must exist on that day.
    #[schema(max_items = 10)]
    pub icb_codes: Vec<HubBoardCode>,
}

/// An outcode or an employer, with where it lies and lay.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaMapping {
    /// The outcode, the letters that outcodes begin with, or the employer's code.
    #[schema(max_length = 20)]
    pub code: String,
    /// What an employer is called; null for outcodes.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// In which areas.
    #[schema(max_items = 200)]
    pub areas: Vec<AreaAssignment>,
}

/// In which area a place lies or lay.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaAssignment {
    /// The board.
    #[schema(max_length = 9)]
    pub icb_code: String,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds; null while it does.
    pub valid_until: Option<NaiveDate>,
    /// False for what only general knowledge says.
    pub is_confirmed: bool,
    /// Where it is from.
    #[schema(max_length = 500)]
    pub source: String,
}

impl From<Place> for AreaMapping {
    fn from(place: Place) -> Self {
        let lie = |stretch: Stretch<Lie>| AreaAssignment {
            icb_code: stretch.what.icb_code,
            valid_from: stretch.from,
            valid_until: stretch.until,
            is_confirmed: stretch.what.confirmed,
            source: stretch.what.source,
        };
        Self { code: place.code, name: place.name, areas: place.lies.into_iter().map(lie).collect() }
    }
}
