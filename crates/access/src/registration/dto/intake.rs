//! JSON forms about intake periods.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::registration::model::Cohort;
use crate::registration::queries::intake::{IntakePeriodChange, IntakePeriodRecord};
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use reference::signposts::model::SignpostNeed;

/// An intake period of a cohort. It applies until the cohort's next period.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakePeriodView {
    /// Identifies the intake period.
    pub id: Id,
    /// The cohort it applies to.
    pub cohort: Cohort,
    /// The first day.
    pub starts_on: NaiveDate,
    /// Whether new registrations are accepted.
    pub open: bool,
    /// The stable code of the reason given to people who register.
    #[schema(max_length = 100)]
    pub reason_code: String,
    /// The reason given to people who register.
    #[schema(max_length = 500)]
    pub reason: String,
    /// The needs for which people are shown sources of help while intake is closed.
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
    /// The source: a public page, or `administrator`.
    #[schema(max_length = 500)]
    pub source: String,
    /// The versions, oldest first. Empty for initial periods.
    #[schema(max_items = 1000)]
    pub history: Vec<IntakePeriodHistoryEntry>,
}

/// One version of an intake period.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakePeriodHistoryEntry {
    /// The version number.
    pub version: i32,
    /// When it was written.
    pub at: UtcTime,
    /// The administrator who wrote it.
    pub by: Id,
    /// The first day.
    pub starts_on: NaiveDate,
    /// Whether new registrations were to be accepted.
    pub open: bool,
    /// The reason given to people who register.
    #[schema(max_length = 500)]
    pub reason: String,
}

impl From<IntakePeriodChange> for IntakePeriodHistoryEntry {
    fn from(change: IntakePeriodChange) -> Self {
        let IntakePeriodChange { version, at, changed_by, starts_on, is_open, reason } = change;
        Self { version, at, by: changed_by, starts_on, open: is_open, reason }
    }
}

impl IntakePeriodView {
    /// The intake period with its versions.
    ///
    /// # Errors
    /// When its signposts cannot be read.
    pub fn new(period: IntakePeriodRecord, changes: impl IntoIterator<Item = IntakePeriodChange>) -> Result<Self> {
        Ok(Self {
            signposts: period.signposts,
            id: period.id,
            cohort: period.cohort,
            starts_on: period.starts_on,
            open: period.is_open,
            reason_code: period.reason_code,
            reason: period.reason,
            source: period.source,
            history: changes.into_iter().map(IntakePeriodHistoryEntry::from).collect(),
        })
    }
}

/// Filters of the list of intake periods.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IntakePeriodQuery {
    /// Only intake periods of this cohort.
    #[param(nullable = false)]
    pub cohort: Option<Cohort>,
}

/// A new intake period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIntakePeriod {
    /// The cohort it applies to.
    pub cohort: Cohort,
    /// The content of the period.
    #[schema(inline = false)]
    pub period: IntakePeriodForm,
}

/// The content of an intake period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakePeriodForm {
    /// The first day: today or later.
    pub starts_on: NaiveDate,
    /// Whether new registrations are accepted.
    pub open: bool,
    /// The reason given to people who register. Shown to the public.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub reason: String,
    /// The needs for which people are shown sources of help. At least one while intake is closed. Crisis help is always added.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
}
