//! The self-check: anybody may answer a few questions without saying who they are, and is told in plain words what the answers
//! come to and where there is help. Whoever registers later may take the answers over into their record.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

use platform::Tx;
use platform::error::Result;

/// Deletes answers that nobody took over in time; returns how many.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    queries::delete_expired(tx, tx.now.london_day())
}

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_self_check_questionnaires).service(routes::take_self_check);
}
