//! Asks how it went, as each person wishes to be written to.

use chrono::TimeDelta;

use super::letters;
use crate::care::assessment::queries::alerts;
use crate::people::notifications as messages;
use crate::platform::Platform;
use crate::platform::db::Conn;
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};
use crate::platform::outbox::{self, Compose, Notice, Verdict};

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
