//! Forms about activity and funding.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Breakdown, Scenario, ScenarioBasis};
use crate::disclosure::dto::FigurePeriod;

/// Which months, broken down how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActivityQuery {
    /// How figures are broken down; totals only when left out.
    #[param(nullable = false)]
    pub by: Option<Breakdown>,
    /// The first month, such as `2027-01`; eleven months before the last when left out.
    #[param(
        nullable = false,
        min_length = 7,
        max_length = 7,
        pattern = "^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])$",
        example = "2027-01"
    )]
    pub from: Option<String>,
    /// The last month; the present one when left out.
    #[param(
        nullable = false,
        min_length = 7,
        max_length = 7,
        pattern = "^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])$",
        example = "2027-12"
    )]
    pub to: Option<String>,
}

/// Appointments and waits, month by month.
#[derive(Serialize, ToSchema)]
pub struct ActivityFigures {
    /// How they are broken down; null for totals only.
    pub by: Option<Breakdown>,
    /// The months that have been counted, the oldest first. One is counted two weeks after its end, and never again.
    #[schema(max_items = 60)]
    pub periods: Vec<FigurePeriod>,
}

/// A budget and a headcount, and another headcount to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScenarioQuery {
    /// The budget, in whole pounds a year; that of today when left out.
    #[param(nullable = false, minimum = 1, maximum = 100_000_000_000_u64, example = 7_000_000)]
    pub budget_pounds: Option<u64>,
    /// How many people it is for; those of today when left out.
    #[param(nullable = false, minimum = 1, maximum = 100_000_000, example = 180_000)]
    pub headcount: Option<u64>,
    /// For how many people a sum is wanted; a million when left out.
    #[param(nullable = false, minimum = 1, maximum = 100_000_000, example = 1_000_000)]
    pub target_headcount: Option<u64>,
}

/// What a head costs, and what others would. Money is in whole pence.
#[derive(Serialize, ToSchema)]
pub struct FundingScenarios {
    /// The budget, a year.
    #[schema(minimum = 0)]
    pub budget_pence: u64,
    /// How many people it is for.
    #[schema(minimum = 1)]
    pub headcount: u64,
    /// What a head costs, rounded to the nearest penny.
    #[schema(minimum = 0)]
    pub per_head_pence: u64,
    /// What so many others would cost: at the same rate, and as was publicly estimated, where somebody did.
    #[schema(max_items = 20)]
    pub scenarios: Vec<FundingScenario>,
    /// Where the figures come from that were not sent.
    #[schema(max_items = 20)]
    pub sources: Vec<FigureSource>,
}

/// What so many people would cost.
#[derive(Serialize, ToSchema)]
pub struct FundingScenario {
    /// On what it rests.
    pub basis: ScenarioBasis,
    /// How many people.
    #[schema(minimum = 1)]
    pub headcount: u64,
    /// What they would cost, a year.
    #[schema(minimum = 0)]
    pub budget_pence: u64,
    /// What a head would cost, rounded to the nearest penny.
    #[schema(minimum = 0)]
    pub per_head_pence: u64,
}

impl From<Scenario> for FundingScenario {
    fn from(scenario: Scenario) -> Self {
        let Scenario { basis, headcount, budget_pence, per_head_pence } = scenario;
        Self { basis, headcount, budget_pence, per_head_pence }
    }
}

/// Where a figure comes from.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 500)]
pub struct FigureSource(pub String);
