//! Accounts: an e-mail address, a role, a password hash. Whose account it is otherwise, other rooms know.

pub mod dto;
pub mod letters;
pub mod model;
pub mod queries;
mod routes;

pub use routes::VERIFICATION_LIFE;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::get_me)
        .service(routes::update_me)
        .service(routes::request_email_verification)
        .service(routes::verify_email);
}
