//! Outcomes of assessments, as recorded by clinicians.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::assessment::model::AssessmentOutcome;
use crate::schema::assessment_outcomes;
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "assessment_outcomes.details";
/// The place of what was decided.
pub const OUTCOME: &str = "assessment_outcomes.sealed_outcome";

/// The texts of an outcome, as they are sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct OutcomeDetails {
    /// What was agreed; the practitioner can read it.
    pub plan: Option<String>,
    /// The clinician's findings, for clinicians only.
    pub summary: Option<String>,
    /// The services that the practitioner is signposted to.
    pub signpost_ids: Vec<String>,
}

platform::redacted_debug!(OutcomeDetails);

/// An outcome of an assessment.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub id: Id,
    /// The assessment appointment.
    pub appointment: Id,
    /// The clinician who recorded it.
    pub clinician: Id,
    pub outcome: AssessmentOutcome,
    pub details: OutcomeDetails,
    pub recorded_at: UtcTime,
}

/// Saves an outcome.
///
/// # Errors
/// 409 `outcome_recorded` when the appointment already has one.
pub fn insert_outcome(tx: &mut Tx, assessment: Id, new: &Outcome) -> Result<()> {
    diesel::insert_into(assessment_outcomes::table)
        .values((
            assessment_outcomes::id.eq(new.id),
            assessment_outcomes::assessment_id.eq(assessment),
            assessment_outcomes::appointment_id.eq(new.appointment),
            assessment_outcomes::clinician_id.eq(new.clinician),
            assessment_outcomes::sealed_outcome.eq(tx.sealer.seal_json(Place(OUTCOME, new.id), &new.outcome)?),
            assessment_outcomes::details.eq(tx.sealer.seal_json(Place(DETAILS, new.id), &new.details)?),
            assessment_outcomes::recorded_at.eq(new.recorded_at),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            if violates(&error, "assessment_outcomes_appointment|assessment_outcomes.appointment_id") {
                Reason::OutcomeRecorded.into()
            } else {
                Error::from(error)
            }
        })?;
    Ok(())
}

/// The outcome of an appointment, if it has one.
pub fn outcome_of_appointment(tx: &mut Tx, appointment: Id) -> Result<Option<Id>> {
    Ok(assessment_outcomes::table
        .filter(assessment_outcomes::appointment_id.eq(appointment))
        .select(assessment_outcomes::id)
        .get_result(tx.conn)
        .optional()?)
}

/// Id, appointment, clinician, outcome and details as they are sealed, and when it was recorded.
type Row = (Id, Id, Id, Vec<u8>, Vec<u8>, UtcTime);

/// The outcomes of an assessment, oldest first.
pub fn outcomes(tx: &mut Tx, assessment: Id) -> Result<Opened<Id, Outcome>> {
    let rows: Vec<Row> = assessment_outcomes::table
        .filter(assessment_outcomes::assessment_id.eq(assessment))
        .select((
            assessment_outcomes::id,
            assessment_outcomes::appointment_id,
            assessment_outcomes::clinician_id,
            assessment_outcomes::sealed_outcome,
            assessment_outcomes::details,
            assessment_outcomes::recorded_at,
        ))
        .order(assessment_outcomes::id)
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.0, unseal(tx.sealer, row))).collect())
}

fn unseal(sealer: &Sealer, (id, appointment, clinician, outcome, details, recorded_at): Row) -> Result<Outcome> {
    let outcome = sealer.open_json(Place(OUTCOME, id), &outcome)?;
    let details = sealer.open_json(Place(DETAILS, id), &details)?;
    Ok(Outcome { id, appointment, clinician, outcome, details, recorded_at })
}
