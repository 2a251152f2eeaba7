//! Accounts: an email address, a role and a password hash. Other modules hold the details of the person.

pub mod dto;
pub mod email_indexes;
pub mod email_requests;
pub mod emails;
pub mod identity;
pub mod identity_history;
pub mod model;
pub mod queries;
mod routes;
pub mod staff_names;

use platform::http::operations::ServiceConfig;

use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox::{Decision, Message};

/// Decides about an email to a member of staff: it is sent while their account is open and once they have confirmed the address.
///
/// # Errors
/// When the database fails.
pub fn decide_staff_email(tx: &mut Tx, account: Id, task: &emails::StaffTaskNotification) -> Result<Decision> {
    let found = queries::find(tx, account)?.filter(|found| found.account.active && found.account.email_verified_at.is_some());
    Ok(found.map_or(Decision::Discard, |found| {
        Decision::Send(Message::Email(emails::staff_task(found.email.reveal(), &tx.policy.app_url, task)))
    }))
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::get_me).service(routes::update_me);
}
