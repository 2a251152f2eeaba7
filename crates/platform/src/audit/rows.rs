//! The rows of the audit trail as they are written, and what a tag over one covers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;

use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::audit_events;
use crate::seal::Sealer;
use crate::tx::AuditSubject;

/// The kind of a subject that is itself a practitioner: such an event is about that practitioner.
const PRACTITIONER: &str = "practitioner";

/// The account or part of the system that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account; none for a caller who is not signed in and for the system itself.
    pub id: Option<Id>,
    /// The role, or `anonymous` or `system`.
    pub role: &'static str,
}

impl Actor {
    /// The service itself, for its background jobs.
    pub const SYSTEM: Self = Self { id: None, role: "system" };
    /// A caller who is not signed in.
    pub const ANONYMOUS: Self = Self { id: None, role: "anonymous" };
}

/// The practitioner that an event is about, and why the actor may know of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The practitioner.
    pub practitioner: Id,
    /// The relationship or purpose that allowed it, such as `treats` or `break_glass`.
    pub basis: &'static str,
}

/// A row without what the chain adds to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub id: Id,
    pub at: UtcTime,
    pub actor: Option<Id>,
    pub role: &'a str,
    pub action: &'a str,
    pub kind: &'a str,
    pub subject: Option<Id>,
    pub practitioner: Option<Id>,
    pub basis: Option<&'a str>,
    pub refused: bool,
}

impl Row<'_> {
    /// Every column, as a tag covers it.
    pub(super) fn parts(&self) -> [String; 10] {
        // A value that is there begins with a mark, so that an empty one and none differ.
        let optional = |value: Option<String>| value.map_or_else(String::new, |value| format!("={value}"));
        let id = |id: Option<Id>| optional(id.map(|id| id.to_string()));
        [
            self.id.to_string(),
            self.at.to_string(),
            id(self.actor),
            self.role.to_owned(),
            self.action.to_owned(),
            self.kind.to_owned(),
            id(self.subject),
            id(self.practitioner),
            optional(self.basis.map(str::to_owned)),
            self.refused.to_string(),
        ]
    }

    /// The keyed tag with which the service writes the row: a row that is added by hand before it is chained has none.
    pub(super) fn tag(&self, sealer: &Sealer) -> String {
        let parts = self.parts();
        let parts: Vec<&[u8]> = std::iter::once("row").chain(parts.iter().map(String::as_str)).map(str::as_bytes).collect();
        URL_SAFE_NO_PAD.encode(sealer.audit_tag(&parts))
    }
}

/// An action on several subjects of one kind, and who did it.
pub(super) struct RecordedAction<'a> {
    pub actor: Actor,
    pub action: &'a str,
    pub kind: &'a str,
    pub refused: bool,
}

/// The practitioner of a row, and why the actor may know of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded {
    pub practitioner: Id,
    pub basis: Option<&'static str>,
}

impl From<About> for Recorded {
    fn from(about: About) -> Self {
        Self { practitioner: about.practitioner, basis: Some(about.basis) }
    }
}

/// Writes a row for each subject, and remembers what it is about for a repeat of the request.
pub(super) fn insert(tx: &mut Tx, recorded: &RecordedAction<'_>, subjects: &[(Option<Id>, Option<Recorded>)]) -> Result<()> {
    let RecordedAction { actor, action, kind, refused } = *recorded;
    let now = tx.now;
    let row = |(subject, recorded): &(Option<Id>, Option<Recorded>)| {
        // An id that was only tried need not be a practitioner's.
        let itself = subject.filter(|_| kind == PRACTITIONER && !refused);
        Row {
            id: Id::new(now),
            at: now,
            actor: actor.id,
            role: actor.role,
            action,
            kind,
            subject: *subject,
            practitioner: recorded.map(|recorded| recorded.practitioner).or(itself),
            basis: recorded.and_then(|recorded| recorded.basis),
            refused,
        }
    };
    let rows: Vec<Row<'_>> = subjects.iter().map(row).collect();
    for row in rows.iter().filter(|row| row.actor.is_some() && !row.refused) {
        tx.remember(AuditSubject {
            role: row.role.to_owned(),
            kind: row.kind.to_owned(),
            subject: row.subject,
            practitioner: row.practitioner.map(|practitioner| (practitioner, row.basis.map(str::to_owned))),
        });
    }
    write(tx, &rows)
}

/// Writes these rows in one statement.
pub(super) fn write(tx: &mut Tx, rows: &[Row<'_>]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let values = |row: &Row<'_>| {
        (
            audit_events::id.eq(row.id),
            audit_events::at.eq(row.at),
            audit_events::actor_id.eq(row.actor),
            audit_events::actor_role.eq(row.role.to_owned()),
            audit_events::action.eq(row.action.to_owned()),
            audit_events::subject_kind.eq(row.kind.to_owned()),
            audit_events::subject_id.eq(row.subject),
            audit_events::practitioner_id.eq(row.practitioner),
            audit_events::basis.eq(row.basis.map(str::to_owned)),
            audit_events::refused.eq(row.refused),
            audit_events::row_tag.eq(Some(row.tag(tx.sealer))),
        )
    };
    let values: Vec<_> = rows.iter().map(values).collect();
    crate::on!(tx.conn, |inner| diesel::insert_into(audit_events::table).values(&values).execute(inner))?;
    tx.remember_written(rows.iter().map(|row| row.id));
    Ok(())
}
