//! Reminds and chases, as each person wishes to be written to. Whoever has booked meanwhile, whose care has ended, or who said no
//! is not written to.

use chrono::TimeDelta;

use super::model::FollowUpState;
use super::queries::{self, chasing as records};
use super::{letters, rules};
use people::notifications as messages;
use platform::Platform;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const REMINDER: &str = "follow_up_reminder";
const CHASER: &str = "follow_up_chaser";

/// For how long it is worth telling.
const WORTH_TELLING: TimeDelta = TimeDelta::days(7);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 2] = [(REMINDER, compose), (CHASER, compose)];

/// It is time.
pub(super) fn remind(conn: &mut Conn, practitioner: Id, follow_up: Id, now: UtcTime) -> Result<()> {
    outbox::notice(conn, REMINDER, practitioner, ("follow_up", follow_up), now, now)
}

/// It is past time.
pub(super) fn chase(conn: &mut Conn, practitioner: Id, follow_up: Id, now: UtcTime) -> Result<()> {
    outbox::notice(conn, CHASER, practitioner, ("follow_up", follow_up), now, now)
}

fn compose(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(one) = queries::find(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let facts = records::letters(conn, &platform.sealer, &one)?;
    let state = rules::state(&one.standing, now.london_day());
    let open = matches!(state, FollowUpState::Due | FollowUpState::Overdue);
    if !open || !facts.worth_writing || rules::has_declined(&facts) {
        return Ok(Verdict::NotAnyMore);
    }
    let until = (notice.created_at + WORTH_TELLING).get();
    let draft =
        if notice.kind == CHASER { letters::chaser(notice.subject, until) } else { letters::reminder(notice.subject, until) };
    messages::address(conn, platform, notice.recipient, &draft, now)
}
