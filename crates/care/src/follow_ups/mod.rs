//! Follow-ups: agreed at the end of an appointment, suggested as a booking, and chased when overdue. The state of a follow-up is
//! calculated from appointments and the date whenever it is read; only what people and the service did is stored.

pub mod chasing;
pub mod dto;
pub mod ending;
pub mod letters;
pub mod model;
pub mod notices;
pub mod plan;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::agreeing::agree_follow_up)
        .service(routes::reading::list_practitioner_follow_ups)
        .service(routes::reading::list_my_follow_ups)
        .service(routes::reading::list_follow_ups)
        .service(routes::reading::get_follow_up)
        .service(routes::agreeing::replace_follow_up)
        .service(routes::agreeing::cancel_follow_up)
        .service(routes::pursuing::link_follow_up_appointment)
        .service(routes::pursuing::record_follow_up_contact);
}
