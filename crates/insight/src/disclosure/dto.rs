//! Figures as they are shown.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Published, Snapshot};
use super::rules::{Months, months};
use platform::ids::UtcTime;
use platform::refusal::Refusal;

/// How many things are in a category.
#[derive(Serialize, ToSchema)]
pub struct FigureCell {
    /// The category.
    #[schema(max_length = 50)]
    pub category: String,
    /// How many, rounded to five. Null where it is hidden, because it or another category is about fewer than five people.
    #[schema(minimum = 0)]
    pub count: Option<u32>,
}

/// A share, and what it is held against.
#[derive(Serialize, ToSchema)]
pub struct FigureRate {
    /// Which share.
    #[schema(max_length = 50)]
    pub rate: String,
    /// In whole per cent, from rounded counts. Null where those do not tell.
    #[schema(minimum = 0, maximum = 100)]
    pub percent: Option<u8>,
    /// The standard or plan that it is held against, in per cent.
    #[schema(minimum = 0, maximum = 100)]
    pub target_percent: Option<u8>,
    /// Whether the share reaches it. Null where there is no target or no share.
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
    /// What the categories are.
    #[schema(max_length = 50)]
    pub breakdown: String,
    /// All together, rounded to five. Null where they are about fewer than ten people.
    #[schema(minimum = 0)]
    pub total: Option<u32>,
    /// The categories. Each thing is in one of them.
    #[schema(max_items = 20)]
    pub cells: Vec<FigureCell>,
    /// What follows from them.
    #[schema(max_items = 20)]
    pub rates: Vec<FigureRate>,
}

impl FigureTable {
    /// A table with its shares.
    pub fn new(published: Published, rates: Vec<FigureRate>) -> Self {
        let cells = published.cells.into_iter().map(|(category, count)| FigureCell { category, count });
        Self { breakdown: published.breakdown, total: published.total, cells: cells.collect(), rates }
    }

    /// Its total alone.
    pub fn total(published: &Published) -> Self {
        Self { breakdown: "total".to_owned(), total: published.total, cells: Vec::new(), rates: Vec::new() }
    }
}

/// The figures of one period, counted once and never changed.
#[derive(Serialize, ToSchema)]
pub struct FigurePeriod {
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// When it was counted.
    pub counted_at: UtcTime,
    /// The figures.
    #[schema(max_items = 20)]
    pub tables: Vec<FigureTable>,
}

impl FigurePeriod {
    /// A period with its tables, as `show` shows them.
    pub fn new(snapshot: Snapshot, show: impl FnMut(Published) -> Option<FigureTable>) -> Self {
        Self {
            first_day: snapshot.period.first,
            last_day: snapshot.period.until.checked_sub_days(Days::new(1)).unwrap_or(snapshot.period.first),
            counted_at: snapshot.made_at.into(),
            tables: snapshot.tables.into_iter().filter_map(show).collect(),
        }
    }
}

/// Which months.
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

impl MonthsQuery {
    /// The days that are asked for.
    ///
    /// # Errors
    /// As [`months`].
    pub fn days(&self, today: NaiveDate) -> Result<Months, Refusal> {
        months(self.from.as_deref(), self.to.as_deref(), today)
    }
}
