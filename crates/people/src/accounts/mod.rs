//! Accounts: an e-mail address, a role, a password hash. Whose account it is otherwise, other rooms know.

pub mod dto;
pub mod letters;
pub mod marks;
pub mod model;
pub mod queries;
pub mod requests;
mod routes;

use platform::http::operations::ServiceConfig;

use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox::{Message, Verdict};

/// What becomes of an e-mail to a member of staff: it goes, while their account is open and once the address was shown to be theirs.
///
/// # Errors
/// When the database refuses.
pub fn write_to_staff(tx: &mut Tx, account: Id, errand: &letters::Errand) -> Result<Verdict> {
    let open = queries::open(tx, account)?.filter(|open| open.account.active && open.account.email_verified_at.is_some());
    Ok(open.map_or(Verdict::NotAnyMore, |open| {
        Verdict::Send(Message::Email(letters::errand(open.email.reveal(), &tx.policy.app_url, errand)))
    }))
}

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::get_me).service(routes::update_me);
}
