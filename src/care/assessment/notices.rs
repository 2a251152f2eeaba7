//! Tells those who can act on a risk alert that there is one. The letter says neither of whom nor of what kind.

use super::queries::alerts;
use crate::identity::Role;
use crate::identity::accounts::{self, queries as people};
use crate::platform::Platform;
use crate::platform::db::Conn;
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};
use crate::platform::outbox::{self, Compose, Notice, Verdict};
use crate::scheduling::booking::treating;

const RAISED: &str = "risk_alert_raised";

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 1] = [(RAISED, compose)];

/// Asks for a letter to each coordinator and to whoever treats the practitioner. At any hour: it may be a matter of life.
pub(super) fn raised(conn: &mut Conn, alert: Id, practitioner: Id, now: UtcTime) -> Result<()> {
    let mut readers = people::active_of(conn, Role::Coordinator)?;
    readers.extend(treating::who_treats(conn, practitioner)?);
    for reader in readers {
        outbox::notice(conn, RAISED, reader, ("risk_alert", alert), now, now)?;
    }
    Ok(())
}

fn compose(conn: &mut Conn, platform: &Platform, notice: &Notice, _: UtcTime) -> Result<Verdict> {
    let Some(alert) = alerts::open(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    if alert.acknowledged.is_some() {
        return Ok(Verdict::NotAnyMore);
    }
    let draft = accounts::letters::Errand {
        subject: "Please look at the app now",
        sentence: "something has come in that cannot wait. Please look at it now.",
        path: "/alerts",
    };
    accounts::write_to_staff(conn, platform, notice.recipient, &draft)
}
