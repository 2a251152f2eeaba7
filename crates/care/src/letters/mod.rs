//! Printed clinical letters: drafted from the record by a clinician, agreed by the practitioner, then sent by a person. Nothing leaves
//! before the practitioner has agreed to exactly its text.

mod catalogue;
mod document;
pub mod dto;
pub(crate) mod facts;
pub mod jobs;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod on_death;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::drafting::create_letter)
        .service(routes::reading::list_letters)
        .service(routes::reading::list_my_letters)
        .service(routes::reading::get_letter)
        .service(routes::reading::get_letter_pdf)
        .service(routes::drafting::replace_letter)
        .service(routes::drafting::propose_letter)
        .service(routes::drafting::cancel_letter)
        .service(routes::answering::agree_letter)
        .service(routes::answering::decline_letter)
        .service(routes::answering::withdraw_letter_consent)
        .service(routes::sending::record_letter_sending)
        .service(routes::waiting::list_unsent_letters);
}
