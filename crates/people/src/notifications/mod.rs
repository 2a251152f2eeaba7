//! The notification preferences of practitioners: channel, quiet hours and wording. And, for administrators, the messages that
//! could not be sent. Modules that notify practitioners pass a [`Draft`] when their notification is due, and get the decision
//! about it.

pub mod addresses;
pub mod dto;
mod messages;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;
pub mod shown;

use platform::http::operations::ServiceConfig;

use crate::accounts::queries as accounts;
use crate::practitioners::queries as registration;
use model::{Delivery, Draft, Recipient};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox::Decision;

/// Decides about a draft for a practitioner by their current preferences: it is sent, postponed to the end of quiet hours, or
/// discarded.
///
/// # Errors
/// When the database fails.
pub fn decide_delivery(tx: &mut Tx, practitioner: Id, draft: &Draft) -> Result<Decision> {
    let Some(account) = accounts::find(tx, practitioner)?.filter(|found| found.account.active) else {
        return Ok(Decision::Discard);
    };
    let Some(registered) = registration::find(tx, practitioner)? else { return Ok(Decision::Discard) };
    let preferences = queries::preferences(tx, practitioner)?;
    let recipient = Recipient {
        email: account.email.into_revealed(),
        greeting: registered.details.greeting,
        service: registered.details.consents.service_name_in_messages.then(|| tx.policy.service_name.clone()),
    };
    Ok(match rules::delivery(&preferences, draft, tx.now.get()) {
        Delivery::Postpone(when) => Decision::Postpone(when.into()),
        Delivery::Discard => Decision::Discard,
        Delivery::Email => Decision::Send(messages::email(&preferences, &recipient, draft, &tx.policy.app_url)),
        Delivery::TextMessage(number) => Decision::Send(messages::text_message(&preferences, &recipient, draft, number)),
    })
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::preferences::get_my_message_preferences)
        .service(routes::preferences::replace_my_message_preferences)
        .service(routes::mobile::request_mobile_code)
        .service(routes::mobile::confirm_mobile)
        .service(routes::outbox::list_messages)
        .service(routes::outbox::get_message)
        .service(routes::outbox::replay_message)
        .service(routes::outbox::replay_messages)
        .service(routes::outbox::drop_message);
}
