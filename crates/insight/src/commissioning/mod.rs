//! Figures for those who commission the service: results of funding requests in each board's area, who registers, and how many
//! clinicians there are. No figure identifies a practitioner.

pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::get_funding_figures).service(routes::get_registration_figures).service(routes::get_workforce_figures);
}
