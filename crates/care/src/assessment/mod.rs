//! Assessments: questionnaires answered before the first appointment, during care and at its end, what an answer that shows risk
//! raises, and the outcome that a clinician records after an intake.

pub mod callers;
pub mod catalogue;
pub mod dto;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod queries;
mod risks;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::intake::start_assessment)
        .service(routes::requests::request_assessment)
        .service(routes::reading::list_assessments)
        .service(routes::reading::get_assessment)
        .service(routes::intake::replace_answers)
        .service(routes::intake::submit_assessment)
        .service(routes::progress::get_progress)
        .service(routes::progress::record_score)
        .service(routes::self_checks::claim_self_check)
        .service(routes::self_checks::list_claimed_self_checks);
}
