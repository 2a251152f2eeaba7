//! Forms about alerts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::assessment::model::AlertState;
use crate::assessment::queries::alerts::Alert;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// An answer showed risk, and somebody must look at it. The answer itself is in the assessment, or in the self-check.
#[derive(Serialize, ToSchema)]
pub struct RiskAlert {
    /// Names it.
    pub id: Id,
    /// Whether somebody has looked at it.
    pub state: AlertState,
    /// About whom it is.
    pub practitioner_id: Id,
    /// The code that stands for their name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// What they want to be called.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The assessment that holds the answer; null where a self-check does.
    pub assessment_id: Option<Id>,
    /// The self-check that holds the answer, of those that the practitioner took over; null where an assessment does.
    pub self_check_id: Option<Id>,
    /// The questionnaire that was answered.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// When it was raised.
    pub raised_at: UtcTime,
    /// When somebody said what was done.
    pub acknowledged_at: Option<UtcTime>,
    /// Who did.
    pub acknowledged_by: Option<Id>,
    /// What was done. Not shown in lists.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

impl From<Alert> for RiskAlert {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id,
            state: if alert.acknowledged.is_some() { AlertState::Acknowledged } else { AlertState::Open },
            practitioner_id: alert.practitioner,
            reference: alert.reference,
            pseudonym: alert.pseudonym,
            assessment_id: alert.assessment,
            self_check_id: alert.self_check,
            questionnaire: alert.questionnaire,
            raised_at: alert.raised_at,
            acknowledged_at: alert.acknowledged.map(|(at, _)| at),
            acknowledged_by: alert.acknowledged.map(|(_, by)| by),
            note: alert.note.map(Private::into_revealed),
        }
    }
}

impl RiskAlert {
    /// The alert as a list shows it.
    pub fn in_list(alert: Alert) -> Self {
        Self { note: None, ..Self::from(alert) }
    }
}

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RiskAlertQuery {
    /// Only those in this state.
    #[param(nullable = false)]
    pub state: Option<AlertState>,
}

/// That somebody looked at an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeRiskAlert {
    /// What was done.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub note: Private<String>,
}
