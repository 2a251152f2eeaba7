//! The intake switches.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::registration::model::Cohort;
use crate::registration::queries::intake::{Change, Turn};
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use reference::signposts::model::SignpostNeed;

/// A turn of the intake switch of a cohort. It holds until the cohort's next.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakePeriodView {
    /// Names the turn.
    pub id: Id,
    /// Whose intake.
    pub cohort: Cohort,
    /// The first day.
    pub starts_on: NaiveDate,
    /// Whether new registrations are taken.
    pub is_open: bool,
    /// The stable code that people who register are given.
    #[schema(max_length = 100)]
    pub reason_code: String,
    /// Why, as people who register are told.
    #[schema(max_length = 500)]
    pub reason: String,
    /// The needs that people are pointed to help for while it is closed.
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
    /// Where it comes from: a public source, or the administrator.
    #[schema(max_length = 500)]
    pub source: String,
    /// How it came to be as it is, oldest first. Empty for what the service began with.
    #[schema(max_items = 1000)]
    pub changes: Vec<IntakePeriodVersion>,
}

/// A turn as it was written once.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakePeriodVersion {
    /// The version that was written.
    pub version: i32,
    /// When.
    pub at: UtcTime,
    /// Who did it.
    pub changed_by: Id,
    /// The first day.
    pub starts_on: NaiveDate,
    /// Whether new registrations were to be taken.
    pub is_open: bool,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: String,
}

impl From<Change> for IntakePeriodVersion {
    fn from(change: Change) -> Self {
        let Change { version, at, changed_by, starts_on, is_open, reason } = change;
        Self { version, at, changed_by, starts_on, is_open, reason }
    }
}

impl IntakePeriodView {
    /// The turn with its history.
    ///
    /// # Errors
    /// When its signposts cannot be read.
    pub fn new(turn: Turn, changes: impl IntoIterator<Item = Change>) -> Result<Self> {
        Ok(Self {
            signposts: turn.signposts,
            id: turn.id,
            cohort: turn.cohort,
            starts_on: turn.starts_on,
            is_open: turn.is_open,
            reason_code: turn.reason_code,
            reason: turn.reason,
            source: turn.source,
            changes: changes.into_iter().map(IntakePeriodVersion::from).collect(),
        })
    }
}

/// Which turns.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IntakeSwitchQuery {
    /// Only those of this cohort.
    #[param(nullable = false)]
    pub cohort: Option<Cohort>,
}

/// A turn of a switch that is to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIntakePeriod {
    /// Whose intake.
    pub cohort: Cohort,
    /// What is turned.
    #[schema(inline = false)]
    pub period: IntakePeriodForm,
}

/// What a turn says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakePeriodForm {
    /// The first day: today or later.
    pub starts_on: NaiveDate,
    /// Whether new registrations are taken.
    pub is_open: bool,
    /// Why, as people who register are told. Public words.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub reason: String,
    /// The needs to point people to help for; at least one when it is closed. Crisis help is always among it.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
}
