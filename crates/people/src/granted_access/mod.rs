//! Access that a member of staff takes for an hour, where they have no other reason to know of a practitioner: by break-glass,
//! or because the practitioner called and gave their reference. It never overrides a conflict.
//!
//! Break-glass allows nothing that could outlast it: no booking, request, referral, place or lead, which would themselves be a reason
//! to know of the practitioner. A call allows what the practitioner asks for, so they are informed of it at once.

mod access_rules;
mod callers;
pub mod dto;
pub mod model;
pub mod notifications;
mod queries;
mod routes;
pub mod rules;

pub use access_rules::ACCESS_RULES;
pub use queries::{not_informed, practitioners_looked_up};

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::break_glass::break_glass)
        .service(routes::break_glass::list_break_glass)
        .service(routes::break_glass::get_break_glass)
        .service(routes::break_glass::end_break_glass)
        .service(routes::break_glass::review_break_glass)
        .service(routes::lookups::look_up_practitioner)
        .service(routes::lookups::list_practitioner_lookups);
}
