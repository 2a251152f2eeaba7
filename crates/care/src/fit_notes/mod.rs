//! Fit notes and plans for a return to work: who may issue one, on what grounds and for how long, how it looks on paper, and how
//! anybody who holds one can have it checked.

mod catalogue;
pub mod dto;
pub mod model;
mod paper;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this room.
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
        .service(routes::plans_read::list_plans)
        .service(routes::plans_read::get_plan)
        .service(routes::plans_read::download_plan);
}
