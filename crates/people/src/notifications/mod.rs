//! How each person wants to be written to: by which channel, at which hours, in which words. And, for administrators, what
//! could not be sent. Rooms that write to practitioners hand in a [`Draft`] when their notice is due, and get back
//! what becomes of it.

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

/// What becomes of a draft for a practitioner, as they wish it now: it goes out, waits for the end of quiet hours, or is not
/// wanted.
///
/// # Errors
/// When the database refuses.
pub fn address(tx: &mut Tx, practitioner: Id, draft: &Draft) -> Result<Verdict> {
    let Some(account) = accounts::open(tx, practitioner)?.filter(|open| open.account.active) else {
        return Ok(Verdict::NotAnyMore);
    };
    let Some(registered) = registration::open(tx, practitioner)? else { return Ok(Verdict::NotAnyMore) };
    let wishes = queries::wishes(tx, practitioner)?;
    let manner = Manner {
        email: account.email.into_revealed(),
        greeting: registered.told.greeting,
        service: registered.told.consents.service_name_in_messages.then(|| tx.policy.service_name.clone()),
    };
    Ok(match rules::way(&wishes, draft, tx.now.get()) {
        Way::Later(when) => Verdict::Later(when.into()),
        Way::Never => Verdict::NotAnyMore,
        Way::Letter => Verdict::Send(letters::letter(&wishes, &manner, draft, &tx.policy.app_url)),
        Way::Text(number) => Verdict::Send(letters::text(&wishes, &manner, draft, number)),
    })
}

/// Registers the operations of this room.
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
