//! The end of records: a daily job finds those whose retention has ended and lists them for privacy officers, who keep each longer or
//! have it destroyed. A second privacy officer approves a destruction, and a hold stops it. The job destroys nothing.
//!
//! Each crate lists its tables with rows about practitioners ([`RecordTable`]); the program puts the lists together
//! ([`RetentionHandlers`]), so that a record ends in all of them in one transaction.

mod destruction;
pub mod dto;
mod facts;
pub mod jobs;
pub mod model;
pub mod notifications;
pub mod queries;
mod records;
mod routes;
pub mod rules;
mod tables;

pub use records::{RECORDS_DELETED_FIRST, RECORDS_DELETED_LAST, in_use_by_care};
pub use tables::{RecordTable, RetentionHandlers};

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::reviews::list_retention_reviews)
        .service(routes::reviews::get_retention_review)
        .service(routes::reviews::keep_record)
        .service(routes::reviews::propose_record_destruction)
        .service(routes::reviews::withdraw_record_destruction)
        .service(routes::reviews::approve_record_destruction)
        .service(routes::holds::create_retention_hold)
        .service(routes::holds::list_retention_holds)
        .service(routes::holds::get_retention_hold)
        .service(routes::holds::lift_retention_hold)
        .service(routes::certificates::list_destruction_certificates)
        .service(routes::certificates::get_destruction_certificate);
}
