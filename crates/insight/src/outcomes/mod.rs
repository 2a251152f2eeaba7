//! What came of it: reliable change, recovery and what people said, in counts that name nobody.

pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::outcome_figures);
}
