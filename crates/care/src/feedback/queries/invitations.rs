//! Which practitioners have been invited to give feedback, and which invitations are still to be decided.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::feedback::model::FeedbackTarget;
use crate::schema::feedback_invitations;
use people::practitioners::model::Pathway;
use people::practitioners::queries::pathway_changes::{self, PathwayChange};
use platform::Tx;
use platform::db::load_full_page_in_chunks;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::queries::lookups::{self, AttendedAppointment};

/// How many rows are read at a time.
const BATCH_SIZE: i64 = 500;

/// An appointment or end of care about which a practitioner may be invited to give feedback.
#[derive(Debug, Clone, Copy)]
pub struct DueInvitation {
    pub practitioner: Id,
    pub target: FeedbackTarget,
}

/// Attended appointments between two instants for which no invitation is decided yet.
pub fn due_appointments(tx: &mut Tx, from: UtcTime, to: UtcTime, limit: usize) -> Result<Vec<DueInvitation>> {
    let most = i64::try_from(limit).unwrap_or(BATCH_SIZE);
    let read = |tx: &mut Tx, after| lookups::attended_page(tx, (from, to), after, BATCH_SIZE);
    let undecided = |tx: &mut Tx, rows: &mut Vec<AttendedAppointment>| {
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
    let found = load_full_page_in_chunks(tx, (most, BATCH_SIZE), None, |one| (one.starts_at, one.id), read, undecided)?;
    let due =
        |one: AttendedAppointment| DueInvitation { practitioner: one.practitioner, target: FeedbackTarget::Appointment(one.id) };
    Ok(found.into_iter().map(due).collect())
}

/// Ends of care between two instants for which no invitation is decided yet.
pub fn due_discharges(tx: &mut Tx, from: UtcTime, to: UtcTime, limit: usize) -> Result<Vec<DueInvitation>> {
    let most = i64::try_from(limit).unwrap_or(BATCH_SIZE);
    let read = |tx: &mut Tx, after| pathway_changes::page_entered_between(tx, Pathway::Discharged, (from, to), after, BATCH_SIZE);
    let undecided = |tx: &mut Tx, rows: &mut Vec<PathwayChange>| {
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
    let found = load_full_page_in_chunks(tx, (most, BATCH_SIZE), None, |one| (one.at, one.id), read, undecided)?;
    let due = |one: PathwayChange| DueInvitation { practitioner: one.practitioner, target: FeedbackTarget::Discharge(one.id) };
    Ok(found.into_iter().map(due).collect())
}

/// When a practitioner was last invited, about anything.
pub fn last_invited_at(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    Ok(feedback_invitations::table
        .filter(feedback_invitations::practitioner_id.eq(practitioner))
        .filter(feedback_invitations::sent.eq(true))
        .order(feedback_invitations::decided_at.desc())
        .select(feedback_invitations::decided_at)
        .first(tx.conn)
        .optional()?)
}

/// Records whether an invitation was sent.
pub fn record_decision(tx: &mut Tx, due: DueInvitation, sent: bool) -> Result<()> {
    diesel::insert_into(feedback_invitations::table)
        .values((
            feedback_invitations::id.eq(Id::new(tx.now)),
            feedback_invitations::practitioner_id.eq(due.practitioner),
            feedback_invitations::appointment_id.eq(due.target.appointment()),
            feedback_invitations::discharge_id.eq(due.target.discharge()),
            feedback_invitations::sent.eq(sent),
            feedback_invitations::decided_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
