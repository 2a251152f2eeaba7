//! Request and response bodies of the rota.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::DutyState;
use super::queries::DutyPeriod;
use platform::ids::{Id, UtcTime};

/// A period in which a clinician is on duty for risk alerts.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeDutyPeriod {
    /// The clinician. The directory must hold their registration.
    pub clinician_id: Id,
    /// When it starts: an hour ago at the earliest.
    pub starts_at: UtcTime,
    /// When it ends: a week after the start at most.
    pub ends_at: UtcTime,
}

/// A period in which a clinician is on duty.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyPeriodView {
    /// The id of the period.
    pub id: Id,
    /// The clinician.
    pub clinician_id: Id,
    /// When it starts.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// Whether it counts.
    pub state: DutyState,
    /// Who proposed it, and so cannot approve it.
    pub proposed_by: Id,
    /// Who approved it; null while no one has.
    pub approved_by: Option<Id>,
    /// When it was approved.
    pub approved_at: Option<UtcTime>,
    /// Who ended it before its time; null if no one did.
    pub ended_by: Option<Id>,
    /// When it was ended before its time.
    pub ended_at: Option<UtcTime>,
}

impl From<DutyPeriod> for DutyPeriodView {
    fn from(period: DutyPeriod) -> Self {
        Self {
            id: period.id,
            clinician_id: period.clinician_id,
            starts_at: period.starts_at,
            ends_at: period.ends_at,
            state: period.state(),
            proposed_by: period.proposed_by,
            approved_by: period.confirmed_by,
            approved_at: period.confirmed_at,
            ended_by: period.ended_by,
            ended_at: period.ended_at,
        }
    }
}

/// Which periods to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DutyPeriodQuery {
    /// Only periods that are not over at this time; by default now.
    #[param(nullable = false)]
    pub from: Option<UtcTime>,
}
