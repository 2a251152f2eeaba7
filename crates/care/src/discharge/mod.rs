//! How care ends, with everything that ends in the same transaction, and how it begins again. What ends for which reason is said in
//! one place, `records::rules::ends`.

pub mod callers;
mod ending;
mod routes;

pub use ending::EndsElsewhere;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::outcome::record_outcome)
        .service(routes::discharging::discharge_practitioner)
        .service(routes::discharging::get_discharge)
        .service(routes::discharging::readmit_practitioner);
}
