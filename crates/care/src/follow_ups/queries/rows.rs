//! Rows of follow-ups, with the facts that their state depends on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::follow_ups::model::{
    CandidateAppointment, ClosedAs, FollowUpCancelReason, FollowUpFacts, FollowUpPurpose, MatchCriteria, Window,
};
use crate::follow_ups::rules;
use crate::schema::follow_ups;
use people::practitioners::queries as registration;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place, Sealer};
use scheduling::booking::queries::lookups;
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};
use scheduling::clinicians::queries as directory;

/// The place of what is sealed as one document: purpose and questionnaire.
pub const TERMS: &str = "follow_ups.terms";
pub(super) const NOTE: &str = "follow_ups.note";
pub(super) const CANCEL_NOTE: &str = "follow_ups.cancel_note";

/// The row of a follow-up.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = follow_ups)]
pub struct Row {
    pub id: Id,
    pub practitioner_id: Id,
    /// The clinician they will see.
    pub clinician_id: Id,
    /// The clinician who agreed it.
    pub agreed_by: Id,
    /// The appointment at which it was agreed.
    pub agreed_appointment_id: Id,
    pub agreed_at: UtcTime,
    /// The first day of its window.
    pub due_from: NaiveDate,
    /// The last day of its window.
    pub due_by: NaiveDate,
    /// From when an appointment fulfils it.
    pub counts_from: UtcTime,
    /// The kind of appointment to book.
    pub kind: AppointmentKind,
    /// The mode of appointment to book; none if any mode will do.
    pub mode: Option<AppointmentMode>,
    note: Option<Vec<u8>>,
    /// Whether the practitioner can read the note.
    pub note_shared: bool,
    /// The appointment that was linked by hand or stored at closing.
    pub appointment_id: Option<Id>,
    /// When the practitioner was reminded that it is due.
    pub reminded_at: Option<UtcTime>,
    /// How many overdue reminders were sent.
    pub chase_count: i32,
    /// When the last overdue reminder was sent.
    pub last_chased_at: Option<UtcTime>,
    /// From when staff should call.
    pub call_due_at: Option<UtcTime>,
    /// When the background job checks it next.
    pub next_step_at: Option<UtcTime>,
    pub closed_at: Option<UtcTime>,
    pub closed_as: Option<ClosedAs>,
    pub cancel_reason: Option<FollowUpCancelReason>,
    cancel_note: Option<Vec<u8>>,
    terms: Vec<u8>,
    /// Counts the changes that people make; background jobs do not raise it except at closing.
    pub version: i32,
}

impl Row {
    /// The days on which it is due.
    pub fn window(&self) -> Window {
        Window { from: self.due_from, by: self.due_by }
    }

    /// Which appointments fulfil it.
    pub fn match_criteria(&self) -> MatchCriteria {
        MatchCriteria {
            linked_id: self.appointment_id,
            agreed_appointment_id: self.agreed_appointment_id,
            clinician: self.clinician_id,
            kind: self.kind,
            counts_from: self.counts_from.get(),
        }
    }
}

/// What a follow-up is for, as it is sealed.
#[derive(Serialize, Deserialize)]
struct SealedTerms {
    purpose: FollowUpPurpose,
    questionnaire: Option<String>,
}

/// Seals what a follow-up is for.
pub(super) fn seal_terms(sealer: &Sealer, id: Id, purpose: FollowUpPurpose, questionnaire: Option<&str>) -> Result<Vec<u8>> {
    let questionnaire = questionnaire.map(str::to_owned);
    sealer.seal_json(Place(TERMS, id), &SealedTerms { purpose, questionnaire })
}

/// A follow-up with the facts that its state depends on.
#[derive(Debug, Clone)]
pub struct FollowUp {
    pub row: Row,
    /// The practitioner's reference.
    pub reference: String,
    /// The clinician's name.
    pub clinician_name: Private<String>,
    /// What its state depends on.
    pub facts: FollowUpFacts,
    pub purpose: FollowUpPurpose,
    /// The questionnaire to answer again.
    pub questionnaire: Option<String>,
    pub note: Option<Private<String>>,
    /// The note of its cancellation.
    pub cancel_note: Option<Private<String>>,
}

/// A row, the practitioner's reference, and the facts that its state depends on.
pub(super) type RowWithFacts = (Row, String, FollowUpFacts);

/// Adds to rows the practitioner's reference and the facts that the state depends on, with one query for each kind of fact.
pub(super) fn with_facts(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<RowWithFacts>> {
    let people = registration::references_and_pathways(tx, &rows.iter().map(|row| row.practitioner_id).collect::<Vec<_>>())?;
    let appointments = candidate_appointments(tx, &rows)?;
    let add_facts = |row: Row| {
        let known = people.get(&row.practitioner_id).cloned();
        let (reference, pathway) = known.ok_or_else(|| Error::internal("a follow-up without a practitioner"))?;
        let own = appointments.get(&row.practitioner_id).map_or(&[][..], Vec::as_slice);
        let appointment = rules::matching_appointment(&row.match_criteria(), own);
        let facts = FollowUpFacts { window: row.window(), closed_as: row.closed_as, pathway, appointment };
        Ok((row, reference, facts))
    };
    rows.into_iter().map(add_facts).collect()
}

/// Opens the sealed parts of rows.
pub(super) fn open_all(tx: &mut Tx, rows: Vec<RowWithFacts>) -> Result<Opened<(NaiveDate, Id), FollowUp>> {
    let names = directory::sealed_names(tx, &rows.iter().map(|(row, ..)| row.clinician_id).collect::<Vec<_>>())?;
    let open = |(row, reference, facts): RowWithFacts| -> Result<FollowUp> {
        let name = names.get(&row.clinician_id).ok_or_else(|| Error::internal("a follow-up without a clinician"))?;
        let text = |column, sealed: &Option<Vec<u8>>| {
            sealed.as_ref().map(|sealed| tx.sealer.open_text(Place(column, row.id), sealed).map(Private::new)).transpose()
        };
        let SealedTerms { purpose, questionnaire } = tx.sealer.open_json(Place(TERMS, row.id), &row.terms)?;
        Ok(FollowUp {
            reference,
            purpose,
            questionnaire,
            clinician_name: directory::open_name(tx.sealer, row.clinician_id, name)?,
            facts,
            note: text(NOTE, &row.note)?,
            cancel_note: text(CANCEL_NOTE, &row.cancel_note)?,
            row,
        })
    };
    Ok(rows.into_iter().map(|one| ((one.0.due_by, one.0.id), open(one))).collect())
}

/// The appointments that may fulfil these follow-ups, by practitioner.
fn candidate_appointments(tx: &mut Tx, rows: &[Row]) -> Result<BTreeMap<Id, Vec<CandidateAppointment>>> {
    let (mut people, mut linked, mut earliest) = (Vec::new(), Vec::new(), None);
    for row in rows {
        people.push(row.practitioner_id);
        linked.extend(row.appointment_id);
        earliest = Some(earliest.map_or(row.counts_from, |known: UtcTime| known.min(row.counts_from)));
    }
    // Read also for no follow-up: a 404 takes the same time for every reason.
    let earliest = earliest.unwrap_or(tx.now);
    people.sort();
    people.dedup();
    let mut by_person: BTreeMap<Id, Vec<CandidateAppointment>> = BTreeMap::new();
    for found in lookups::booked_or_attended_since(tx, people, earliest, linked)? {
        let lookups::BookedOrAttended { practitioner, id, clinician, kind, status, .. } = found;
        let (starts_at, attendance_recorded_at) = (found.starts_at.get(), found.attendance_recorded_at.map(UtcTime::get));
        let one = CandidateAppointment { id, clinician, kind, starts_at, status, attendance_recorded_at };
        by_person.entry(practitioner).or_default().push(one);
    }
    Ok(by_person)
}
