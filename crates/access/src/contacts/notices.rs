//! Tells the staff who answer the contact line that tasks are late. What is said, and whether anything is, is decided when it is due: several
//! late tasks make one message, and none goes out about tasks that were done meanwhile or that the reader must not know of.

use super::apart;
use super::queries::tasks;
use people::accounts;
use people::accounts::letters::Errand;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const LATE: &str = "contact_task_late";

/// How many late tasks are looked at for one that the reader may know of.
const LOOKED_AT: i64 = 200;

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 1] = [(LATE, compose)];

/// Tells a member of staff, unless a message about late tasks waits for them already.
pub(super) fn late(tx: &mut Tx, account: Id) -> Result<()> {
    if outbox::is_waiting(tx, LATE, account, account)? {
        return Ok(());
    }
    outbox::notice(tx, LATE, account, ("account", account), tx.now)
}

fn compose(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let late = tasks::late_contacts(tx, LOOKED_AT)?;
    let kept = apart::kept_from(tx, &late, notice.recipient)?;
    if late.iter().all(|contact| kept.contains(contact)) {
        return Ok(Verdict::NotAnyMore);
    }
    let errand = Errand {
        subject: "Something is overdue",
        sentence: "something that was to be done by now still waits for somebody.".to_owned(),
        path: "/tasks".to_owned(),
    };
    accounts::write_to_staff(tx, notice.recipient, &errand)
}
