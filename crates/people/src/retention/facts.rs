//! What the end of a record depends on. Who decides by it locks the row of the practitioner first.

use super::model::RetentionEnd;
use super::queries::{self, holds};
use super::rules::{self, RetentionFacts};
use super::tables::RetentionHandlers;
use crate::practitioners::queries as registration;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;

/// What is known about the record of a practitioner.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecordFacts {
    /// Why it is in use, if it is.
    pub in_use: Option<Reason>,
    pub end: RetentionEnd,
    /// Whether a hold is in force.
    pub is_held: bool,
}

/// Reads the facts of a practitioner.
pub(super) fn read(tx: &mut Tx, handlers: &RetentionHandlers, practitioner: Id) -> Result<RecordFacts> {
    let last_entry = handlers.last_entry(tx, practitioner)?.ok_or_else(|| Error::internal("a record without an entry"))?;
    let facts = RetentionFacts {
        last_entry_on: last_entry.london_day(),
        died_on: registration::died_at(tx, practitioner)?.map(|at| at.london_day()),
        kept_until: queries::kept_until(tx, practitioner)?,
    };
    Ok(RecordFacts {
        in_use: handlers.use_of(tx, practitioner)?,
        end: rules::end_of_retention(facts),
        is_held: !holds::held_among(tx, &[practitioner])?.is_empty(),
    })
}

impl RecordFacts {
    /// Checks that nothing but the decision of two privacy officers is missing to destroy the record.
    ///
    /// # Errors
    /// Why it is in use; then those of [`rules::check_destructible`].
    pub(super) fn check_destructible(&self, tx: &Tx) -> Result<()> {
        match self.in_use {
            Some(reason) => Err(reason.into()),
            None => Ok(rules::check_destructible(self.is_held, self.end, tx.now.london_day())?),
        }
    }
}
