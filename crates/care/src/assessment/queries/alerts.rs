//! Risk alerts: an answer shows risk, and a member of staff must act on it.

use std::collections::BTreeSet;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::assessment::model::AlertState;
use crate::schema::risk_alerts;
use people::accounts::queries as accounts;
use people::practitioners::queries as registration;
use people::relationships::{KnownTo, Protected};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, readable_or_none};

const NOTE: &str = "risk_alerts.note";

/// The answer that raised an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertSource {
    /// An answer in an assessment.
    Assessment(Id),
    /// An answer in a self-check that the practitioner added to their record.
    SelfCheck(Id),
}

#[derive(Debug, Clone)]
pub struct Alert {
    pub id: Id,
    pub practitioner: Id,
    /// The practitioner's reference, used instead of a name.
    pub reference: String,
    /// The name that the practitioner chose.
    pub pseudonym: String,
    /// The assessment that contains the answer, if one does.
    pub assessment: Option<Id>,
    /// The self-check that contains the answer, if one does.
    pub self_check: Option<Id>,
    pub questionnaire: String,
    pub raised_at: UtcTime,
    /// When it was acknowledged, and who acknowledged it.
    pub acknowledged: Option<(UtcTime, Id)>,
    /// What was done about it.
    pub note: Option<Private<String>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = risk_alerts)]
struct Row {
    id: Id,
    practitioner_id: Id,
    assessment_id: Option<Id>,
    questionnaire: String,
    raised_at: UtcTime,
    acknowledged_at: Option<UtcTime>,
    acknowledged_by: Option<Id>,
    note: Option<Vec<u8>>,
    self_check_id: Option<Id>,
}

/// Raises an alert.
pub fn raise(tx: &mut Tx, practitioner: Id, about: AlertSource, questionnaire: &str) -> Result<Id> {
    let id = Id::new(tx.now);
    let (assessment, self_check) = match about {
        AlertSource::Assessment(id) => (Some(id), None),
        AlertSource::SelfCheck(id) => (None, Some(id)),
    };
    diesel::insert_into(risk_alerts::table)
        .values((
            risk_alerts::id.eq(id),
            risk_alerts::practitioner_id.eq(practitioner),
            risk_alerts::assessment_id.eq(assessment),
            risk_alerts::self_check_id.eq(self_check),
            risk_alerts::questionnaire.eq(questionnaire),
            risk_alerts::raised_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Whether a practitioner has an alert that is not acknowledged.
pub fn has_open_alert(tx: &mut Tx, practitioner: Id) -> Result<bool> {
    let open = risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq(practitioner))
        .filter(risk_alerts::acknowledged_at.is_null())
        .select(risk_alerts::id);
    Ok(open.first::<Id>(tx.conn).optional()?.is_some())
}

/// A practitioner's alerts that are not acknowledged.
pub fn open_alerts_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq(practitioner))
        .filter(risk_alerts::acknowledged_at.is_null())
        .order(risk_alerts::id)
        .select(risk_alerts::id)
        .load(tx.conn)?)
}

/// The alert with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Alert>>> {
    let row: Option<Row> = risk_alerts::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let Some(row) = row else {
        // Read also when there is no such alert: a 404 takes the same time for every reason.
        reference_and_name(tx, Id::NO_RECORD)?;
        return Ok(None);
    };
    let alert = unseal(tx, row)?;
    Ok(Some(Protected::new(alert.practitioner, alert)))
}

/// Alerts, newest first: only those about practitioners that the caller may know of.
pub fn list(tx: &mut Tx, known_to: &KnownTo, state: Option<AlertState>, before: Option<Id>, limit: i64) -> Result<Vec<Alert>> {
    let known = sql::<Bool>(&known_to.condition("risk_alerts.practitioner_id"));
    let mut query = risk_alerts::table.select(Row::as_select()).filter(known).into_boxed();
    match state {
        Some(AlertState::Open) => query = query.filter(risk_alerts::acknowledged_at.is_null()),
        Some(AlertState::Acknowledged) => query = query.filter(risk_alerts::acknowledged_at.is_not_null()),
        None => {}
    }
    if let Some(before) = before {
        query = query.filter(risk_alerts::id.lt(before));
    }
    let rows: Vec<Row> = query.order(risk_alerts::id.desc()).limit(limit).load(tx.conn)?;
    rows.into_iter().map(|row| unseal(tx, row)).collect()
}

/// Those of these practitioners who have an alert that is not acknowledged.
pub fn with_open_alert(tx: &mut Tx, people: &[Id]) -> Result<BTreeSet<Id>> {
    let rows: Vec<Id> = risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq_any(people.to_vec()))
        .filter(risk_alerts::acknowledged_at.is_null())
        .select(risk_alerts::practitioner_id)
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// All practitioners who have an alert that is not acknowledged.
pub fn practitioners_with_open_alert(tx: &mut Tx) -> Result<Vec<Id>> {
    let open = risk_alerts::table.filter(risk_alerts::acknowledged_at.is_null());
    Ok(open.select(risk_alerts::practitioner_id).distinct().load(tx.conn)?)
}

/// Acknowledges an alert with a note of what was done. False when it is already acknowledged.
pub fn acknowledge(tx: &mut Tx, id: Id, by: Id, note: &str) -> Result<bool> {
    let changed = diesel::update(risk_alerts::table.find(id).filter(risk_alerts::acknowledged_at.is_null()))
        .set((
            risk_alerts::acknowledged_at.eq(Some(tx.now)),
            risk_alerts::acknowledged_by.eq(Some(by)),
            risk_alerts::note.eq(Some(tx.sealer.seal_text(Place(NOTE, id), note)?)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Acknowledges every open alert about a practitioner with the same note; returns their ids.
pub fn acknowledge_all(tx: &mut Tx, practitioner: Id, by: Id, note: &str) -> Result<Vec<Id>> {
    let open = open_alerts_of(tx, practitioner)?;
    for id in &open {
        acknowledge(tx, *id, by, note)?;
    }
    Ok(open)
}

/// The reference of a practitioner, and their name if it can be read.
fn reference_and_name(tx: &mut Tx, practitioner: Id) -> Result<(Option<String>, Option<Private<String>>)> {
    let people = [practitioner];
    let reference = registration::references(tx, &people)?.remove(&practitioner);
    let (mut names, _) = accounts::readable_names(tx, &people)?;
    Ok((reference, names.remove(&practitioner)))
}

fn unseal(tx: &mut Tx, row: Row) -> Result<Alert> {
    // An alert is shown even if the practitioner's own data cannot be read.
    let (reference, name) = reference_and_name(tx, row.practitioner_id)?;
    let reference = reference.ok_or_else(|| Error::internal("an alert about a practitioner who is not registered"))?;
    let pseudonym = name.map_or_else(|| reference.clone(), Private::into_revealed);
    let note = row.note.map(|note| readable_or_none(tx.sealer.open_text(Place(NOTE, row.id), &note))).transpose()?.flatten();
    Ok(Alert {
        id: row.id,
        practitioner: row.practitioner_id,
        reference,
        pseudonym,
        assessment: row.assessment_id,
        self_check: row.self_check_id,
        questionnaire: row.questionnaire,
        raised_at: row.raised_at,
        acknowledged: row.acknowledged_at.zip(row.acknowledged_by),
        note: note.map(Private::new),
    })
}
