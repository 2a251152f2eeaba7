//! Assessments: questionnaires answered before the first appointment, during care and at its end, the alerts that an answer
//! raises, and the outcome that a clinician records after an intake.

pub mod callers;
pub mod catalogue;
pub mod dto;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

use people::Role;
use people::relationships::sources::{Facts, Source};
use people::relationships::{Basis, Purpose};

/// Coordinators know of practitioners with an open risk alert.
pub const SOURCES: &[Source] = &[Source {
    basis: Basis::Alert,
    roles: &[Role::Coordinator],
    purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
    facts: Facts::Sql("SELECT practitioner_id FROM risk_alerts WHERE acknowledged_at IS NULL AND practitioner_id {practitioner}"),
}];

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::intake::create_assessment)
        .service(routes::requests::request_assessment)
        .service(routes::reading::list_assessments)
        .service(routes::reading::get_assessment)
        .service(routes::intake::replace_answers)
        .service(routes::intake::submit_assessment)
        .service(routes::progress::get_progress)
        .service(routes::progress::create_score)
        .service(routes::self_checks::claim_self_check)
        .service(routes::self_checks::list_claimed_self_checks)
        .service(routes::alerts::list_risk_alerts)
        .service(routes::alerts::get_risk_alert)
        .service(routes::alerts::acknowledge_risk_alert);
}
