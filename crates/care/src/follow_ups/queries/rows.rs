//! A follow-up as its row has it, and what it has come to.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::follow_ups::model::{Candidate, ClosedAs, FollowUpCancelReason, FollowUpPurpose, Standing, Wanted, Window};
use crate::follow_ups::rules;
use crate::schema::follow_ups;
use people::practitioners::queries as registration;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place};
use scheduling::booking::queries::reading;
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};
use scheduling::clinicians::queries as directory;

pub(super) const NOTE: &str = "follow_ups.note";
pub(super) const CANCEL_NOTE: &str = "follow_ups.cancel_note";

/// The row of a follow-up.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = follow_ups)]
pub struct Row {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// Who is to see them.
    pub clinician_id: Id,
    /// Who agreed it with them.
    pub agreed_by: Id,
    /// At the end of which appointment.
    pub agreed_in: Id,
    /// When.
    pub agreed_at: UtcTime,
    /// What it is for.
    pub purpose: FollowUpPurpose,
    /// The first day on which it is to be.
    pub due_from: NaiveDate,
    /// The last day.
    pub due_by: NaiveDate,
    /// From when on an appointment counts.
    pub counts_from: UtcTime,
    /// What kind of appointment it is to be.
    pub kind: AppointmentKind,
    /// How they are to meet; null when that does not matter.
    pub mode: Option<AppointmentMode>,
    /// The questionnaire to answer again.
    pub questionnaire: Option<String>,
    note: Option<Vec<u8>>,
    /// Whether the practitioner sees the note.
    pub note_shared: bool,
    /// The appointment it was linked to by hand.
    pub appointment_id: Option<Id>,
    /// When they were reminded.
    pub reminded_at: Option<UtcTime>,
    /// How often they were chased.
    pub chased: i32,
    /// When, the last time.
    pub last_chased_at: Option<UtcTime>,
    /// From when on a person should ring.
    pub call_due_at: Option<UtcTime>,
    /// When the service looks at it next.
    pub look_at: Option<UtcTime>,
    /// When it was closed.
    pub closed_at: Option<UtcTime>,
    /// How.
    pub closed_as: Option<ClosedAs>,
    /// Why it was cancelled.
    pub cancel_reason: Option<FollowUpCancelReason>,
    cancel_note: Option<Vec<u8>>,
    /// Counts the changes that people make.
    pub version: i32,
}

impl Row {
    /// The days on which it is to be.
    pub fn window(&self) -> Window {
        Window { from: self.due_from, by: self.due_by }
    }

    /// Which appointments count.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            linked: self.appointment_id,
            agreed_in: self.agreed_in,
            clinician: self.clinician_id,
            kind: self.kind,
            counts_from: self.counts_from.get(),
        }
    }
}

/// A follow-up with what it has come to.
#[derive(Debug, Clone)]
pub struct FollowUp {
    /// Its row.
    pub row: Row,
    /// The practitioner's reference.
    pub reference: String,
    /// The clinician's name.
    pub clinician_name: Private<String>,
    /// What its state depends on.
    pub standing: Standing,
    /// What was agreed in words.
    pub note: Option<Private<String>>,
    /// The note of its cancellation.
    pub cancel_note: Option<Private<String>>,
}

/// A row, the reference of its practitioner, and what its state depends on.
pub(super) type Stood = (Row, String, Standing);

/// Adds to rows whose they are and what they have come to: of all of them in one statement each.
pub(super) fn stand(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Stood>> {
    let people = registration::standing(tx, &rows.iter().map(|row| row.practitioner_id).collect::<Vec<_>>())?;
    let appointments = candidates(tx, &rows)?;
    let stands = |row: Row| {
        let known = people.get(&row.practitioner_id).cloned();
        let (reference, pathway) = known.ok_or_else(|| Error::internal("a follow-up of nobody"))?;
        let own = appointments.get(&row.practitioner_id).map_or(&[][..], Vec::as_slice);
        let appointment = rules::fulfilled_by(&row.wanted(), own);
        let standing = Standing { window: row.window(), closed: row.closed_as, pathway, appointment };
        Ok((row, reference, standing))
    };
    rows.into_iter().map(stands).collect()
}

/// Adds what is sealed.
pub(super) fn whole(tx: &mut Tx, stood: Vec<Stood>) -> Result<Opened<(NaiveDate, Id), FollowUp>> {
    let names = directory::sealed_names(tx, &stood.iter().map(|(row, ..)| row.clinician_id).collect::<Vec<_>>())?;
    let open = |(row, reference, standing): Stood| -> Result<FollowUp> {
        let name = names.get(&row.clinician_id).ok_or_else(|| Error::internal("a follow-up with nobody"))?;
        let text = |column, sealed: &Option<Vec<u8>>| {
            sealed.as_ref().map(|sealed| tx.sealer.open_text(Place(column, row.id), sealed).map(Private::new)).transpose()
        };
        Ok(FollowUp {
            reference,
            clinician_name: directory::open_name(tx.sealer, row.clinician_id, name)?,
            standing,
            note: text(NOTE, &row.note)?,
            cancel_note: text(CANCEL_NOTE, &row.cancel_note)?,
            row,
        })
    };
    Ok(stood.into_iter().map(|one| ((one.0.due_by, one.0.id), open(one))).collect())
}

/// The appointments that these follow-ups may have come to, by practitioner.
fn candidates(tx: &mut Tx, rows: &[Row]) -> Result<BTreeMap<Id, Vec<Candidate>>> {
    let (mut people, mut linked, mut earliest) = (Vec::new(), Vec::new(), None);
    for row in rows {
        people.push(row.practitioner_id);
        linked.extend(row.appointment_id);
        earliest = Some(earliest.map_or(row.counts_from, |known: UtcTime| known.min(row.counts_from)));
    }
    let Some(earliest) = earliest else { return Ok(BTreeMap::new()) };
    people.sort();
    people.dedup();
    let mut by_person: BTreeMap<Id, Vec<Candidate>> = BTreeMap::new();
    for kept in reading::kept_since(tx, people, earliest, linked)? {
        let reading::Kept { practitioner, id, clinician, kind, status, .. } = kept;
        let (starts_at, attendance_recorded_at) = (kept.starts_at.get(), kept.attendance_at.map(UtcTime::get));
        let one = Candidate { id, clinician, kind, starts_at, status, attendance_recorded_at };
        by_person.entry(practitioner).or_default().push(one);
    }
    Ok(by_person)
}
