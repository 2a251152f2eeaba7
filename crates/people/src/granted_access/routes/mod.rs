//! HTTP handlers of access for an hour, and what they share: the practitioner that a request names.

pub(super) mod break_glass;
pub(super) mod lookups;

use crate::Caller;
use crate::practitioners::queries as practitioners;
use crate::practitioners::rules::parse_reference;
use crate::relationships::conflicts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Reason;

/// The practitioner that a request names.
#[derive(Debug, Clone)]
enum Named {
    Id(Id),
    Reference(Option<String>),
}

impl Named {
    fn new(id: Option<Id>, reference: Option<&Private<String>>) -> Result<Self> {
        match (id, reference) {
            (Some(id), None) => Ok(Self::Id(id)),
            // A reference that cannot be one is as unknown as one that is not in use.
            (None, Some(reference)) => Ok(Self::Reference(parse_reference(reference.reveal()))),
            (Some(_), Some(_)) => {
                let detail = "Name the practitioner by id or by reference, not by both.";
                Err(Error::field(Reason::InvalidBody, "/reference", "not_allowed", detail))
            }
            (None, None) => {
                let detail = "Name the practitioner by id or by reference.";
                Err(Error::field(Reason::InvalidBody, "/practitioner_id", "required", detail))
            }
        }
    }

    fn find(&self, tx: &mut Tx) -> Result<Option<Id>> {
        match self {
            Self::Id(id) => Ok(practitioners::pathway(tx, *id)?.map(|_| *id)),
            Self::Reference(Some(reference)) => practitioners::by_reference(tx, reference),
            // No practitioner has this one. It is looked for all the same, so that the time does not tell.
            Self::Reference(None) => practitioners::by_reference(tx, ""),
        }
    }
}

/// The practitioner that a request names, if they and the caller may meet.
fn permitted(tx: &mut Tx, caller: &Caller, named: &Named) -> Result<Id> {
    let found = named.find(tx)?;
    if let Some(practitioner) = found {
        tx.ask_about(practitioner);
    }
    // Asked of no one too: one who is kept apart and one who does not exist take the same statements.
    let apart = conflicts::are_in_conflict(tx, found.unwrap_or(Id::NO_RECORD), caller.id)?;
    found.filter(|_| !apart).ok_or_else(Error::not_found)
}
