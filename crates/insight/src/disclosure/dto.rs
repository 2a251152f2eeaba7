//! JSON views of figures.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Published, Snapshot};
use super::rules::{Months, months};
use platform::ids::UtcTime;
use platform::refusal::Refusal;

/// The count of a category.
#[derive(Serialize, ToSchema)]
pub struct FigureCell {
    /// The category.
    #[schema(max_length = 50)]
    pub category: String,
    /// The count, rounded to five. Null when it is hidden because it or another category is about fewer than five people.
    #[schema(minimum = 0)]
    pub count: Option<u32>,
}

/// A share, and the target that it is compared with.
#[derive(Serialize, ToSchema)]
pub struct FigureRate {
    /// The name of the share.
    #[schema(max_length = 50)]
    pub rate: String,
    /// The share in whole per cent, from rounded counts. Null when it cannot be calculated from them.
    #[schema(minimum = 0, maximum = 100)]
    pub percent: Option<u8>,
    /// The standard or plan that it is compared with, in per cent.
    #[schema(minimum = 0, maximum = 100)]
    pub target_percent: Option<u8>,
    /// Whether the share reaches the target. Null when there is no target or no share.
    pub target_met: Option<bool>,
}

impl FigureRate {
    /// A share and its target.
    pub fn new(rate: &str, percent: Option<u8>, target_percent: Option<u8>) -> Self {
        let target_met = percent.zip(target_percent).map(|(percent, target)| percent >= target);
        Self { rate: rate.to_owned(), percent, target_percent, target_met }
    }
}

/// The figures of one breakdown.
#[derive(Serialize, ToSchema)]
pub struct FigureTable {
    /// The name of the breakdown.
    #[schema(max_length = 50)]
    pub breakdown: String,
    /// The total of all categories, rounded to five. Null when it is about fewer than ten people.
    #[schema(minimum = 0)]
    pub total: Option<u32>,
    /// The categories. Everything that is counted is in exactly one of them.
    #[schema(max_items = 20)]
    pub cells: Vec<FigureCell>,
    /// The shares that are calculated from them.
    #[schema(max_items = 20)]
    pub rates: Vec<FigureRate>,
}

impl FigureTable {
    /// A table with its shares.
    pub fn new(published: Published, rates: Vec<FigureRate>) -> Self {
        let cells = published.cells.into_iter().map(|(category, count)| FigureCell { category, count });
        Self { breakdown: published.breakdown, total: published.total, cells: cells.collect(), rates }
    }

    /// The total of a table without its categories.
    pub fn total(published: &Published) -> Self {
        Self { breakdown: "total".to_owned(), total: published.total, cells: Vec::new(), rates: Vec::new() }
    }
}

/// The figures of one period, counted once and never changed.
#[derive(Serialize, ToSchema)]
pub struct FigurePeriod {
    /// The first day of the period.
    pub first_day: NaiveDate,
    /// The last day of the period.
    pub last_day: NaiveDate,
    /// When the period was counted.
    pub counted_at: UtcTime,
    /// The tables of figures.
    #[schema(max_items = 20)]
    pub tables: Vec<FigureTable>,
}

impl FigurePeriod {
    /// A period with its tables, converted by `show`.
    pub fn new(snapshot: Snapshot, show: impl FnMut(Published) -> Option<FigureTable>) -> Self {
        Self {
            first_day: snapshot.period.first,
            last_day: snapshot.period.last(),
            counted_at: snapshot.counted_at.into(),
            tables: snapshot.tables.into_iter().filter_map(show).collect(),
        }
    }
}

/// Which months to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MonthsQuery {
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

impl MonthsQuery {
    /// The days of the requested months.
    ///
    /// # Errors
    /// As [`months`].
    pub fn days(&self, today: NaiveDate) -> Result<Months, Refusal> {
        months(self.from.as_deref(), self.until.as_deref(), today)
    }
}
