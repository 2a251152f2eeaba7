//! Feedback after appointments and at discharge: two headline questions, a few more, and words that are sealed. Those who run
//! the service read words without their author, late and shuffled; a clinician reads only what is addressed to them.

pub mod catalogue;
pub mod dto;
pub mod letters;
pub mod model;
pub mod notices;
pub mod queries;
mod routes;
pub mod rules;
mod tasks;

pub use tasks::{invite_due, release_due};

use platform::http::operations::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::give_feedback)
        .service(routes::list_feedback)
        .service(routes::get_feedback)
        .service(routes::list_feedback_comments);
}
