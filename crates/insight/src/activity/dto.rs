//! JSON views and query parameters of activity and funding figures.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Breakdown, Scenario, ScenarioBasis};
use crate::disclosure::dto::FigurePeriod;

/// The months and the breakdown of the figures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActivityQuery {
    /// The breakdown of the figures; totals only when left out.
    #[param(nullable = false)]
    pub breakdown: Option<Breakdown>,
    /// The first month, such as `2027-01`; eleven months before the last when left out.
    #[param(
        nullable = false,
        min_length = 7,
        max_length = 7,
        pattern = "^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])$",
        example = "2027-01"
    )]
    pub from: Option<String>,
    /// The last month; the current one when left out.
    #[param(
        nullable = false,
        min_length = 7,
        max_length = 7,
        pattern = "^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])$",
        example = "2027-12"
    )]
    pub until: Option<String>,
}

/// Appointments and waits, month by month.
#[derive(Serialize, ToSchema)]
pub struct ActivityFigures {
    /// The breakdown of the figures; null for totals only.
    pub breakdown: Option<Breakdown>,
    /// The months that have been counted, the oldest first. A month is counted once, two weeks after its end.
    #[schema(max_items = 60)]
    pub periods: Vec<FigurePeriod>,
}

/// A budget and a headcount, and another headcount to compare them with.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScenarioQuery {
    /// The budget, in pence a year; the current budget when left out.
    #[param(nullable = false, minimum = 100, maximum = 10_000_000_000_000_u64, example = 700_000_000)]
    pub budget_pence: Option<u64>,
    /// The number of people the budget is for; the current number when left out.
    #[param(nullable = false, minimum = 1, maximum = 100_000_000, example = 180_000)]
    pub headcount: Option<u64>,
    /// The number of people to calculate the cost for; a million when left out.
    #[param(nullable = false, minimum = 1, maximum = 100_000_000, example = 1_000_000)]
    pub target_headcount: Option<u64>,
}

/// The cost per head, and the cost of other headcounts. Money is in whole pence.
#[derive(Serialize, ToSchema)]
pub struct FundingScenarios {
    /// The budget per year.
    #[schema(minimum = 0)]
    pub budget_pence: u64,
    /// The number of people the budget is for.
    #[schema(minimum = 1)]
    pub headcount: u64,
    /// The cost per head, rounded to the nearest penny.
    #[schema(minimum = 0)]
    pub per_head_pence: u64,
    /// The cost of the other headcount: at the same rate, and as publicly estimated where there is an estimate.
    #[schema(max_items = 20)]
    pub scenarios: Vec<FundingScenario>,
    /// The sources of the figures that the request did not give.
    #[schema(max_items = 20)]
    pub sources: Vec<FigureSource>,
}

/// The cost of a headcount.
#[derive(Serialize, ToSchema)]
pub struct FundingScenario {
    /// The basis of the cost.
    pub basis: ScenarioBasis,
    /// The number of people.
    #[schema(minimum = 1)]
    pub headcount: u64,
    /// The cost per year.
    #[schema(minimum = 0)]
    pub budget_pence: u64,
    /// The cost per head, rounded to the nearest penny.
    #[schema(minimum = 0)]
    pub per_head_pence: u64,
}

impl From<Scenario> for FundingScenario {
    fn from(scenario: Scenario) -> Self {
        let Scenario { basis, headcount, budget_pence, per_head_pence } = scenario;
        Self { basis, headcount, budget_pence, per_head_pence }
    }
}

/// The source of a figure.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 500)]
pub struct FigureSource(pub String);
