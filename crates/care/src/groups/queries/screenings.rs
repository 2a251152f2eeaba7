//! Results of screenings, and practitioners who must be screened again after a place was refused.

use diesel::prelude::*;

use crate::groups::model::ScreeningVerdict;
use crate::schema::{group_rescreenings, group_screenings};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::on;
use platform::seal::Place;

const NOTES: &str = "group_screenings.notes";
/// The place of the verdict.
pub const VERDICT: &str = "group_screenings.sealed_verdict";

/// A screening.
#[derive(Clone)]
pub struct Screening {
    pub id: Id,
    pub group: Id,
    /// The practitioner who was screened.
    pub practitioner: Id,
    pub clinician: Id,
    pub verdict: ScreeningVerdict,
    /// The clinician's notes.
    pub notes: Option<String>,
    pub recorded_at: UtcTime,
}

platform::redacted_debug!(Screening);

/// Stores a screening.
pub fn insert(tx: &mut Tx, new: &Screening) -> Result<()> {
    let notes = new.notes.as_deref().map(|notes| tx.sealer.seal_text(Place(NOTES, new.id), notes)).transpose()?;
    diesel::insert_into(group_screenings::table)
        .values((
            group_screenings::id.eq(new.id),
            group_screenings::group_id.eq(new.group),
            group_screenings::practitioner_id.eq(new.practitioner),
            group_screenings::clinician_id.eq(new.clinician),
            group_screenings::sealed_verdict.eq(tx.sealer.seal_json(Place(VERDICT, new.id), &new.verdict)?),
            group_screenings::notes.eq(notes),
            group_screenings::recorded_at.eq(new.recorded_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type Row = (Id, Id, Vec<u8>, Option<Vec<u8>>, UtcTime);

/// The latest screening of a practitioner for a group.
pub fn latest(tx: &mut Tx, group: Id, practitioner: Id) -> Result<Option<Screening>> {
    let row: Option<Row> = group_screenings::table
        .filter(group_screenings::group_id.eq(group))
        .filter(group_screenings::practitioner_id.eq(practitioner))
        .order((group_screenings::recorded_at.desc(), group_screenings::id.desc()))
        .select((
            group_screenings::id,
            group_screenings::clinician_id,
            group_screenings::sealed_verdict,
            group_screenings::notes,
            group_screenings::recorded_at,
        ))
        .limit(1)
        .get_result(tx.conn)
        .optional()?;
    let Some((id, clinician, verdict, notes, recorded_at)) = row else { return Ok(None) };
    let verdict = tx.sealer.open_json(Place(VERDICT, id), &verdict)?;
    let notes = notes.map(|notes| tx.sealer.open_text(Place(NOTES, id), &notes)).transpose()?;
    Ok(Some(Screening { id, group, practitioner, clinician, verdict, notes, recorded_at }))
}

/// True when a place was refused the practitioner and they were not screened since.
pub fn needs_new_screening(tx: &mut Tx, group: Id, practitioner: Id) -> Result<bool> {
    let found = group_rescreenings::table.find((group, practitioner)).select(group_rescreenings::group_id);
    Ok(found.get_result::<Id>(tx.conn).optional()?.is_some())
}

/// Records that a place was refused the practitioner, so that they must be screened again.
pub fn require_new_screening(tx: &mut Tx, group: Id, practitioner: Id) -> Result<()> {
    let row = (
        group_rescreenings::group_id.eq(group),
        group_rescreenings::practitioner_id.eq(practitioner),
        group_rescreenings::required_at.eq(tx.now),
    );
    on!(tx.conn, |inner| diesel::insert_into(group_rescreenings::table).values(row).on_conflict_do_nothing().execute(inner))?;
    Ok(())
}

/// Records that they were screened again.
pub fn clear_new_screening(tx: &mut Tx, group: Id, practitioner: Id) -> Result<()> {
    diesel::delete(group_rescreenings::table.find((group, practitioner))).execute(tx.conn)?;
    Ok(())
}
