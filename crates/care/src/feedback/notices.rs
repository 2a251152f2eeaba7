//! Asks how it went, as each person wishes to be written to.

use chrono::TimeDelta;

use super::letters;
use crate::assessment::queries::alerts;
use people::notifications as messages;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const INVITED: &str = "feedback_invited";

/// For how long it is worth asking.
const WORTH_ASKING: TimeDelta = TimeDelta::days(7);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 1] = [(INVITED, compose)];

/// Asks a practitioner.
pub(super) fn invite(tx: &mut Tx, practitioner: Id) -> Result<()> {
    outbox::notice(tx, INVITED, practitioner, ("practitioner", practitioner), tx.now)
}

/// Whoever may be at risk by then is not asked how it went.
fn compose(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    if alerts::is_any_open(tx, notice.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = letters::how_did_it_go((notice.created_at + WORTH_ASKING).get());
    messages::address(tx, notice.recipient, &draft)
}
