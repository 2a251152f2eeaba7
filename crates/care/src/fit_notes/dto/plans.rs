//! Forms about plans for a return to work.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fit_notes::model::FitNoteAdaptation;
use crate::fit_notes::model::plans::{ReturnToWorkState, Shift, Week, WorkDay};
use crate::fit_notes::queries::plans::ReturnToWork;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A plan to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReturnToWorkPlan {
    /// For whom.
    pub practitioner_id: Id,
    /// The first day of the first week.
    pub starts_on: NaiveDate,
    /// How many minutes a week the contract is for; a multiple of 15.
    #[schema(minimum = 15, maximum = 6000, multiple_of = 15)]
    pub contract_minutes: u32,
    /// The weeks, one after the other.
    #[schema(min_items = 1, max_items = 26)]
    pub weeks: Vec<ReturnToWorkWeek>,
    /// What else may help.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// When to look at it again.
    pub review_on: NaiveDate,
    /// Anything else that the employer should know. It stands on the paper.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true)), ("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1500)]
    pub remarks: Option<Private<String>>,
}

/// A week of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnToWorkWeek {
    /// Its number, from 1.
    #[schema(minimum = 1, maximum = 26)]
    pub week: u32,
    /// The days that are worked in it; none for a week off.
    #[schema(max_items = 7)]
    pub days: Vec<ReturnToWorkDay>,
}

/// A day of a plan.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnToWorkDay {
    /// Which day.
    pub day: WorkDay,
    /// How many minutes are worked; a multiple of 15.
    #[schema(minimum = 15, maximum = 1440, multiple_of = 15)]
    pub minutes: u32,
}

impl From<&ReturnToWorkWeek> for Week {
    fn from(form: &ReturnToWorkWeek) -> Self {
        let shifts = form.days.iter().map(|day| Shift { day: day.day, minutes: day.minutes }).collect();
        Self { number: form.week, shifts }
    }
}

impl From<Week> for ReturnToWorkWeek {
    fn from(week: Week) -> Self {
        let days = week.shifts.into_iter().map(|shift| ReturnToWorkDay { day: shift.day, minutes: shift.minutes }).collect();
        Self { week: week.number, days }
    }
}

/// A plan for a return to work. Only the practitioner can have it printed, and only once it is agreed: whether the employer
/// sees it is theirs to say.
#[derive(Serialize, ToSchema)]
pub struct ReturnToWorkPlan {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// Who proposed it.
    pub clinician_id: Id,
    /// Where it stands.
    pub state: ReturnToWorkState,
    /// The first day of the first week.
    pub starts_on: NaiveDate,
    /// How many minutes a week the contract is for.
    #[schema(minimum = 0, maximum = 6000)]
    pub contract_minutes: u32,
    /// The weeks.
    #[schema(max_items = 26)]
    pub weeks: Vec<ReturnToWorkWeek>,
    /// How many minutes are worked in all of it.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub total_minutes: u64,
    /// What else may help.
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// When it is looked at again.
    pub review_on: NaiveDate,
    /// Anything else.
    #[schema(max_length = 1500)]
    pub remarks: Option<String>,
    /// When it was proposed.
    pub proposed_at: UtcTime,
    /// When the practitioner agreed.
    pub agreed_at: Option<UtcTime>,
}

impl From<ReturnToWork> for ReturnToWorkPlan {
    fn from(found: ReturnToWork) -> Self {
        let state = found.state();
        Self {
            id: found.id,
            practitioner_id: found.practitioner,
            clinician_id: found.clinician,
            state,
            starts_on: found.plan.starts_on,
            contract_minutes: found.plan.contract_minutes,
            total_minutes: found.plan.weeks.iter().map(Week::minutes).sum(),
            weeks: found.plan.weeks.into_iter().map(ReturnToWorkWeek::from).collect(),
            adaptations: found.plan.adaptations,
            review_on: found.plan.review_on,
            remarks: found.plan.remarks,
            proposed_at: found.proposed_at,
            agreed_at: found.agreed_at,
        }
    }
}
