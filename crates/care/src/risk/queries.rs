//! Database queries about risk alerts. Their events, attempts to make contact, assessments and reviews are below.

pub mod assessments;
pub mod attempts;
pub mod coordinators;
pub mod events;
pub mod reviews;

use std::collections::BTreeSet;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::model::{RiskAlertState, RiskSeverity};
use crate::schema::risk_alerts;
use attempts::ContactAttempt;
use events::Event;
use people::accounts::queries as accounts;
use people::practitioners::queries as registration;
use people::relationships::{PermittedPractitioners, Protected};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, readable_or_none};

/// Seal place of the note with which an alert was closed without an assessment. An earlier version asked for one each time.
const NOTE: &str = "risk_alerts.note";

#[derive(Debug, Clone)]
pub struct Alert {
    pub id: Id,
    pub practitioner: Id,
    /// The practitioner's reference, used instead of a name.
    pub reference: String,
    /// The name that the practitioner chose.
    pub pseudonym: String,
    pub raised_at: UtcTime,
    /// The earliest due time of its events.
    pub due_at: UtcTime,
    /// What raised it, oldest first.
    pub events: Vec<Event>,
    /// Attempts to make contact, oldest first.
    pub attempts: Vec<ContactAttempt>,
    /// How many steps of escalation were taken: 0, 1 or 2.
    pub escalation_level: i32,
    /// When the last step was taken.
    pub escalated_at: Option<UtcTime>,
    /// When it was closed, and who closed it.
    pub closed: Option<(UtcTime, Id)>,
    /// Why it was closed without an assessment.
    pub closing_note: Option<Private<String>>,
    /// The assessment that closed it.
    pub assessment: Option<Id>,
}

impl Alert {
    pub const fn state(&self) -> RiskAlertState {
        if self.closed.is_some() { RiskAlertState::Closed } else { RiskAlertState::Open }
    }

    /// The highest severity of its events; the highest of all where one of them cannot be read.
    pub fn severity(&self) -> RiskSeverity {
        highest_severity(&self.events)
    }
}

fn highest_severity(events: &[Event]) -> RiskSeverity {
    let all = events.iter().map(|event| event.details.as_ref().map_or(RiskSeverity::Immediate, |details| details.severity));
    RiskSeverity::highest(all).unwrap_or(RiskSeverity::Immediate)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = risk_alerts)]
struct Row {
    id: Id,
    practitioner_id: Id,
    raised_at: UtcTime,
    note: Option<Vec<u8>>,
    closed_at: Option<UtcTime>,
    closed_by: Option<Id>,
    due_at: Option<UtcTime>,
    escalation_level: i32,
    escalated_at: Option<UtcTime>,
}

/// When an alert is due, and how far its escalation is.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct AlertSchedule {
    pub id: Id,
    pub practitioner: Id,
    pub due_at: UtcTime,
    pub next_step_at: UtcTime,
    /// How many steps were taken.
    pub level: i32,
}

/// Stores an alert that is raised now; its events are added apart.
pub fn insert(tx: &mut Tx, practitioner: Id, due_at: UtcTime) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(risk_alerts::table)
        .values((
            risk_alerts::id.eq(id),
            risk_alerts::practitioner_id.eq(practitioner),
            risk_alerts::raised_at.eq(tx.now),
            risk_alerts::due_at.eq(Some(due_at)),
            risk_alerts::next_step_at.eq(Some(due_at)),
            risk_alerts::last_event_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Whether a practitioner has an open alert.
pub fn has_open_alert(tx: &mut Tx, practitioner: Id) -> Result<bool> {
    Ok(open_alert_of(tx, practitioner)?.is_some())
}

/// The newest open alert of a practitioner.
pub fn open_alert_of(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    Ok(risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq(practitioner))
        .filter(risk_alerts::closed_at.is_null())
        .order(risk_alerts::id.desc())
        .select(risk_alerts::id)
        .first(tx.conn)
        .optional()?)
}

/// The open alert of a practitioner with the last event, and when that was.
pub fn last_open_event(tx: &mut Tx, practitioner: Id) -> Result<Option<(AlertSchedule, UtcTime)>> {
    type Row = (Id, Id, UtcTime, UtcTime, i32, UtcTime);
    let row: Option<Row> = risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq(practitioner))
        .filter(risk_alerts::closed_at.is_null())
        .filter(risk_alerts::next_step_at.is_not_null())
        .filter(risk_alerts::last_event_at.is_not_null())
        .order((risk_alerts::last_event_at.desc(), risk_alerts::id.desc()))
        .select((
            risk_alerts::id,
            risk_alerts::practitioner_id,
            risk_alerts::due_at.assume_not_null(),
            risk_alerts::next_step_at.assume_not_null(),
            risk_alerts::escalation_level,
            risk_alerts::last_event_at.assume_not_null(),
        ))
        .first(tx.conn)
        .optional()?;
    Ok(row.map(|(id, practitioner, due_at, next_step_at, level, last)| {
        (AlertSchedule { id, practitioner, due_at, next_step_at, level }, last)
    }))
}

/// The times of an alert that is open.
pub fn times_of(tx: &mut Tx, id: Id) -> Result<Option<AlertSchedule>> {
    Ok(risk_alerts::table
        .find(id)
        .filter(risk_alerts::closed_at.is_null())
        .filter(risk_alerts::next_step_at.is_not_null())
        .select((
            risk_alerts::id,
            risk_alerts::practitioner_id,
            risk_alerts::due_at.assume_not_null(),
            risk_alerts::next_step_at.assume_not_null(),
            risk_alerts::escalation_level,
        ))
        .get_result(tx.conn)
        .optional()?)
}

/// Notes a further event of an alert, with the times that follow from it.
pub fn set_after_event(tx: &mut Tx, id: Id, due_at: UtcTime, next_step_at: UtcTime) -> Result<()> {
    diesel::update(risk_alerts::table.find(id))
        .set((
            risk_alerts::due_at.eq(Some(due_at)),
            risk_alerts::next_step_at.eq(Some(next_step_at)),
            risk_alerts::last_event_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Sets when the next step of escalation is due.
pub fn set_next_step(tx: &mut Tx, id: Id, next_step_at: UtcTime) -> Result<()> {
    diesel::update(risk_alerts::table.find(id)).set(risk_alerts::next_step_at.eq(Some(next_step_at))).execute(tx.conn)?;
    Ok(())
}

/// Open alerts whose next step of escalation is due, those that have waited longest first; only those after this time and alert.
pub fn due_steps(tx: &mut Tx, after: Option<(UtcTime, Id)>, limit: i64) -> Result<Vec<AlertSchedule>> {
    let mut query = risk_alerts::table
        .filter(risk_alerts::closed_at.is_null())
        .filter(risk_alerts::next_step_at.le(Some(tx.now)))
        .select((
            risk_alerts::id,
            risk_alerts::practitioner_id,
            risk_alerts::due_at.assume_not_null(),
            risk_alerts::next_step_at.assume_not_null(),
            risk_alerts::escalation_level,
        ))
        .into_boxed();
    if let Some((at, id)) = after {
        let later = risk_alerts::next_step_at.gt(Some(at));
        query = query.filter(later.or(risk_alerts::next_step_at.eq(Some(at)).and(risk_alerts::id.gt(id))));
    }
    Ok(query.order((risk_alerts::next_step_at, risk_alerts::id)).limit(limit).load(tx.conn)?)
}

/// Notes that a step of escalation was taken. False when another instance has taken it, or the alert was closed.
pub fn set_escalated(tx: &mut Tx, before: &AlertSchedule, level: i32, next_step_at: UtcTime) -> Result<bool> {
    let unchanged = risk_alerts::table
        .find(before.id)
        .filter(risk_alerts::closed_at.is_null())
        .filter(risk_alerts::next_step_at.eq(Some(before.next_step_at)));
    let changed = diesel::update(unchanged)
        .set((
            risk_alerts::escalation_level.eq(level),
            risk_alerts::escalated_at.eq(Some(tx.now)),
            risk_alerts::next_step_at.eq(Some(next_step_at)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// The highest severity of the events of an alert, as [`Alert::severity`].
pub fn severity_of(tx: &mut Tx, id: Id) -> Result<RiskSeverity> {
    let events = events::of(tx, &[id])?.remove(&id).unwrap_or_default();
    Ok(highest_severity(&events))
}

/// How many alerts are open, and how many of them are overdue; those about these practitioners, who are recorded as dead, are not overdue.
pub fn counts(tx: &mut Tx, dead: &[Id]) -> Result<(i64, i64)> {
    let all = risk_alerts::table.filter(risk_alerts::closed_at.is_null()).count().get_result(tx.conn)?;
    let overdue = risk_alerts::table
        .filter(risk_alerts::closed_at.is_null())
        .filter(risk_alerts::due_at.lt(Some(tx.now)))
        .filter(risk_alerts::practitioner_id.ne_all(dead.to_vec()))
        .count()
        .get_result(tx.conn)?;
    Ok((all, overdue))
}

/// An open alert that an instance of the version before has raised: it has no event and no due time yet.
#[derive(Debug, Clone, Queryable)]
pub struct OlderAlert {
    pub id: Id,
    pub raised_at: UtcTime,
    pub assessment: Option<Id>,
    pub self_check: Option<Id>,
    pub questionnaire: String,
}

/// The open alerts without a due time, the oldest first; only those after this one.
pub fn without_due_time(tx: &mut Tx, after: Option<Id>, limit: i64) -> Result<Vec<OlderAlert>> {
    let mut query = risk_alerts::table
        .filter(risk_alerts::closed_at.is_null())
        .filter(risk_alerts::due_at.is_null())
        .select((
            risk_alerts::id,
            risk_alerts::raised_at,
            risk_alerts::assessment_id,
            risk_alerts::self_check_id,
            risk_alerts::questionnaire,
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(risk_alerts::id.gt(after));
    }
    Ok(query.order(risk_alerts::id).limit(limit).load(tx.conn)?)
}

/// Gives such an alert its due time. False when another instance has done so.
pub fn set_due(tx: &mut Tx, older: &OlderAlert, due_at: UtcTime) -> Result<bool> {
    let changed = diesel::update(risk_alerts::table.find(older.id).filter(risk_alerts::due_at.is_null()))
        .set((
            risk_alerts::due_at.eq(Some(due_at)),
            risk_alerts::next_step_at.eq(Some(due_at)),
            risk_alerts::last_event_at.eq(Some(older.raised_at)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// A practitioner's open alerts.
pub fn open_alerts_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq(practitioner))
        .filter(risk_alerts::closed_at.is_null())
        .order(risk_alerts::id)
        .select(risk_alerts::id)
        .load(tx.conn)?)
}

/// The practitioner of an alert that is open.
pub fn practitioner_of_open(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(risk_alerts::table
        .find(id)
        .filter(risk_alerts::closed_at.is_null())
        .select(risk_alerts::practitioner_id)
        .get_result(tx.conn)
        .optional()?)
}

/// The alert with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Alert>>> {
    find_shown(tx, id, |_| true)
}

/// The alert with this id, if it is `shown`. One that is not takes the statements of one that does not exist.
pub fn find_shown(tx: &mut Tx, id: Id, shown: impl Fn(&Alert) -> bool) -> Result<Option<Protected<Alert>>> {
    let row: Option<Row> = risk_alerts::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let Some(row) = row else {
        // Read also when there is no such alert: a 404 takes the same time for every reason.
        with_details(tx, Vec::new(), &[id])?;
        reference_and_name(tx, Id::NO_RECORD)?;
        return Ok(None);
    };
    let Some(alert) = with_details(tx, vec![row], &[id])?.pop() else { return Ok(None) };
    // The audit trail names the practitioner of a refused request.
    tx.ask_about(alert.practitioner);
    Ok(shown(&alert).then(|| Protected::new(alert.practitioner, alert)))
}

/// Alerts, newest first: only those about practitioners that the caller may know of, and of these the ones that are `shown`.
pub fn list(
    tx: &mut Tx,
    permitted: &PermittedPractitioners,
    state: Option<RiskAlertState>,
    mut before: Option<Id>,
    limit: i64,
    shown: impl Fn(&Alert) -> bool,
) -> Result<Vec<Alert>> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    // What is not shown is sealed, so a page that it shortens is filled from the next rows.
    loop {
        let page = page(tx, permitted, state, before, limit)?;
        let is_last = page.len() < most;
        before = page.last().map(|alert| alert.id);
        found.extend(page.into_iter().filter(&shown));
        if is_last || found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    Ok(found)
}

fn page(
    tx: &mut Tx,
    permitted: &PermittedPractitioners,
    state: Option<RiskAlertState>,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Alert>> {
    let known = sql::<Bool>(&permitted.condition("risk_alerts.practitioner_id"));
    let mut query = risk_alerts::table.select(Row::as_select()).filter(known).into_boxed();
    match state {
        Some(RiskAlertState::Open) => query = query.filter(risk_alerts::closed_at.is_null()),
        Some(RiskAlertState::Closed) => query = query.filter(risk_alerts::closed_at.is_not_null()),
        None => {}
    }
    if let Some(before) = before {
        query = query.filter(risk_alerts::id.lt(before));
    }
    let rows: Vec<Row> = query.order(risk_alerts::id.desc()).limit(limit).load(tx.conn)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    with_details(tx, rows, &ids)
}

/// Those of these practitioners who have an open alert.
pub fn with_open_alert(tx: &mut Tx, people: &[Id]) -> Result<BTreeSet<Id>> {
    let rows: Vec<Id> = risk_alerts::table
        .filter(risk_alerts::practitioner_id.eq_any(people.to_vec()))
        .filter(risk_alerts::closed_at.is_null())
        .select(risk_alerts::practitioner_id)
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// All practitioners who have an open alert.
pub fn practitioners_with_open_alert(tx: &mut Tx) -> Result<Vec<Id>> {
    let open = risk_alerts::table.filter(risk_alerts::closed_at.is_null());
    Ok(open.select(risk_alerts::practitioner_id).distinct().load(tx.conn)?)
}

/// Closes an alert. False when it is closed already. The former names of the columns are written too, for instances of the version
/// before.
pub fn close(tx: &mut Tx, id: Id, by: Id) -> Result<bool> {
    let changed = diesel::update(risk_alerts::table.find(id).filter(risk_alerts::closed_at.is_null()))
        .set((
            risk_alerts::closed_at.eq(Some(tx.now)),
            risk_alerts::closed_by.eq(Some(by)),
            risk_alerts::acknowledged_at.eq(Some(tx.now)),
            risk_alerts::acknowledged_by.eq(Some(by)),
            risk_alerts::next_step_at.eq(None::<UtcTime>),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Closes every open alert of a practitioner with the same note and without an assessment; returns their ids.
pub fn close_all(tx: &mut Tx, practitioner: Id, by: Id, note: &str) -> Result<Vec<Id>> {
    let open = open_alerts_of(tx, practitioner)?;
    for id in &open {
        let sealed = tx.sealer.seal_text(Place(NOTE, *id), note)?;
        diesel::update(risk_alerts::table.find(id)).set(risk_alerts::note.eq(Some(sealed))).execute(tx.conn)?;
        close(tx, *id, by)?;
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

/// The alerts of these rows with what belongs to each. The statements ask about `ids` also where there is no row.
fn with_details(tx: &mut Tx, rows: Vec<Row>, ids: &[Id]) -> Result<Vec<Alert>> {
    let (mut events, mut attempts) = (events::of(tx, ids)?, attempts::of(tx, ids)?);
    let closing = assessments::closing(tx, ids)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        // An alert is shown even if the practitioner's own data cannot be read.
        let (reference, name) = reference_and_name(tx, row.practitioner_id)?;
        let reference = reference.ok_or_else(|| Error::internal("an alert about a practitioner who is not registered"))?;
        let pseudonym = name.map_or_else(|| reference.clone(), Private::into_revealed);
        let note = row.note.map(|note| readable_or_none(tx.sealer.open_text(Place(NOTE, row.id), &note))).transpose()?.flatten();
        found.push(Alert {
            id: row.id,
            practitioner: row.practitioner_id,
            reference,
            pseudonym,
            raised_at: row.raised_at,
            due_at: row.due_at.unwrap_or(row.raised_at),
            events: events.remove(&row.id).unwrap_or_default(),
            attempts: attempts.remove(&row.id).unwrap_or_default(),
            escalation_level: row.escalation_level,
            escalated_at: row.escalated_at,
            closed: row.closed_at.zip(row.closed_by),
            closing_note: note.map(Private::new),
            assessment: closing.get(&row.id).copied(),
        });
    }
    Ok(found)
}
