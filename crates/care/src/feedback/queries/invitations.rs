//! Whom the service has asked how it went, and whom it has yet to decide about.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::feedback::model::Subject;
use crate::schema::feedback_invitations;
use people::practitioners::model::Pathway;
use people::schema::pathway_moves;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::model::AppointmentStatus;
use scheduling::schema::appointments;

/// Something about which somebody may have to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Whom.
    pub practitioner: Id,
    /// About what.
    pub about: Subject,
}

/// Appointments that took place between two instants and about which nothing is decided yet.
pub fn due_appointments(tx: &mut Tx, from: UtcTime, to: UtcTime, limit: i64) -> Result<Vec<Due>> {
    let decided = feedback_invitations::table.filter(feedback_invitations::appointment_id.eq(appointments::id.nullable()));
    let rows: Vec<(Id, Id)> = appointments::table
        .filter(appointments::starts_at.ge(from))
        .filter(appointments::starts_at.lt(to))
        .filter(appointments::status.eq(AppointmentStatus::Attended))
        .filter(not(exists(decided)))
        .order((appointments::starts_at, appointments::id))
        .limit(limit)
        .select((appointments::id, appointments::practitioner_id))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(id, practitioner)| Due { practitioner, about: Subject::Appointment(id) }).collect())
}

/// Ends of care between two instants about which nothing is decided yet.
pub fn due_discharges(tx: &mut Tx, from: UtcTime, to: UtcTime, limit: i64) -> Result<Vec<Due>> {
    let decided = feedback_invitations::table.filter(feedback_invitations::discharge_id.eq(pathway_moves::id.nullable()));
    let rows: Vec<(Id, Id)> = pathway_moves::table
        .filter(pathway_moves::moved_at.ge(from))
        .filter(pathway_moves::moved_at.lt(to))
        .filter(pathway_moves::pathway.eq(Pathway::Discharged))
        .filter(not(exists(decided)))
        .order((pathway_moves::moved_at, pathway_moves::id))
        .limit(limit)
        .select((pathway_moves::id, pathway_moves::practitioner_id))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(id, practitioner)| Due { practitioner, about: Subject::Discharge(id) }).collect())
}

/// When somebody was last asked, about anything.
pub fn last_asked(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    Ok(feedback_invitations::table
        .filter(feedback_invitations::practitioner_id.eq(practitioner))
        .filter(feedback_invitations::sent.eq(true))
        .order(feedback_invitations::decided_at.desc())
        .select(feedback_invitations::decided_at)
        .first(tx.conn)
        .optional()?)
}

/// Notes what was decided.
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
