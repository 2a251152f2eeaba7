//! Has a coordinator look at what somebody has with a person whom they must not meet.

use super::queries::Of;
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::relationships::conflicts;
use platform::Platform;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const CONFLICT: &str = "conflict_found";

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 1] = [(CONFLICT, compose)];

/// Asks for an e-mail to each coordinator whom this practitioner does not keep away.
pub(super) fn look(conn: &mut Conn, practitioner: Id, now: UtcTime) -> Result<()> {
    for coordinator in people_queries::active_of(conn, Role::Coordinator)? {
        let away = conflicts::are_in_conflict(conn, practitioner, coordinator)?;
        if !away && !outbox::is_waiting(conn, CONFLICT, coordinator, practitioner)? {
            outbox::notice(conn, CONFLICT, coordinator, ("practitioner", practitioner), now, now)?;
        }
    }
    Ok(())
}

fn compose(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let away = conflicts::are_in_conflict(conn, notice.subject, notice.recipient)?;
    if away || super::found(conn, Of::Practitioner(notice.subject), now)?.is_empty() {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Something needs another person",
        sentence: "something that is arranged needs to be with another person.".to_owned(),
        path: "/conflicts".to_owned(),
    };
    accounts::write_to_staff(conn, platform, notice.recipient, &draft)
}
