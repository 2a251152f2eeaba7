//! What this program has written to the audit trail a short time ago. A row waits some seconds for its link. One that is deleted meanwhile,
//! or from the end of the chain before that was verified, leaves no gap. So the program remembers which rows it has committed until their links
//! are verified.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;

use crate::Tx;
use crate::error::Result;
use crate::ids::Id;
use crate::schema::audit_events;

/// How many rows are remembered at most, the newest. Links are verified every few seconds, so only a database that cannot be read for a long
/// time leads to more.
const MOST: usize = 100_000;

/// How many rows are looked for in one statement.
const CHUNK: usize = 500;

/// The rows that were committed and whose links are not verified yet. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Written(Arc<Mutex<VecDeque<Id>>>);

impl Written {
    /// Remembers rows that are committed.
    pub(crate) fn note(&self, rows: Vec<Id>) {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.extend(rows);
        let surplus = remembered.len().saturating_sub(MOST);
        remembered.drain(..surplus);
    }

    /// The rows that are remembered. Those that are still of interest are noted again.
    pub(super) fn take(&self) -> Vec<Id> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

/// What has become of rows that were committed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Traced {
    /// The rows that are gone.
    pub gone: Vec<Id>,
    /// Those that are there and have no link yet, or one after the verified part.
    pub waiting: Vec<Id>,
}

/// Looks for rows that were committed; `verified` is the number of the last link that was verified.
pub(super) fn trace(tx: &mut Tx, rows: &[Id], verified: i64) -> Result<Traced> {
    let mut traced = Traced::default();
    for chunk in rows.chunks(CHUNK) {
        let found: Vec<(Id, Option<i64>)> = audit_events::table
            .filter(audit_events::id.eq_any(chunk.to_vec()))
            .select((audit_events::id, audit_events::chain_number))
            .load(tx.conn)?;
        for row in chunk {
            match found.iter().find(|(id, _)| id == row) {
                None => traced.gone.push(*row),
                Some((_, number)) if number.is_none_or(|number| number > verified) => traced.waiting.push(*row),
                Some(_) => {}
            }
        }
    }
    Ok(traced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_rows_are_remembered() {
        let id = |number: usize| Id(uuid::Uuid::from_u128(u128::try_from(number).unwrap()));
        let written = Written::default();
        written.note((0..MOST).map(id).collect());
        written.note(vec![id(MOST), id(MOST + 1)]);
        let remembered = written.take();
        assert_eq!((remembered.len(), remembered[0], remembered[MOST - 1]), (MOST, id(2), id(MOST + 1)));
        assert!(written.take().is_empty(), "taken once");
    }
}
