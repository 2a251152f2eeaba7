//! Database queries about fit notes, their duplicates and return-to-work plans.

pub mod plans;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{FitNoteContent, FitNoteRecord, FitNoteState, FitNoteWithdrawalReason, WrittenReport};
use super::rules::code;
use crate::schema::{fit_note_duplicates, fit_notes};
use people::relationships::Protected;
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer};
use platform::text::folded;

const CONTENT: &str = "fit_notes.content";
const RECORD: &str = "fit_notes.record";
const WITHDRAWAL: &str = "fit_notes.withdrawal";

/// A fit note with its opened content.
#[derive(Debug, Clone)]
pub struct FitNote {
    pub id: Id,
    pub practitioner: Id,
    /// The clinician who issued it.
    pub clinician: Id,
    /// The appointment that it is based on.
    pub appointment: Option<Id>,
    /// What is printed on it.
    pub content: FitNoteContent,
    /// Facts that are not printed.
    pub record: FitNoteRecord,
    pub issued_at: UtcTime,
    /// When it was withdrawn, and why.
    pub withdrawal: Option<(UtcTime, Withdrawal)>,
}

impl FitNote {
    pub fn state(&self) -> FitNoteState {
        if self.withdrawal.is_some() { FitNoteState::Withdrawn } else { FitNoteState::Issued }
    }
}

/// Why a note was withdrawn.
#[derive(Clone, Serialize, Deserialize)]
pub struct Withdrawal {
    pub reason: FitNoteWithdrawalReason,
    /// Explanation of the reason.
    pub explanation: Option<String>,
}

platform::redacted_debug!(Withdrawal);

#[derive(Queryable, Selectable)]
#[diesel(table_name = fit_notes)]
struct Row {
    id: Id,
    practitioner_id: Id,
    clinician_id: Id,
    appointment_id: Option<Id>,
    content: Vec<u8>,
    record: Vec<u8>,
    issued_at: UtcTime,
    withdrawn_at: Option<UtcTime>,
    withdrawal: Option<Vec<u8>>,
}

impl Row {
    fn open(self, sealer: &Sealer) -> Result<FitNote> {
        let withdrawal = match (self.withdrawn_at, &self.withdrawal) {
            (Some(at), Some(sealed)) => Some((at, sealer.open_json(Place(WITHDRAWAL, self.id), sealed)?)),
            _ => None,
        };
        Ok(FitNote {
            id: self.id,
            practitioner: self.practitioner_id,
            clinician: self.clinician_id,
            appointment: self.appointment_id,
            content: sealer.open_json(Place(CONTENT, self.id), &self.content)?,
            record: sealer.open_json(Place(RECORD, self.id), &self.record)?,
            issued_at: self.issued_at,
            withdrawal,
        })
    }
}

/// The code that is printed on a note. It is derived from the note's id and a key, so that it need not be stored.
pub fn verification_code(sealer: &Sealer, note: Id) -> String {
    code::format(&sealer.tag("fit_note_code", &[note.0.as_bytes().as_slice()]))
}

/// The tag by which the note with a code is found.
pub fn code_tag(sealer: &Sealer, code: &str) -> String {
    let proper = code::parse(code).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(sealer.tag("fit_note_code_tag", &[proper.as_bytes()]))
}

/// The blind index of a report: practitioner, author, profession and date.
fn report_index(sealer: &Sealer, practitioner: Id, report: &WrittenReport) -> String {
    former_report_index(sealer, practitioner, &WrittenReport { author: folded(&report.author), ..report.clone() })
}

/// The former blind index, which depended on apostrophes and accents in the author's name.
fn former_report_index(sealer: &Sealer, practitioner: Id, report: &WrittenReport) -> String {
    let key = format!("{practitioner} {} {} {}", report.written_on, report.profession.as_str(), report.author);
    sealer.blind_index("fit_note_report", &key)
}

/// Whether a valid note based on this report is stored under the former index.
fn exists_under_former_index(tx: &mut Tx, new: &FitNote) -> Result<bool> {
    let Some(report) = &new.record.report else { return Ok(false) };
    let former = former_report_index(tx.sealer, new.practitioner, report);
    let same = fit_notes::table.filter(fit_notes::report_index.eq(former)).filter(fit_notes::withdrawn_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)?)
}

/// Saves a note.
///
/// # Errors
/// 409 `fit_note_exists` when a valid note is based on the same appointment or report.
pub fn insert(tx: &mut Tx, new: &FitNote) -> Result<()> {
    if exists_under_former_index(tx, new)? {
        return Err(Reason::FitNoteExists.into());
    }
    let report = new.record.report.as_ref().map(|report| report_index(tx.sealer, new.practitioner, report));
    diesel::insert_into(fit_notes::table)
        .values((
            fit_notes::id.eq(new.id),
            fit_notes::practitioner_id.eq(new.practitioner),
            fit_notes::clinician_id.eq(new.clinician),
            fit_notes::appointment_id.eq(new.appointment),
            fit_notes::report_index.eq(report),
            fit_notes::content.eq(tx.sealer.seal_json(Place(CONTENT, new.id), &new.content)?),
            fit_notes::record.eq(tx.sealer.seal_json(Place(RECORD, new.id), &new.record)?),
            fit_notes::code_tag.eq(code_tag(tx.sealer, &verification_code(tx.sealer, new.id))),
            fit_notes::issued_at.eq(new.issued_at),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            let taken = "fit_notes_one_an_appointment|fit_notes.appointment_id|fit_notes_one_a_report|fit_notes.report_index";
            if violates(&error, taken) { Reason::FitNoteExists.into() } else { Error::from(error) }
        })?;
    Ok(())
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<FitNote>>> {
    let row: Option<Row> = fit_notes::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let found = row.map(|row| row.open(tx.sealer)).transpose()?;
    Ok(found.map(|note| Protected::new(note.practitioner, note)))
}

/// A note and its practitioner.
type NoteOf = (Id, Id);

/// The note with that code, and its content. The content of a withdrawn note is not opened, so that finding it takes no longer than
/// finding no note.
pub fn find_by_code(tx: &mut Tx, tag: &str) -> Result<(Option<NoteOf>, Option<FitNoteContent>)> {
    let row: Option<(Id, Id, Option<UtcTime>, Vec<u8>)> = fit_notes::table
        .filter(fit_notes::code_tag.eq(tag))
        .select((fit_notes::id, fit_notes::practitioner_id, fit_notes::withdrawn_at, fit_notes::content))
        .get_result(tx.conn)
        .optional()?;
    Ok(match row {
        Some((id, practitioner, None, content)) => {
            (Some((id, practitioner)), Some(tx.sealer.open_json(Place(CONTENT, id), &content)?))
        }
        Some((id, practitioner, Some(_), _)) => (Some((id, practitioner)), None),
        None => (None, None),
    })
}

/// A practitioner's notes, newest first.
pub fn list(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, FitNote>> {
    let mut query = fit_notes::table.filter(fit_notes::practitioner_id.eq(practitioner)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(fit_notes::id.lt(before));
    }
    let rows: Vec<Row> = query.order(fit_notes::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.open(tx.sealer))).collect())
}

/// The content of a practitioner's valid notes.
pub fn valid_contents(tx: &mut Tx, practitioner: Id) -> Result<Vec<FitNoteContent>> {
    let rows: Vec<(Id, Vec<u8>)> = fit_notes::table
        .filter(fit_notes::practitioner_id.eq(practitioner))
        .filter(fit_notes::withdrawn_at.is_null())
        .select((fit_notes::id, fit_notes::content))
        .load(tx.conn)?;
    rows.into_iter().map(|(id, content)| tx.sealer.open_json(Place(CONTENT, id), &content)).collect()
}

/// Withdraws a note.
pub fn withdraw(tx: &mut Tx, id: Id, by: Id, withdrawal: &Withdrawal) -> Result<()> {
    let valid = fit_notes::table.find(id).filter(fit_notes::withdrawn_at.is_null());
    let changed = diesel::update(valid)
        .set((
            fit_notes::withdrawn_at.eq(Some(tx.now)),
            fit_notes::withdrawn_by.eq(Some(by)),
            fit_notes::withdrawal.eq(Some(tx.sealer.seal_json(Place(WITHDRAWAL, id), withdrawal)?)),
        ))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(Reason::FitNoteWithdrawn.into()) }
}

/// A duplicate of a note that was lost.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = fit_note_duplicates)]
pub struct Duplicate {
    pub id: Id,
    pub fit_note_id: Id,
    /// The clinician who issued it.
    pub clinician_id: Id,
    pub issued_at: UtcTime,
}

/// Saves a duplicate.
pub fn insert_duplicate(tx: &mut Tx, new: &Duplicate) -> Result<()> {
    diesel::insert_into(fit_note_duplicates::table)
        .values((
            fit_note_duplicates::id.eq(new.id),
            fit_note_duplicates::fit_note_id.eq(new.fit_note_id),
            fit_note_duplicates::clinician_id.eq(new.clinician_id),
            fit_note_duplicates::issued_at.eq(new.issued_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The duplicates of a note, oldest first.
pub fn duplicates(tx: &mut Tx, note: Id) -> Result<Vec<Duplicate>> {
    Ok(fit_note_duplicates::table
        .filter(fit_note_duplicates::fit_note_id.eq(note))
        .select(Duplicate::as_select())
        .order(fit_note_duplicates::id)
        .load(tx.conn)?)
}
