//! The self-check: anyone can answer a few questions anonymously, and learns in plain words what the answers indicate and where
//! there is help. A person who registers later can move the answers into their record.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

use platform::Tx;
use platform::error::Result;

/// Deletes answers that were not moved into a record in time; returns how many.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    queries::delete_expired(tx, tx.now.london_day())
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_self_check_questionnaires).service(routes::create_self_check);
}
