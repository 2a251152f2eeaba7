//! The audit trail for people: privacy officers read it and review what was unusual, practitioners see who used their record, and
//! refusals are recorded.

mod actors;
mod dto;
pub mod flags;
mod labels;
pub mod refusals;
mod routes;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::events::list_audit_events)
        .service(routes::events::export_audit_events)
        .service(routes::events::get_audit_event)
        .service(routes::access_log::list_my_access_log)
        .service(routes::flags::list_audit_flags)
        .service(routes::flags::get_audit_flag)
        .service(routes::flags::review_audit_flag);
}
