//! Notifies the staff of the contact line that tasks are overdue. What is sent, and whether anything is, is decided when the
//! notification is due: several overdue tasks make one message, and none is sent about tasks that were done meanwhile or that the
//! recipient may not know of.

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

/// How many overdue tasks are examined for one that the recipient may know of.
const LOOKED_AT: i64 = 200;

/// The kinds of notification of this module.
pub const KINDS: [(&str, Compose); 1] = [(LATE, compose)];

/// Notifies a member of staff, unless a message about overdue tasks is already waiting for them.
pub(super) fn late(tx: &mut Tx, account: Id) -> Result<()> {
    if outbox::is_waiting(tx, LATE, account, account)? {
        return Ok(());
    }
    outbox::notice(tx, LATE, account, ("account", account), tx.now)
}

fn compose(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let overdue = tasks::late_contacts(tx, LOOKED_AT)?;
    let hidden = apart::kept_from(tx, &overdue, notice.recipient)?;
    if overdue.iter().all(|contact| hidden.contains(contact)) {
        return Ok(Verdict::NotAnyMore);
    }
    let errand = Errand {
        subject: "Something is overdue",
        sentence: "a task that should be done by now is still open.".to_owned(),
        path: "/tasks".to_owned(),
    };
    accounts::write_to_staff(tx, notice.recipient, &errand)
}
