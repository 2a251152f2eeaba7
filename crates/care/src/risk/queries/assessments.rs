//! Database queries about structured risk assessments. They are added, never changed.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::risk::model::AssessmentContent;
use crate::schema::{risk_alerts, risk_assessments};
use people::relationships::Protected;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "risk_assessments.details";

/// A risk assessment of a clinician, with the plan.
#[derive(Debug, Clone)]
pub struct RiskAssessment {
    pub id: Id,
    pub practitioner: Id,
    /// The alert that it closed, if it closed one.
    pub alert: Option<Id>,
    pub clinician: Id,
    pub at: UtcTime,
    pub content: AssessmentContent,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = risk_assessments)]
struct Row {
    id: Id,
    practitioner_id: Id,
    alert_id: Option<Id>,
    clinician_id: Id,
    recorded_at: UtcTime,
    details: Vec<u8>,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<RiskAssessment> {
    Ok(RiskAssessment {
        id: row.id,
        practitioner: row.practitioner_id,
        alert: row.alert_id,
        clinician: row.clinician_id,
        at: row.recorded_at,
        content: sealer.open_json(Place(DETAILS, row.id), &row.details)?,
    })
}

/// Stores an assessment; `alert` is the one that it closes.
pub fn insert(tx: &mut Tx, practitioner: Id, alert: Option<Id>, clinician: Id, content: &AssessmentContent) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(risk_assessments::table)
        .values((
            risk_assessments::id.eq(id),
            risk_assessments::practitioner_id.eq(practitioner),
            risk_assessments::alert_id.eq(alert),
            risk_assessments::clinician_id.eq(clinician),
            risk_assessments::recorded_at.eq(tx.now),
            risk_assessments::details.eq(tx.sealer.seal_json(Place(DETAILS, id), content)?),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<RiskAssessment>>> {
    let row: Option<Row> = risk_assessments::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let found = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(found.map(|assessment| Protected::new(assessment.practitioner, assessment)))
}

/// That there is an assessment with this id, before it is opened.
pub fn exists(tx: &mut Tx, id: Id) -> Result<Option<Protected<()>>> {
    let practitioner: Option<Id> =
        risk_assessments::table.find(id).select(risk_assessments::practitioner_id).get_result(tx.conn).optional()?;
    Ok(practitioner.map(|practitioner| Protected::new(practitioner, ())))
}

/// A practitioner's assessments, newest first.
pub fn list(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, RiskAssessment>> {
    let mut query =
        risk_assessments::table.filter(risk_assessments::practitioner_id.eq(practitioner)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(risk_assessments::id.lt(before));
    }
    let rows: Vec<Row> = query.order(risk_assessments::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// The ids of the assessments that closed these alerts, by alert.
pub fn closing(tx: &mut Tx, alerts: &[Id]) -> Result<BTreeMap<Id, Id>> {
    let rows: Vec<(Option<Id>, Id)> = risk_assessments::table
        .filter(risk_assessments::alert_id.eq_any(alerts.to_vec()))
        .select((risk_assessments::alert_id, risk_assessments::id))
        .load(tx.conn)?;
    Ok(rows.into_iter().filter_map(|(alert, id)| Some((alert?, id))).collect())
}

/// A practitioner's alerts that were closed without an assessment at this time or later. An alert is closed so with a recorded death
/// alone, and nothing is raised after it.
pub fn closed_without(tx: &mut Tx, practitioner: Id, since: UtcTime) -> Result<Vec<Id>> {
    let closed: Vec<Id> = risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq(practitioner))
        .filter(risk_alerts::closed_at.ge(Some(since)))
        .order(risk_alerts::id)
        .select(risk_alerts::id)
        .load(tx.conn)?;
    let assessed = closing(tx, &closed)?;
    Ok(closed.into_iter().filter(|alert| !assessed.contains_key(alert)).collect())
}
