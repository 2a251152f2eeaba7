//! Has a coordinator look at what somebody has with a person whom they must not meet.

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

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 1] = [(CONFLICT, compose)];

/// Asks for an e-mail to each coordinator whom this practitioner does not keep away.
pub(super) fn look(tx: &mut Tx, practitioner: Id) -> Result<()> {
    for coordinator in people_queries::active_of(tx, Role::Coordinator)? {
        let away = conflicts::are_in_conflict(tx, practitioner, coordinator)?;
        if !away && !outbox::is_waiting(tx, CONFLICT, coordinator, practitioner)? {
            outbox::notice(tx, CONFLICT, coordinator, ("practitioner", practitioner), tx.now)?;
        }
    }
    Ok(())
}

fn compose(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let away = conflicts::are_in_conflict(tx, notice.subject, notice.recipient)?;
    if away || found(tx, Of::Practitioner(notice.subject))?.is_empty() {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Something needs another person",
        sentence: "something that is arranged needs to be with another person.".to_owned(),
        path: "/conflicts".to_owned(),
    };
    accounts::write_to_staff(tx, notice.recipient, &draft)
}
