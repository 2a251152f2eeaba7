//! The database statements about prescriptions.

pub mod issues;
pub mod rights;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::catalogue::Limits;
use super::model::{Content, Item, PrescriptionCancelReason, PrescriptionKind, PrescriptionState, Signature, Validity};
use super::rules::controlled;
use super::rules::dosage::supply;
use super::rules::identifiers::format_short_id;
use super::rules::lifecycle::{self, IssueFacts};
use crate::schema::{assessments, prescriptions};
use people::relationships::Protected;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place, Sealer, fill_random};

const CONTENT: &str = "prescriptions.content";
const SIGNATURE: &str = "prescriptions.signature";
const NOTE: &str = "prescriptions.cancel_note";

/// A prescription, decrypted.
#[derive(Debug, Clone)]
pub struct Prescription {
    pub id: Id,
    pub practitioner: Id,
    /// The clinician who writes and signs it.
    pub clinician: Id,
    /// The assessment on which it is based; none until it is signed.
    pub assessment: Option<Id>,
    /// The prescription number that is printed.
    pub short_id: String,
    pub state: PrescriptionState,
    /// Whether it is issued once or repeatedly.
    pub kind: PrescriptionKind,
    /// What the author wrote.
    pub content: Content,
    /// What the signature added.
    pub signature: Option<Signature>,
    pub signed_at: Option<UtcTime>,
    /// The days on which it is valid; none until it is signed.
    pub validity: Option<Validity>,
    /// How many issues are allowed.
    pub issues_allowed: i32,
    /// How many issues were made.
    pub issues_made: i32,
    pub last_issued_at: Option<UtcTime>,
    /// The cancellation, if it is cancelled.
    pub cancellation: Option<Cancellation>,
    pub version: i32,
    pub created_at: UtcTime,
}

/// The cancellation of a prescription.
#[derive(Debug, Clone)]
pub struct Cancellation {
    pub at: UtcTime,
    pub by: Id,
    pub reason: PrescriptionCancelReason,
    /// The note about it.
    pub note: Option<Private<String>>,
}

impl Prescription {
    /// What an issue depends on; nothing before it is signed.
    pub fn issue_facts(&self) -> Option<IssueFacts> {
        let validity = self.validity?;
        Some(IssueFacts {
            state: self.state,
            valid_from: validity.valid_from,
            valid_until: validity.valid_until,
            ends_on: validity.ends_on,
            allowed: self.issues_allowed,
            made: self.issues_made,
            last_issued_on: self.last_issued_at.map(UtcTime::london_day),
            interval_days: self.content.repeat.map_or(0, |repeat| repeat.interval_days),
            review_on: self.content.repeat.and_then(|repeat| repeat.review_on),
        })
    }
}

impl Prescription {
    /// The last day on which each item may be dispensed for the first time; none before it is signed. Never later than what was
    /// stored when it was signed. A prescription of an earlier version stored none for its items: `of_its_day` are the limits of the day
    /// on which it was signed.
    pub fn last_days(&self, of_its_day: &Limits) -> Vec<Option<NaiveDate>> {
        let signed = self.signed_at.map(UtcTime::london_day).zip(self.validity);
        let stored = self.signature.iter().flat_map(|signature| signature.last_days.iter().copied().map(Some));
        let stored = stored.chain(std::iter::repeat(None));
        let last_day = |(item, stored): (&Item, Option<NaiveDate>)| {
            let (signed_on, validity) = signed?;
            let last = stored.or_else(|| controlled::last_day(item, &self.content, of_its_day, signed_on));
            Some(last?.min(validity.valid_until))
        };
        self.content.items.iter().zip(stored).map(last_day).collect()
    }

    /// Of each item, whether it is still taken, or may still be issued, on this day. `of_its_day` as in [`Self::last_days`]; `tolerance` is
    /// that of quantities today.
    pub fn current(&self, of_its_day: &Limits, tolerance: u16, today: NaiveDate) -> Vec<bool> {
        let is_current = |item: &Item, last_day: Option<NaiveDate>| {
            self.issue_facts().is_some_and(|facts| {
                let facts = IssueFacts { valid_until: last_day.unwrap_or(facts.valid_until), ..facts };
                lifecycle::is_current(&facts, supply(item, tolerance).days(), today)
            })
        };
        self.content.items.iter().zip(self.last_days(of_its_day)).map(|(item, last_day)| is_current(item, last_day)).collect()
    }

    /// The items that are still taken, or may still be issued, on this day.
    pub fn current_items(&self, of_its_day: &Limits, tolerance: u16, today: NaiveDate) -> Vec<&Item> {
        self.content
            .items
            .iter()
            .zip(self.current(of_its_day, tolerance, today))
            .filter(|(_, current)| *current)
            .map(|(item, _)| item)
            .collect()
    }

    /// The last day for which the last issue supplies an item, if there was an issue.
    pub fn supplied_until(&self, item: &Item, tolerance: u16) -> Option<NaiveDate> {
        lifecycle::supplied_until(&self.issue_facts()?, supply(item, tolerance).days())
    }

    /// Whether it has expired on this day: issues were left, but it is no longer valid.
    pub fn is_expired(&self, today: NaiveDate) -> bool {
        let open = matches!(self.state, PrescriptionState::Signed | PrescriptionState::Issued);
        let last = self.validity.map(|validity| if self.issues_made == 0 { validity.valid_until } else { validity.ends_on });
        open && self.issues_made < self.issues_allowed && last.is_some_and(|last| today > last)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = prescriptions)]
struct Row {
    id: Id,
    practitioner_id: Id,
    clinician_id: Id,
    assessment_id: Option<Id>,
    short_id: String,
    state: PrescriptionState,
    kind: PrescriptionKind,
    content: Vec<u8>,
    signature: Option<Vec<u8>>,
    signed_at: Option<UtcTime>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    issues_allowed: i32,
    issues_made: i32,
    last_issued_at: Option<UtcTime>,
    cancelled_at: Option<UtcTime>,
    cancelled_by: Option<Id>,
    cancel_reason: Option<PrescriptionCancelReason>,
    cancel_note: Option<Vec<u8>>,
    version: i32,
    created_at: UtcTime,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Prescription> {
    let place = |column| Place(column, row.id);
    let note = row.cancel_note.map(|note| sealer.open_text(place(NOTE), &note)).transpose()?.map(Private::new);
    let cancelled = match (row.cancelled_at, row.cancelled_by, row.cancel_reason) {
        (Some(at), Some(by), Some(reason)) => Some(Cancellation { at, by, reason, note }),
        _ => None,
    };
    let validity = match (row.valid_from, row.valid_until, row.ends_on) {
        (Some(valid_from), Some(valid_until), Some(ends_on)) => Some(Validity { valid_from, valid_until, ends_on }),
        _ => None,
    };
    Ok(Prescription {
        content: sealer.open_json(place(CONTENT), &row.content)?,
        signature: row.signature.map(|sealed| sealer.open_json(place(SIGNATURE), &sealed)).transpose()?,
        id: row.id,
        practitioner: row.practitioner_id,
        clinician: row.clinician_id,
        assessment: row.assessment_id,
        short_id: row.short_id,
        state: row.state,
        kind: row.kind,
        signed_at: row.signed_at,
        validity,
        issues_allowed: row.issues_allowed,
        issues_made: row.issues_made,
        last_issued_at: row.last_issued_at,
        cancellation: cancelled,
        version: row.version,
        created_at: row.created_at,
    })
}

/// A prescription number that is not in use. Two requests may draw the same number at the same moment; the unique constraint
/// then refuses the second.
pub fn new_short_id(tx: &mut Tx, ods_code: &str) -> Result<String> {
    for _ in 0..8 {
        let mut bytes = [0; 6];
        fill_random(&mut bytes);
        let drawn = format_short_id(bytes, ods_code);
        let taken = prescriptions::table.filter(prescriptions::short_id.eq(&drawn)).select(prescriptions::id);
        if taken.get_result::<Id>(tx.conn).optional()?.is_none() {
            return Ok(drawn);
        }
    }
    Err(Error::unavailable("no unused prescription number was found"))
}

/// The values that are also stored in columns, unencrypted.
fn plain_columns(content: &Content) -> (PrescriptionKind, i32, i32, Option<NaiveDate>) {
    match content.repeat {
        Some(repeat) => (PrescriptionKind::Repeat, repeat.issues.into(), repeat.interval_days.into(), repeat.review_on),
        None => (PrescriptionKind::Acute, 1, 0, None),
    }
}

/// Stores a new draft.
pub fn insert(tx: &mut Tx, id: Id, parties: (Id, Id), short_id: &str, content: &Content) -> Result<()> {
    let ((practitioner, clinician), (kind, allowed, interval, review_on)) = (parties, plain_columns(content));
    diesel::insert_into(prescriptions::table)
        .values((
            prescriptions::id.eq(id),
            prescriptions::practitioner_id.eq(practitioner),
            prescriptions::clinician_id.eq(clinician),
            prescriptions::short_id.eq(short_id),
            prescriptions::state.eq(PrescriptionState::Draft),
            prescriptions::kind.eq(kind),
            prescriptions::content.eq(tx.sealer.seal_json(Place(CONTENT, id), content)?),
            prescriptions::review_on.eq(review_on),
            prescriptions::interval_days.eq(interval),
            prescriptions::issues_allowed.eq(allowed),
            prescriptions::issues_made.eq(0),
            prescriptions::version.eq(1),
            prescriptions::created_at.eq(tx.now),
            prescriptions::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Replaces the content of a draft.
pub fn replace(tx: &mut Tx, id: Id, content: &Content) -> Result<()> {
    let (kind, allowed, interval, review_on) = plain_columns(content);
    diesel::update(prescriptions::table.find(id).filter(prescriptions::state.eq(PrescriptionState::Draft)))
        .set((
            prescriptions::kind.eq(kind),
            prescriptions::content.eq(tx.sealer.seal_json(Place(CONTENT, id), content)?),
            prescriptions::review_on.eq(review_on),
            prescriptions::interval_days.eq(interval),
            prescriptions::issues_allowed.eq(allowed),
            prescriptions::version.eq(prescriptions::version + 1),
            prescriptions::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Signs a draft.
pub fn sign(tx: &mut Tx, id: Id, assessment: Id, signature: &Signature, validity: &Validity) -> Result<()> {
    diesel::update(prescriptions::table.find(id).filter(prescriptions::state.eq(PrescriptionState::Draft)))
        .set((
            prescriptions::state.eq(PrescriptionState::Signed),
            prescriptions::assessment_id.eq(Some(assessment)),
            prescriptions::signature.eq(Some(tx.sealer.seal_json(Place(SIGNATURE, id), signature)?)),
            prescriptions::signed_at.eq(Some(tx.now)),
            prescriptions::valid_from.eq(Some(validity.valid_from)),
            prescriptions::valid_until.eq(Some(validity.valid_until)),
            prescriptions::ends_on.eq(Some(validity.ends_on)),
            prescriptions::version.eq(prescriptions::version + 1),
            prescriptions::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Cancels a prescription.
pub fn cancel(tx: &mut Tx, id: Id, cancellation: &Cancellation) -> Result<()> {
    let note = cancellation.note.as_ref().map(|note| tx.sealer.seal_text(Place(NOTE, id), note.reveal())).transpose()?;
    diesel::update(prescriptions::table.find(id))
        .set((
            prescriptions::state.eq(PrescriptionState::Cancelled),
            prescriptions::cancelled_at.eq(Some(cancellation.at)),
            prescriptions::cancelled_by.eq(Some(cancellation.by)),
            prescriptions::cancel_reason.eq(Some(cancellation.reason)),
            prescriptions::cancel_note.eq(note),
            prescriptions::version.eq(prescriptions::version + 1),
            prescriptions::updated_at.eq(cancellation.at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The prescription with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Prescription>>> {
    let row: Option<Row> = prescriptions::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let found = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(found.map(|prescription| Protected::new(prescription.practitioner, prescription)))
}

/// Filters of prescriptions.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub practitioner: Id,
    /// Only those in this state.
    pub state: Option<PrescriptionState>,
    pub signed_only: bool,
    /// Only those older than this one.
    pub before: Option<Id>,
}

/// A practitioner's prescriptions, the newest first.
pub fn list(tx: &mut Tx, filter: Filter, limit: i64) -> Result<Opened<Id, Prescription>> {
    let mut query =
        prescriptions::table.filter(prescriptions::practitioner_id.eq(filter.practitioner)).select(Row::as_select()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(prescriptions::state.eq(state));
    }
    if filter.signed_only {
        query = query.filter(prescriptions::signed_at.is_not_null());
    }
    if let Some(before) = filter.before {
        query = query.filter(prescriptions::id.lt(before));
    }
    let rows: Vec<Row> = query.order(prescriptions::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// A practitioner's prescriptions that are not cancelled, drafts included.
pub fn not_cancelled(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(prescriptions::table
        .filter(prescriptions::practitioner_id.eq(practitioner))
        .filter(prescriptions::state.ne(PrescriptionState::Cancelled))
        .order(prescriptions::id)
        .select(prescriptions::id)
        .load(tx.conn)?)
}

/// A signed prescription, as far as the end of care depends on it. Nothing of it is decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedPrescription {
    pub id: Id,
    /// The clinician who signed it.
    pub clinician: Id,
    /// How many issues were made.
    pub made: i32,
    /// How many issues are allowed.
    pub allowed: i32,
    /// The last day for the first issue.
    pub valid_until: NaiveDate,
    /// The last day for any issue.
    pub ends_on: NaiveDate,
}

/// A practitioner's prescriptions that are signed and not cancelled, the oldest first.
pub fn signed(tx: &mut Tx, practitioner: Id) -> Result<Vec<SignedPrescription>> {
    type Signed = (Id, Id, i32, i32, Option<NaiveDate>, Option<NaiveDate>);
    let rows: Vec<Signed> = prescriptions::table
        .filter(prescriptions::practitioner_id.eq(practitioner))
        .filter(prescriptions::state.eq_any([PrescriptionState::Signed, PrescriptionState::Issued]))
        .order(prescriptions::id)
        .select((
            prescriptions::id,
            prescriptions::clinician_id,
            prescriptions::issues_made,
            prescriptions::issues_allowed,
            prescriptions::valid_until,
            prescriptions::ends_on,
        ))
        .load(tx.conn)?;
    let open = |(id, clinician, made, allowed, valid_until, ends_on): Signed| {
        Some(SignedPrescription { id, clinician, made, allowed, valid_until: valid_until?, ends_on: ends_on? })
    };
    Ok(rows.into_iter().filter_map(open).collect())
}

/// A practitioner's prescriptions that are signed, and those that were cancelled after an issue: what was issued is still taken.
pub fn in_force(tx: &mut Tx, practitioner: Id) -> Result<Vec<Prescription>> {
    let rows: Vec<Row> = prescriptions::table
        .filter(prescriptions::practitioner_id.eq(practitioner))
        .filter(
            prescriptions::state
                .eq_any([PrescriptionState::Signed, PrescriptionState::Issued])
                .or(prescriptions::state.eq(PrescriptionState::Cancelled).and(prescriptions::issues_made.gt(0))),
        )
        .select(Row::as_select())
        .load(tx.conn)?;
    rows.into_iter().map(|row| unseal(tx.sealer, row)).collect()
}

/// The practitioner's latest assessment that was submitted.
pub fn latest_assessment(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    Ok(assessments::table
        .filter(assessments::practitioner_id.eq(practitioner))
        .filter(assessments::submitted_at.is_not_null())
        .order(assessments::id.desc())
        .select(assessments::id)
        .first(tx.conn)
        .optional()?)
}

/// Locks a prescription until the transaction ends; `None` when there is none.
pub fn lock_prescription(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(platform::lock_row!(tx.conn, prescriptions, id)?)
}
