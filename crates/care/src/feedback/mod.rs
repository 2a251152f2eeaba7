//! Feedback after appointments and after discharge: two headline questions, a few more, and a sealed comment. Those who run the
//! service read comments anonymously, some weeks later and in random order; a clinician reads only comments addressed to them.

pub mod catalogue;
pub mod dto;
mod jobs;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod queries;
mod routes;
pub mod rules;

pub use jobs::{invite_due, release_due};

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::give_feedback)
        .service(routes::list_feedback)
        .service(routes::get_feedback)
        .service(routes::list_feedback_comments);
}
