//! Request and response bodies of risk alerts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::assessment::model::AlertState;
use crate::assessment::queries::alerts::Alert;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// An answer shows risk, and a member of staff must act on it. The answer itself is in the assessment or the self-check.
#[derive(Serialize, ToSchema)]
pub struct RiskAlert {
    /// Identifies the alert.
    pub id: Id,
    /// The state of the alert.
    pub state: AlertState,
    /// The practitioner it is about.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The name that the practitioner chose.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// The assessment that contains the answer; null if it is in a self-check.
    pub assessment_id: Option<Id>,
    /// The self-check in the practitioner's record that contains the answer; null if it is in an assessment.
    pub self_check_id: Option<Id>,
    /// Code of the questionnaire.
    #[schema(max_length = 50)]
    pub questionnaire: String,
    /// When the alert was raised.
    pub raised_at: UtcTime,
    /// When a member of staff acknowledged the alert; null until then.
    pub acknowledged_at: Option<UtcTime>,
    /// The member of staff who acknowledged it.
    pub acknowledged_by: Option<Id>,
    /// What was done about it. Null in lists.
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
    /// The alert in a list: without its note.
    pub fn in_list(alert: Alert) -> Self {
        Self { note: None, ..Self::from(alert) }
    }
}

/// Filters of the list of alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RiskAlertQuery {
    /// Only alerts in this state.
    #[param(nullable = false)]
    pub state: Option<AlertState>,
}

/// Acknowledgement of an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeRiskAlert {
    /// What was done about it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub note: Private<String>,
}
