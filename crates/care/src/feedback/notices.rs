//! Notifications that invite practitioners to give feedback, sent by the channel each of them prefers.

use chrono::TimeDelta;

use super::letters;
use crate::assessment::queries::alerts;
use people::notifications;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const INVITED: &str = "feedback_invited";

/// How long an invitation is useful.
const WORTH_ASKING: TimeDelta = TimeDelta::days(7);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Compose); 1] = [(INVITED, compose)];

/// Invites a practitioner to give feedback.
pub(super) fn invite(tx: &mut Tx, practitioner: Id) -> Result<()> {
    outbox::notice(tx, INVITED, practitioner, ("practitioner", practitioner), tx.now)
}

/// A practitioner with an open risk alert is not invited.
fn compose(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    if alerts::is_any_open(tx, notification.recipient)? {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = letters::how_did_it_go((notification.created_at + WORTH_ASKING).get());
    notifications::address(tx, notification.recipient, &draft)
}
