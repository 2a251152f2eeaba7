//! The notification preferences of practitioners: channel, quiet hours and wording. And, for administrators, the messages that
//! could not be sent. Modules that notify practitioners pass a [`Draft`] when their notification is due, and get the decision
//! about it.

pub mod dto;
mod letters;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

use crate::accounts::queries as accounts;
use crate::practitioners::queries as registration;
use model::{Draft, Manner, Way};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox::Verdict;

/// Decides about a draft for a practitioner by their current preferences: it is sent, postponed to the end of quiet hours, or
/// discarded.
///
/// # Errors
/// When the database refuses.
pub fn address(tx: &mut Tx, practitioner: Id, draft: &Draft) -> Result<Verdict> {
    let Some(account) = accounts::open(tx, practitioner)?.filter(|found| found.account.active) else {
        return Ok(Verdict::NotAnyMore);
    };
    let Some(registered) = registration::open(tx, practitioner)? else { return Ok(Verdict::NotAnyMore) };
    let preferences = queries::wishes(tx, practitioner)?;
    let recipient = Manner {
        email: account.email.into_revealed(),
        greeting: registered.told.greeting,
        service: registered.told.consents.service_name_in_messages.then(|| tx.policy.service_name.clone()),
    };
    Ok(match rules::way(&preferences, draft, tx.now.get()) {
        Way::Later(when) => Verdict::Later(when.into()),
        Way::Never => Verdict::NotAnyMore,
        Way::Letter => Verdict::Send(letters::letter(&preferences, &recipient, draft, &tx.policy.app_url)),
        Way::Text(number) => Verdict::Send(letters::text(&preferences, &recipient, draft, number)),
    })
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::preferences::get_message_preferences)
        .service(routes::preferences::replace_message_preferences)
        .service(routes::mobile::send_mobile_code)
        .service(routes::mobile::verify_mobile)
        .service(routes::outbox::list_messages)
        .service(routes::outbox::get_message)
        .service(routes::outbox::replay_message)
        .service(routes::outbox::replay_messages)
        .service(routes::outbox::drop_message);
}
