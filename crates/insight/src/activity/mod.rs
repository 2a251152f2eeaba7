//! Activity: appointments, attendance, waiting times and funding, as counts that identify no one.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::get_activity_figures).service(routes::get_funding_scenarios);
}
