//! Decides whether a request for a new password gets a link.

use chrono::TimeDelta;

use crate::accounts::model::TokenPurpose;
use crate::accounts::{emails, queries as accounts};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::outbox;
use platform::recipient_limits::RecipientLimit;

/// How long a link to choose a new password is valid (OWASP ASVS 5.0, 6.5.5).
const RESET_LIFE: TimeDelta = TimeDelta::minutes(10);

/// How many requests per address are followed by an email. The window is shorter than the life of a link, so that a valid link is
/// always in the mailbox, even while other people send requests for the address.
pub const REQUEST_LIMIT: RecipientLimit = RecipientLimit { kind: "reset_password", max: 2, within: TimeDelta::minutes(5) };

/// Sends a link to the account that confirmed the address, or to the new member of staff whose account was created with it.
///
/// # Errors
/// When the database fails.
pub fn send_link(tx: &mut Tx, email_index: &str) -> Result<()> {
    let account = match accounts::find_by_confirmed_email(tx, email_index)? {
        Some(owner) => Some(owner),
        None => accounts::find_invited_staff(tx, email_index)?,
    };
    let account = account.filter(|account| account.active);
    if let Some(account) = account
        && let Some(found) = accounts::find(tx, account.id)?
    {
        let token = accounts::issue_token(tx, account.id, TokenPurpose::ResetPassword, RESET_LIFE)?;
        let email = emails::password_reset(found.email.reveal(), &tx.policy.app_url, token.reveal(), "ten minutes");
        outbox::queue_email(tx, "reset_password", &email)?;
    }
    audit::record(tx, Actor::ANONYMOUS, "account.reset_requested", ("account", account.map(|account| account.id)))
}
