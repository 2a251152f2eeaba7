//! The contact line: who contacted the service by phone, text, email or on the web, how urgent it is, the tasks for staff, and
//! the invitations to register. Anonymous callers are helped all the same; personal data of contacts without a registration is
//! erased.

mod bank_holidays;
mod call_backs;
pub mod callers;
pub mod catalogue;
pub mod crises;
pub mod dto;
pub mod ending;
pub mod erasure;
pub mod in_force;
pub mod invitations;
pub mod jobs;
mod messages;
pub mod model;
pub mod notifications;
mod own_alerts;
pub mod queries;
mod routes;
pub mod rules;
pub mod visibility;

pub use bank_holidays::check_line_answered;
pub use call_backs::create_call_back_request;

use platform::http::operations::ServiceConfig;

use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// When a registered practitioner first contacted the service, where that is known: waiting times are counted from then.
///
/// # Errors
/// When the database fails.
pub fn first_contact_of(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    queries::invitations::first_contact_of(tx, practitioner)
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::hours::get_contact_routes)
        .service(routes::hours::list_contact_hours)
        .service(routes::hours::create_contact_hours)
        .service(routes::hours::get_contact_hours)
        .service(routes::hours::approve_contact_hours)
        .service(routes::hours::withdraw_contact_hours)
        .service(routes::requests::create_contact_request)
        .service(routes::requests::look_up_contact_request)
        .service(routes::contacts::log_contact)
        .service(routes::contacts::list_contacts)
        .service(routes::contacts::get_contact)
        .service(routes::contacts::replace_contact)
        .service(routes::contacts::search_contacts)
        .service(routes::triage::triage_contact)
        .service(routes::triage::close_contact)
        .service(routes::crises::create_contact_risk_alert)
        .service(routes::tasks::list_contact_tasks)
        .service(routes::tasks::get_contact_task)
        .service(routes::tasks::take_contact_task)
        .service(routes::tasks::complete_contact_task)
        .service(routes::invitations::create_contact_invitation)
        .service(routes::invitations::list_contact_invitations)
        .service(routes::invitations::get_invitation)
        .service(routes::invitations::renew_invitation)
        .service(routes::invitations::revoke_invitation)
        .service(routes::invitations::look_up_invitation);
}
