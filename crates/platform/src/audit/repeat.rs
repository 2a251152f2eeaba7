//! Rows for requests that are sent again.

use super::rows::{Row, write};
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::tx::AuditSubject;

/// Records that the account sent a request again that was answered before and got the first response: a row for each thing that the
/// first one was about.
///
/// # Errors
/// When the rows cannot be written.
pub(crate) fn record_repeat(tx: &mut Tx, account: Id, concerned: &[AuditSubject]) -> Result<()> {
    let rows: Vec<Row<'_>> = concerned.iter().map(|one| repeated(tx.now, account, one)).collect();
    write(tx, &rows)
}

fn repeated(now: UtcTime, account: Id, one: &AuditSubject) -> Row<'_> {
    Row {
        id: Id::new(now),
        at: now,
        actor: Some(account),
        role: &one.role,
        action: "request.repeated",
        kind: &one.kind,
        subject: one.subject,
        practitioner: one.practitioner.as_ref().map(|(practitioner, _)| *practitioner),
        basis: one.practitioner.as_ref().and_then(|(_, basis)| basis.as_deref()),
        refused: false,
    }
}
