//! Signing in: passwords, access tokens, and sessions that their owner can list and end.

pub mod caller;
pub mod dto;
pub mod known_locations;
pub mod model;
pub mod password_resets;
pub mod passwords;
pub mod queries;
mod routes;
pub mod rules;
pub mod tokens;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::sessions::sign_in)
        .service(routes::sessions::refresh_session)
        .service(routes::sessions::list_sessions)
        .service(routes::sessions::sign_out)
        .service(routes::passwords::change_password)
        .service(routes::passwords::request_password_reset)
        .service(routes::passwords::complete_password_reset);
}
