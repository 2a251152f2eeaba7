//! Discharge and readmission. Everything that ends with care ends in the same transaction; `records::rules::ends_with_care`
//! decides what ends for which reason, and `records::rules::settle` what is asked before.

pub mod callers;
pub mod dto;
mod end_of_care;
mod open_items;
mod routes;
pub mod rules;

pub use end_of_care::DischargeHooks;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::outcome::record_assessment_outcome)
        .service(routes::discharging::discharge_practitioner)
        .service(routes::discharging::get_discharge_check)
        .service(routes::discharging::get_discharge)
        .service(routes::discharging::readmit_practitioner);
}
