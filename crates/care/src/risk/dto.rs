//! Request and response bodies of risk alerts.

pub mod assessments;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{
    NewContactAttempt, NewRiskEvent, RiskAlertState, RiskContactMethod, RiskEventKind, RiskEventSource, RiskSeverity,
};
use super::queries::Alert;
use super::queries::attempts::ContactAttempt;
use super::queries::events::Event;
use people::{Caller, Role};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed};

/// Something shows a risk, and staff must act on it until a clinician has recorded an assessment and a plan. Answers are never shown
/// here: they are in the assessment, the self-check or the score.
#[derive(Serialize, ToSchema)]
pub struct RiskAlert {
    /// Identifies the alert.
    pub id: Id,
    /// The state of the alert.
    pub state: RiskAlertState,
    /// How soon someone must act: the highest severity of its events. One that cannot be read counts as `immediate`.
    pub severity: RiskSeverity,
    /// Until when someone must act: the earliest due time of its events.
    pub due_at: UtcTime,
    /// Whether it is open and that time has passed.
    pub overdue: bool,
    /// The practitioner it is about.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The name that the practitioner chose.
    #[schema(max_length = 100)]
    pub pseudonym: String,
    /// When the alert was raised.
    pub raised_at: UtcTime,
    /// What raised it, oldest first: events within an hour of each other are one alert.
    #[schema(max_items = 100)]
    pub events: Vec<RiskAlertEvent>,
    /// Attempts to make contact, oldest first. They close nothing.
    #[schema(max_items = 100)]
    pub contact_attempts: Vec<RiskContactAttempt>,
    /// How far it was escalated: 0 not yet, 1 to everyone who can see it and the clinicians on duty, 2 also to those who are asked to put
    /// someone on duty where no one is.
    #[schema(minimum = 0, maximum = 2)]
    pub escalation_level: i32,
    /// When it was last escalated; null if it was not.
    pub escalated_at: Option<UtcTime>,
    /// When it was closed; null while it is open.
    pub closed_at: Option<UtcTime>,
    /// Who closed it.
    pub closed_by: Option<Id>,
    /// The risk assessment that closed it; null while it is open, and where the service closed it.
    pub risk_assessment_id: Option<Id>,
    /// Why it was closed without a risk assessment. Null in lists.
    #[schema(max_length = 2000)]
    pub closing_note: Option<String>,
}

impl RiskAlert {
    /// The alert as it is at this time.
    pub fn new(alert: Alert, now: UtcTime) -> Self {
        let (state, severity) = (alert.state(), alert.severity());
        Self {
            id: alert.id,
            state,
            severity,
            due_at: alert.due_at,
            overdue: state == RiskAlertState::Open && alert.due_at < now,
            practitioner_id: alert.practitioner,
            reference: alert.reference,
            pseudonym: alert.pseudonym,
            raised_at: alert.raised_at,
            events: alert.events.into_iter().map(RiskAlertEvent::from).collect(),
            contact_attempts: alert.attempts.into_iter().map(RiskContactAttempt::from).collect(),
            escalation_level: alert.escalation_level,
            escalated_at: alert.escalated_at,
            closed_at: alert.closed.map(|(at, _)| at),
            closed_by: alert.closed.map(|(_, by)| by),
            risk_assessment_id: alert.assessment,
            closing_note: alert.closing_note.map(Private::into_revealed),
        }
    }

    /// The alert in a list: without the words that staff wrote.
    pub fn in_list(alert: Alert, now: UtcTime) -> Self {
        let mut alert = Self { closing_note: None, ..Self::new(alert, now) };
        alert.events.iter_mut().for_each(|event| event.note = None);
        alert.contact_attempts.iter_mut().for_each(|attempt| attempt.note = None);
        alert
    }
}

/// What raised an alert. Its kind, severity and source are null where the stored event cannot be read.
#[derive(Serialize, ToSchema)]
pub struct RiskAlertEvent {
    /// Identifies the event.
    pub id: Id,
    /// When it was noted.
    pub at: UtcTime,
    /// What it is.
    pub kind: Option<RiskEventKind>,
    /// How soon someone must act on it.
    pub severity: Option<RiskSeverity>,
    /// Code of the questionnaire, if an answer or a total shows the risk.
    #[schema(max_length = 50)]
    pub questionnaire: Option<String>,
    /// The assessment with the answers.
    pub assessment_id: Option<Id>,
    /// The self-check in the practitioner's record.
    pub self_check_id: Option<Id>,
    /// The total that a clinician entered.
    pub score_id: Option<Id>,
    /// The appointment.
    pub appointment_id: Option<Id>,
    /// The contact with the contact line.
    pub contact_id: Option<Id>,
    /// The member of staff whose concern it is.
    pub raised_by: Option<Id>,
    /// What staff wrote about it. Null in lists.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

impl From<Event> for RiskAlertEvent {
    fn from(event: Event) -> Self {
        let details = event.details.as_ref();
        let source = |id: fn(RiskEventSource) -> Option<Id>| details.and_then(|details| id(details.source));
        Self {
            id: event.id,
            at: event.at,
            kind: details.map(|details| details.kind),
            severity: details.map(|details| details.severity),
            assessment_id: source(|source| if let RiskEventSource::Assessment(id) = source { Some(id) } else { None }),
            self_check_id: source(|source| if let RiskEventSource::SelfCheck(id) = source { Some(id) } else { None }),
            score_id: source(|source| if let RiskEventSource::Score(id) = source { Some(id) } else { None }),
            appointment_id: source(|source| if let RiskEventSource::Appointment(id) = source { Some(id) } else { None }),
            contact_id: source(|source| match source {
                RiskEventSource::Contact(id) | RiskEventSource::AnonymousContact(id) => Some(id),
                _ => None,
            }),
            raised_by: source(|source| if let RiskEventSource::Staff(id) = source { Some(id) } else { None }),
            questionnaire: details.and_then(|details| details.questionnaire.clone()),
            note: event.details.and_then(|details| details.note).map(Private::into_revealed),
        }
    }
}

/// An attempt to make contact. How and with what result is null where the stored attempt cannot be read.
#[derive(Serialize, ToSchema)]
pub struct RiskContactAttempt {
    /// Identifies the attempt.
    pub id: Id,
    /// When it was recorded.
    pub at: UtcTime,
    /// Who made it.
    pub by: Id,
    /// How it was made.
    pub how: Option<RiskContactMethod>,
    /// Whether the practitioner was reached.
    pub reached: Option<bool>,
    /// What was done or agreed. Null in lists.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

impl From<ContactAttempt> for RiskContactAttempt {
    fn from(attempt: ContactAttempt) -> Self {
        let details = attempt.details;
        Self {
            id: attempt.id,
            at: attempt.at,
            by: attempt.by,
            how: details.as_ref().map(|details| details.how),
            reached: details.as_ref().map(|details| details.reached),
            note: details.map(|details| details.note),
        }
    }
}

/// Filters of the list of alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RiskAlertQuery {
    /// Only alerts in this state.
    #[param(nullable = false)]
    pub state: Option<RiskAlertState>,
}

/// A concern of a member of staff about a practitioner's safety.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRiskAlert {
    /// How soon someone must act.
    pub severity: RiskSeverity,
    /// What the concern is. Everyone who can see the alert reads it, also coordinators.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 2000)]
    pub note: Private<String>,
}

impl CreateRiskAlert {
    /// The event that this member of staff raises.
    pub fn event(&self, by: Id) -> NewRiskEvent {
        NewRiskEvent {
            kind: RiskEventKind::StaffConcern,
            severity: self.severity,
            source: RiskEventSource::Staff(by),
            questionnaire: None,
            note: Some(Private::new(trimmed(&self.note))),
        }
    }
}

/// An attempt to make contact because of an alert.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRiskContactAttempt {
    /// How it was made.
    pub how: RiskContactMethod,
    /// Whether the practitioner was reached.
    pub reached: bool,
    /// What was done or agreed. Everyone who can see the alert reads it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 2000)]
    pub note: Private<String>,
}

impl RecordRiskContactAttempt {
    /// The attempt of this member of staff.
    pub fn attempt(&self, by: &Caller) -> NewContactAttempt {
        NewContactAttempt {
            by: by.id,
            by_clinician: by.role == Role::Clinician,
            how: self.how,
            reached: self.reached,
            note: Private::new(trimmed(&self.note)),
        }
    }
}

platform::redacted_debug!(CreateRiskAlert, RecordRiskContactAttempt);
