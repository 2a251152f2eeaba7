//! Risk alerts: something shows a risk, and staff must act on it. An alert is due within minutes, hours or the day, is escalated when no
//! one acts, and stays open until a clinician has recorded a structured risk assessment and a plan. When the review that the assessment asks
//! for is due, staff are notified.

pub mod catalogue;
pub mod dto;
pub mod in_force;
pub mod jobs;
pub mod model;
pub mod notifications;
pub mod queries;
mod raising;
mod recording;
pub mod review_notifications;
mod routes;
mod rules;

pub use model::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
pub use raising::{raise, raise_unless_dead};

use platform::http::operations::ServiceConfig;

use crate::duty;
use people::Role;
use people::relationships::access_rules::{AccessRule, Facts};
use people::relationships::{Basis, Purpose};

/// Who knows of practitioners with an open alert: coordinators, unless only anonymous contacts have raised it; and clinicians on duty, who
/// see the alert, the practitioner's page with the emergency contact and the present safety plan, but nothing else of the clinical record.
/// And coordinators of those whose review is due while no clinician treats them: they find one.
pub const ACCESS_RULES: &[AccessRule] = &[
    AccessRule {
        basis: Basis::Alert,
        roles: &[Role::Coordinator],
        purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
        facts: Facts::Functions {
            includes: |tx, _, practitioner| Ok(queries::coordinators::newest_of(tx, practitioner)?.is_some()),
            all: |tx, _| Ok(queries::coordinators::practitioners(tx)?.into_iter().collect()),
        },
    },
    AccessRule {
        basis: Basis::RiskReview,
        roles: &[Role::Coordinator],
        purposes: &[Purpose::Know, Purpose::Act],
        facts: Facts::Sql(
            "SELECT practitioner_id FROM risk_reviews WHERE coordinators_since <= {now} AND practitioner_id {practitioner}",
        ),
    },
    AccessRule {
        basis: Basis::OnDuty,
        roles: &[Role::Clinician],
        purposes: &[Purpose::Know, Purpose::AnswerAlert, Purpose::ReadSafetyPlan],
        facts: Facts::Functions {
            includes: |tx, clinician, practitioner| {
                Ok(duty::is_on_duty(tx, clinician)? && queries::has_open_alert(tx, practitioner)?)
            },
            all: |tx, clinician| {
                if duty::is_on_duty(tx, clinician)? { queries::practitioners_with_open_alert(tx) } else { Ok(Vec::new()) }
            },
        },
    },
];

/// How severe the answers that show risk are: the highest of them counts.
pub fn severity_of_answers<'a>(questionnaire: &str, risky: impl IntoIterator<Item = (&'a str, i32)>) -> RiskSeverity {
    rules::severity_of_answers(catalogue::policy(), questionnaire, risky)
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::alerts::list_risk_alerts)
        .service(routes::alerts::get_risk_alert)
        .service(routes::answering::record_risk_contact_attempt)
        .service(routes::answering::close_risk_alert)
        .service(routes::alerts::create_risk_alert)
        .service(routes::assessments::record_risk_assessment)
        .service(routes::assessments::list_risk_assessments)
        .service(routes::assessments::get_risk_assessment);
}
