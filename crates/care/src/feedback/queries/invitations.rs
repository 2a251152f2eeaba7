//! Which practitioners have been invited to give feedback, and which invitations are still to be decided.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::feedback::model::Subject;
use crate::schema::feedback_invitations;
use people::practitioners::model::Pathway;
use people::practitioners::queries::moves::{self, Move};
use platform::Tx;
use platform::db::filled_by;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::queries::reading::{self, Attended};

/// How many rows are read at a time.
const AT_A_TIME: i64 = 500;

/// An appointment or end of care about which a practitioner may be invited to give feedback.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    pub practitioner: Id,
    pub about: Subject,
}

/// Attended appointments between two instants for which no invitation is decided yet.
pub fn due_appointments(tx: &mut Tx, from: UtcTime, to: UtcTime, limit: usize) -> Result<Vec<Due>> {
    let most = i64::try_from(limit).unwrap_or(AT_A_TIME);
    let read = |tx: &mut Tx, after| reading::some_attended(tx, (from, to), after, AT_A_TIME);
    let undecided = |tx: &mut Tx, rows: &mut Vec<Attended>| {
        let ids: Vec<Option<Id>> = rows.iter().map(|one| Some(one.id)).collect();
        let decided: BTreeSet<Option<Id>> = feedback_invitations::table
            .filter(feedback_invitations::appointment_id.eq_any(ids))
            .select(feedback_invitations::appointment_id)
            .load(tx.conn)?
            .into_iter()
            .collect();
        rows.retain(|one| !decided.contains(&Some(one.id)));
        Ok(())
    };
    let found = filled_by(tx, (most, AT_A_TIME), None, |one| (one.starts_at, one.id), read, undecided)?;
    let due = |one: Attended| Due { practitioner: one.practitioner, about: Subject::Appointment(one.id) };
    Ok(found.into_iter().map(due).collect())
}

/// Ends of care between two instants for which no invitation is decided yet.
pub fn due_discharges(tx: &mut Tx, from: UtcTime, to: UtcTime, limit: usize) -> Result<Vec<Due>> {
    let most = i64::try_from(limit).unwrap_or(AT_A_TIME);
    let read = |tx: &mut Tx, after| moves::some_between(tx, Pathway::Discharged, (from, to), after, AT_A_TIME);
    let undecided = |tx: &mut Tx, rows: &mut Vec<Move>| {
        let ids: Vec<Option<Id>> = rows.iter().map(|one| Some(one.id)).collect();
        let decided: BTreeSet<Option<Id>> = feedback_invitations::table
            .filter(feedback_invitations::discharge_id.eq_any(ids))
            .select(feedback_invitations::discharge_id)
            .load(tx.conn)?
            .into_iter()
            .collect();
        rows.retain(|one| !decided.contains(&Some(one.id)));
        Ok(())
    };
    let found = filled_by(tx, (most, AT_A_TIME), None, |one| (one.at, one.id), read, undecided)?;
    let due = |one: Move| Due { practitioner: one.practitioner, about: Subject::Discharge(one.id) };
    Ok(found.into_iter().map(due).collect())
}

/// When a practitioner was last invited, about anything.
pub fn last_asked(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    Ok(feedback_invitations::table
        .filter(feedback_invitations::practitioner_id.eq(practitioner))
        .filter(feedback_invitations::sent.eq(true))
        .order(feedback_invitations::decided_at.desc())
        .select(feedback_invitations::decided_at)
        .first(tx.conn)
        .optional()?)
}

/// Records whether an invitation was sent.
pub fn decide(tx: &mut Tx, due: Due, sent: bool) -> Result<()> {
    diesel::insert_into(feedback_invitations::table)
        .values((
            feedback_invitations::id.eq(Id::new(tx.now)),
            feedback_invitations::practitioner_id.eq(due.practitioner),
            feedback_invitations::appointment_id.eq(due.about.appointment()),
            feedback_invitations::discharge_id.eq(due.about.discharge()),
            feedback_invitations::sent.eq(sent),
            feedback_invitations::decided_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
