//! Practitioners: their registration details, their pathway, and the colleagues they block.

pub mod details;
pub mod dto;
pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

use crate::Role;
use crate::relationships::access_rules::{AccessRule, Facts, LAPSES_AFTER_DAYS};
use crate::relationships::{Basis, Purpose};

/// Coordinators know of practitioners who are on the way into care, for some time after their last step on it. An appointment on the
/// way is a reason of its own.
pub const ACCESS_RULES: &[AccessRule] = &[AccessRule {
    basis: Basis::Booking,
    roles: &[Role::Coordinator],
    purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
    facts: Facts::SqlSince(
        "SELECT practitioner_id FROM pathway_changes WHERE changed_at > {since} AND practitioner_id {on_the_way}",
        LAPSES_AFTER_DAYS,
    ),
}];

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::blocked::list_my_blocked_colleagues)
        .service(routes::blocked::block_colleague)
        .service(routes::blocked::unblock_colleague);
}
