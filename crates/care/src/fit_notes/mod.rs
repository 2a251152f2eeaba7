//! Fit notes and return-to-work plans: who may issue a note, on what basis and for how long, how it is printed, and how anyone
//! who holds a note can verify it.

mod catalogue;
mod document;
pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::issuing::issue_fit_note)
        .service(routes::reading::list_fit_notes)
        .service(routes::reading::get_fit_note)
        .service(routes::reading::download_fit_note)
        .service(routes::duplicates::issue_duplicate)
        .service(routes::duplicates::download_duplicate)
        .service(routes::withdrawal::withdraw_fit_note)
        .service(routes::verification::verify_fit_note)
        .service(routes::plans::propose_plan)
        .service(routes::plans::agree_plan)
        .service(routes::plan_reading::list_plans)
        .service(routes::plan_reading::get_plan)
        .service(routes::plan_reading::download_plan);
}
