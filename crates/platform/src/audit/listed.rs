//! Rows for what someone saw in a list.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::rows::{About, Actor, RecordedAction, insert};
use crate::Tx;
use crate::error::Result;
use crate::ids::Id;
use crate::schema::audit_events;

/// For how long a list that someone reads again and again is recorded once.
const LISTED_ONCE_IN: TimeDelta = TimeDelta::minutes(10);

/// Records that `actor` saw these subjects in a list: one row for each practitioner, or for each subject without one. Apps read
/// their lists again every minute, so a row is left out when the actor has one for the same action and practitioner (or subject) in
/// the ten minutes before.
///
/// # Errors
/// When the rows cannot be written.
pub fn record_listed(
    tx: &mut Tx,
    actor: Actor,
    action: &'static str,
    kind: &'static str,
    subjects: &[(Id, Option<About>)],
) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    let recent: Vec<(Option<Id>, Option<Id>)> = audit_events::table
        .filter(audit_events::actor_id.eq(actor.id))
        .filter(audit_events::at.gt(tx.now - LISTED_ONCE_IN))
        .filter(audit_events::action.eq(action))
        .select((audit_events::practitioner_id, audit_events::subject_id))
        .load(tx.conn)?;
    let mut recorded: BTreeSet<Id> = recent.into_iter().filter_map(|(practitioner, subject)| practitioner.or(subject)).collect();
    let rows: Vec<_> = subjects
        .iter()
        .filter(|(subject, about)| recorded.insert(about.map_or(*subject, |about| about.practitioner)))
        .map(|(subject, about)| (Some(*subject), about.map(Into::into)))
        .collect();
    insert(tx, &RecordedAction { actor, action, kind, refused: false }, &rows)
}
