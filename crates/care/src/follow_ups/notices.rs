//! Reminds and chases, as each person wishes to be written to. Whoever has booked meanwhile, whose care has ended, or who said no
//! is not written to.

use chrono::TimeDelta;

use super::model::FollowUpState;
use super::queries::{self, chasing as records};
use super::{letters, rules};
use people::notifications as messages;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const REMINDER: &str = "follow_up_reminder";
const CHASER: &str = "follow_up_chaser";

/// For how long it is worth telling.
const WORTH_TELLING: TimeDelta = TimeDelta::days(7);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 2] = [(REMINDER, compose), (CHASER, compose)];

/// It is time.
pub(super) fn remind(tx: &mut Tx, practitioner: Id, follow_up: Id) -> Result<()> {
    outbox::notice(tx, REMINDER, practitioner, ("follow_up", follow_up), tx.now)
}

/// It is past time.
pub(super) fn chase(tx: &mut Tx, practitioner: Id, follow_up: Id) -> Result<()> {
    outbox::notice(tx, CHASER, practitioner, ("follow_up", follow_up), tx.now)
}

fn compose(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let Some(one) = queries::find(tx, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let facts = records::letters(tx, &one)?;
    let state = rules::state(&one.standing, tx.now.london_day());
    let open = matches!(state, FollowUpState::Due | FollowUpState::Overdue);
    if !open || !facts.worth_writing || rules::has_declined(&facts) {
        return Ok(Verdict::NotAnyMore);
    }
    let until = (notice.created_at + WORTH_TELLING).get();
    let draft =
        if notice.kind == CHASER { letters::chaser(notice.subject, until) } else { letters::reminder(notice.subject, until) };
    messages::address(tx, notice.recipient, &draft)
}
