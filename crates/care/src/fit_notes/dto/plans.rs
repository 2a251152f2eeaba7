//! Request and response bodies of return-to-work plans.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fit_notes::model::FitNoteAdaptation;
use crate::fit_notes::model::plans::{ReturnToWorkState, Shift, Week};
use crate::fit_notes::queries::plans::ReturnToWorkRecord;
use platform::ids::{Id, UtcTime};
use platform::local_time::Day;
use platform::private::Private;

/// A new return-to-work plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeReturnToWorkPlan {
    /// The practitioner that the plan is for.
    pub practitioner_id: Id,
    /// The first day of the first week.
    pub starts_on: NaiveDate,
    /// Contracted minutes a week; a multiple of 15.
    #[schema(minimum = 15, maximum = 6000, multiple_of = 15)]
    pub contract_minutes: u32,
    /// The weeks in order.
    #[schema(min_items = 1, max_items = 26)]
    pub weeks: Vec<ReturnToWorkWeek>,
    /// Other adaptations that may help.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// The date of the review.
    pub review_on: NaiveDate,
    /// Anything else that the employer should know. It is printed.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true)), ("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1500)]
    pub note: Option<Private<String>>,
}

/// A week of a return-to-work plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnToWorkWeek {
    /// Number of the week, from 1.
    #[schema(minimum = 1, maximum = 26)]
    pub week: u32,
    /// The working days; empty for a week off.
    #[schema(max_items = 7)]
    pub days: Vec<ReturnToWorkDay>,
}

/// A working day of a return-to-work plan.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnToWorkDay {
    /// The day of the week.
    pub day: Day,
    /// Working minutes; a multiple of 15.
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

/// A return-to-work plan. Only the practitioner can download it, and only after agreeing to it: they decide whether the
/// employer sees it.
#[derive(Serialize, ToSchema)]
pub struct ReturnToWorkPlan {
    /// Identifies the plan.
    pub id: Id,
    /// The practitioner it is for.
    pub practitioner_id: Id,
    /// The clinician who proposed it.
    pub clinician_id: Id,
    /// The state of the plan.
    pub state: ReturnToWorkState,
    /// The first day of the first week.
    pub starts_on: NaiveDate,
    /// Contracted minutes a week.
    #[schema(minimum = 0, maximum = 6000)]
    pub contract_minutes: u32,
    /// The weeks of the plan, in order.
    #[schema(max_items = 26)]
    pub weeks: Vec<ReturnToWorkWeek>,
    /// Working minutes of the whole plan.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub total_minutes: u64,
    /// Other adaptations that may help.
    #[schema(max_items = 4)]
    pub adaptations: Vec<FitNoteAdaptation>,
    /// The date of the review.
    pub review_on: NaiveDate,
    /// Anything else that the employer should know.
    #[schema(max_length = 1500)]
    pub note: Option<String>,
    /// When the plan was proposed.
    pub proposed_at: UtcTime,
    /// When the practitioner agreed to it; null until then.
    pub agreed_at: Option<UtcTime>,
}

impl From<ReturnToWorkRecord> for ReturnToWorkPlan {
    fn from(found: ReturnToWorkRecord) -> Self {
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
            note: found.plan.remarks,
            proposed_at: found.proposed_at,
            agreed_at: found.agreed_at,
        }
    }
}
