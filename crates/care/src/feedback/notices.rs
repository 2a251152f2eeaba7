//! Asks how it went, as each person wishes to be written to.

use chrono::TimeDelta;

use super::letters;
use crate::assessment::queries::alerts;
use people::notifications as messages;
use platform::Platform;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const INVITED: &str = "feedback_invited";

/// For how long it is worth asking.
const WORTH_ASKING: TimeDelta = TimeDelta::days(7);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 1] = [(INVITED, compose)];

/// Asks a practitioner.
pub(super) fn invite(conn: &mut Conn, practitioner: Id, now: UtcTime) -> Result<()> {
    outbox::notice(conn, INVITED, practitioner, ("practitioner", practitioner), now, now)
}

/// Whoever may be at risk by then is not asked how it went.
fn compose(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    if alerts::is_any_open(conn, notice.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = letters::how_did_it_go((notice.created_at + WORTH_ASKING).get());
    messages::address(conn, platform, notice.recipient, &draft, now)
}
