//! Database queries about follow-ups.

pub mod contacts;
pub mod jobs;
mod listing;
pub mod overdue;
mod rows;

use diesel::prelude::*;

pub use listing::{Filter, count_open, list};
use rows::{CANCEL_NOTE, NOTE, open_all, with_facts};
pub use rows::{FollowUp, Row, TERMS};

use super::model::{ClosedAs, FollowUpCancelReason, FollowUpPurpose, Window};
use crate::schema::follow_ups;
use people::relationships::Protected;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, Sealer};
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<FollowUp>>> {
    let rows: Vec<Row> = follow_ups::table.filter(follow_ups::id.eq(id)).select(Row::as_select()).load(tx.conn)?;
    let rows = with_facts(tx, rows)?;
    let one = open_all(tx, rows)?.pop().map(|(_, found)| found).transpose()?;
    Ok(one.map(|one| Protected::new(one.row.practitioner_id, one)))
}

/// The practitioner a follow-up belongs to.
pub fn practitioner_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(follow_ups::table.find(id).select(follow_ups::practitioner_id).get_result(tx.conn).optional()?)
}

/// The practitioner's open follow-up that was agreed first: of those with this clinician, if one is given.
pub fn first_open(tx: &mut Tx, practitioner: Id, clinician: Option<Id>) -> Result<Option<Id>> {
    let mut query = follow_ups::table
        .filter(follow_ups::practitioner_id.eq(practitioner))
        .filter(follow_ups::closed_at.is_null())
        .order(follow_ups::id)
        .select(follow_ups::id)
        .limit(1)
        .into_boxed();
    if let Some(clinician) = clinician {
        query = query.filter(follow_ups::clinician_id.eq(clinician));
    }
    Ok(query.get_result(tx.conn).optional()?)
}

/// The content of a follow-up.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The clinician they will see.
    pub clinician: Id,
    pub purpose: FollowUpPurpose,
    pub window: Window,
    /// From when an appointment fulfils it.
    pub counts_from: UtcTime,
    /// The kind of appointment to book.
    pub kind: AppointmentKind,
    /// The mode of appointment to book; none if any mode will do.
    pub mode: Option<AppointmentMode>,
    /// The questionnaire to answer again.
    pub questionnaire: Option<String>,
    pub note: Option<String>,
    /// Whether the practitioner can read the note.
    pub note_shared: bool,
}

/// A new follow-up: who agreed it, with which practitioner and at which appointment.
#[derive(Debug, Clone, Copy)]
pub struct NewFollowUp {
    pub id: Id,
    pub practitioner: Id,
    pub agreed_by: Id,
    /// The appointment at which it was agreed.
    pub appointment: Id,
    /// When the background job first checks it.
    pub first_check_at: UtcTime,
}

/// Saves a new follow-up.
pub fn insert(tx: &mut Tx, agreed: &NewFollowUp, terms: &Terms) -> Result<()> {
    diesel::insert_into(follow_ups::table)
        .values((
            follow_ups::id.eq(agreed.id),
            follow_ups::practitioner_id.eq(agreed.practitioner),
            follow_ups::agreed_by.eq(agreed.agreed_by),
            follow_ups::agreed_appointment_id.eq(agreed.appointment),
            follow_ups::agreed_at.eq(tx.now),
            follow_ups::clinician_id.eq(terms.clinician),
            follow_ups::terms.eq(rows::seal_terms(tx.sealer, agreed.id, terms.purpose, terms.questionnaire.as_deref())?),
            follow_ups::due_from.eq(terms.window.from),
            follow_ups::due_by.eq(terms.window.by),
            follow_ups::counts_from.eq(terms.counts_from),
            follow_ups::kind.eq(terms.kind),
            follow_ups::mode.eq(terms.mode),
            follow_ups::note.eq(seal(tx.sealer, NOTE, agreed.id, terms.note.as_deref())?),
            follow_ups::note_shared.eq(terms.note_shared),
            follow_ups::chase_count.eq(0),
            follow_ups::next_step_at.eq(Some(agreed.first_check_at)),
            follow_ups::version.eq(1),
            follow_ups::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn seal(sealer: &Sealer, column: &'static str, id: Id, text: Option<&str>) -> Result<Option<Vec<u8>>> {
    text.map(|text| sealer.seal_text(Place(column, id), text)).transpose()
}

/// Replaces the content of a follow-up. If its window has `moved`, messages and calls start again.
pub fn replace(tx: &mut Tx, id: Id, terms: &Terms, moved: bool) -> Result<()> {
    diesel::update(follow_ups::table.find(id))
        .set((
            follow_ups::clinician_id.eq(terms.clinician),
            follow_ups::terms.eq(rows::seal_terms(tx.sealer, id, terms.purpose, terms.questionnaire.as_deref())?),
            follow_ups::due_from.eq(terms.window.from),
            follow_ups::due_by.eq(terms.window.by),
            follow_ups::counts_from.eq(terms.counts_from),
            follow_ups::kind.eq(terms.kind),
            follow_ups::mode.eq(terms.mode),
            follow_ups::note.eq(seal(tx.sealer, NOTE, id, terms.note.as_deref())?),
            follow_ups::note_shared.eq(terms.note_shared),
            follow_ups::version.eq(follow_ups::version + 1),
            follow_ups::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if moved {
        diesel::update(follow_ups::table.find(id))
            .set((
                follow_ups::reminded_at.eq(None::<UtcTime>),
                follow_ups::chase_count.eq(0),
                follow_ups::last_chased_at.eq(None::<UtcTime>),
                follow_ups::call_due_at.eq(None::<UtcTime>),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Cancels a follow-up.
pub fn cancel(tx: &mut Tx, id: Id, by: Id, (reason, note): (FollowUpCancelReason, Option<&str>)) -> Result<()> {
    diesel::update(follow_ups::table.find(id))
        .set((
            follow_ups::closed_at.eq(Some(tx.now)),
            follow_ups::closed_as.eq(Some(ClosedAs::Cancelled)),
            follow_ups::closed_by.eq(Some(by)),
            follow_ups::cancel_reason.eq(Some(reason)),
            follow_ups::cancel_note.eq(seal(tx.sealer, CANCEL_NOTE, id, note)?),
            follow_ups::next_step_at.eq(None::<UtcTime>),
            follow_ups::version.eq(follow_ups::version + 1),
            follow_ups::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Links the appointment that fulfils a follow-up.
pub fn link(tx: &mut Tx, id: Id, appointment: Id) -> Result<()> {
    diesel::update(follow_ups::table.find(id))
        .set((
            follow_ups::appointment_id.eq(Some(appointment)),
            follow_ups::version.eq(follow_ups::version + 1),
            follow_ups::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
