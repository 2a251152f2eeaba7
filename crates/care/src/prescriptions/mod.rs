//! Prescriptions: who may prescribe what, the checks before signing, issuing, and the printed form. The medicines and the legal
//! limits are data; each rule is a function that names its source.

pub mod catalogue;
pub mod dto;
pub mod end_of_care;
mod facts;
pub mod in_force;
pub mod model;
pub mod on_death;
mod parsing;
pub mod printed_form;
pub mod queries;
mod rights_changes;
mod routes;
pub mod rules;

pub use rights_changes::PRESCRIBING_RIGHTS;

use platform::http::operations::ServiceConfig;

/// Registers the operations of prescribing.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::medicines::list_medicines)
        .service(routes::medicines::get_prescribing_terms)
        .service(routes::rights::get_prescribing_rights)
        .service(routes::rights::replace_prescribing_rights)
        .service(routes::drafts::create_prescription)
        .service(routes::reading::list_prescriptions)
        .service(routes::reading::get_prescription)
        .service(routes::printing::get_prescription_pdf)
        .service(routes::drafts::replace_prescription)
        .service(routes::signing::sign_prescription)
        .service(routes::lifecycle::issue_prescription)
        .service(routes::lifecycle::cancel_prescription);
}
