//! Prescriptions: who may prescribe what, the checks before signing, issuing, and the printed form. The medicines and the legal
//! limits are data; each rule is a function that names its source.

pub mod catalogue;
pub mod dto;
pub mod ending;
mod facts;
pub mod model;
mod printed;
pub mod queries;
mod routes;
pub mod rules;
mod written;

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
        .service(routes::printing::print_prescription)
        .service(routes::drafts::replace_prescription)
        .service(routes::signing::sign_prescription)
        .service(routes::course::issue_prescription)
        .service(routes::course::cancel_prescription);
}
