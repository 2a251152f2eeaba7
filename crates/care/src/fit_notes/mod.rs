//! Fit notes and return-to-work plans: who may issue a note, on what basis and for how long, how it is printed, and how anyone
//! who holds a note can verify it.

pub mod catalogue;
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
        .service(routes::reading::get_fit_note_pdf)
        .service(routes::duplicates::issue_fit_note_duplicate)
        .service(routes::duplicates::get_fit_note_duplicate_pdf)
        .service(routes::withdrawal::withdraw_fit_note)
        .service(routes::verification::verify_fit_note)
        .service(routes::plans::propose_return_to_work_plan)
        .service(routes::plans::agree_return_to_work_plan)
        .service(routes::plan_reading::list_return_to_work_plans)
        .service(routes::plan_reading::get_return_to_work_plan)
        .service(routes::plan_reading::get_return_to_work_plan_pdf);
}
