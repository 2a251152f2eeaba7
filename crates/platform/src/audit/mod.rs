//! The audit trail: who did what to which record, or was refused. A row is written in the same transaction as the action, and
//! chained later, so that a removed or altered row is detected and no request waits for another to extend the chain.

mod chain;
mod listed;
mod monitor;
mod reading;
mod repeat;
mod rows;
mod unusual;
mod written;

pub use chain::{BrokenLink, ChainHead, Damage, VerifiedChain, chain, first_broken_link, head, link, verify_next, waiting};
pub use listed::record_listed;
pub use monitor::{ChainMonitor, publish_head};
pub use reading::{ActorWindow, AuditFilter, AuditRecord, Withheld, find, list};
pub(crate) use repeat::record_repeat;
pub use rows::{About, Actor};
pub use unusual::{Usage, usage_between};
pub use written::Written;

use super::error::Result;
use super::ids::Id;
use crate::Tx;
use rows::{Recorded, RecordedAction, insert};

/// Records that `actor` did `action` (such as `intake_period.created`) to `subject`, given as its kind and id. No one in care is
/// concerned, unless the subject is a `practitioner`: for an action about what belongs to one see [`record_about`].
///
/// # Errors
/// When the row cannot be written; the transaction is then rolled back.
pub fn record(tx: &mut Tx, actor: Actor, action: &'static str, subject: (&'static str, Option<Id>)) -> Result<()> {
    insert(tx, &done(actor, action, subject.0), &[(subject.1, None)])
}

/// Records that `actor` did `action` (such as `appointment.read`) to `subject`, which belongs to the practitioner in `about`.
///
/// # Errors
/// As [`record`].
pub fn record_about(
    tx: &mut Tx,
    actor: Actor,
    action: &'static str,
    subject: (&'static str, Option<Id>),
    about: About,
) -> Result<()> {
    insert(tx, &done(actor, action, subject.0), &[(subject.1, Some(about.into()))])
}

/// Records the same action for several subjects of one kind, each with the practitioner it belongs to, in one statement.
///
/// # Errors
/// As [`record`].
pub fn record_each_about(
    tx: &mut Tx,
    actor: Actor,
    action: &'static str,
    kind: &'static str,
    subjects: &[(Id, About)],
) -> Result<()> {
    let rows: Vec<_> = subjects.iter().map(|(subject, about)| (Some(*subject), Some((*about).into()))).collect();
    insert(tx, &done(actor, action, kind), &rows)
}

/// What a caller tried to do and was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedAttempt {
    /// The action that the operation would have recorded.
    pub action: String,
    /// The kind of record that the path names, and the id that was tried, whether or not there is such a record.
    pub subject: (String, Option<Id>),
    /// The practitioner, where the refusal knew them.
    pub practitioner: Option<Id>,
}

impl RefusedAttempt {
    /// The attempt at an action on a record, of which the caller knows.
    pub fn new(action: &str, (kind, id): (&str, Id), practitioner: Option<Id>) -> Self {
        Self { action: action.to_owned(), subject: (kind.to_owned(), Some(id)), practitioner }
    }
}

/// Records that `actor` was refused.
///
/// # Errors
/// As [`record`].
pub fn record_refused(tx: &mut Tx, actor: Actor, attempt: &RefusedAttempt) -> Result<()> {
    let RefusedAttempt { action, subject: (kind, id), practitioner } = attempt;
    let about = practitioner.map(|practitioner| Recorded { practitioner, basis: None });
    insert(tx, &RecordedAction { actor, action, kind, refused: true }, &[(*id, about)])
}

const fn done<'a>(actor: Actor, action: &'a str, kind: &'a str) -> RecordedAction<'a> {
    RecordedAction { actor, action, kind, refused: false }
}
