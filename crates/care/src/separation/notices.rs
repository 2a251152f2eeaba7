//! Notifications that ask coordinators to resolve arrangements between people who must not meet.

use super::found::found;
use super::queries::Of;
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const CONFLICT: &str = "conflict_found";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Compose); 1] = [(CONFLICT, compose)];

/// Queues an email to each coordinator without a conflict with this practitioner.
pub(super) fn look(tx: &mut Tx, practitioner: Id) -> Result<()> {
    for coordinator in people_queries::active_of(tx, Role::Coordinator)? {
        let in_conflict = conflicts::are_in_conflict(tx, practitioner, coordinator)?;
        if !in_conflict && !outbox::is_waiting(tx, CONFLICT, coordinator, practitioner)? {
            outbox::notice(tx, CONFLICT, coordinator, ("practitioner", practitioner), tx.now)?;
        }
    }
    Ok(())
}

fn compose(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let in_conflict = conflicts::are_in_conflict(tx, notification.subject, notification.recipient)?;
    if in_conflict || found(tx, Of::Practitioner(notification.subject))?.is_empty() {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Something needs to be rearranged",
        sentence: "something that is arranged needs to be with another person.".to_owned(),
        path: "/conflicts".to_owned(),
    };
    accounts::write_to_staff(tx, notification.recipient, &draft)
}
