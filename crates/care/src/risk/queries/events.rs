//! Database queries about the events of risk alerts. What an event is about is sealed, because it tells of a danger.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::risk::model::{MOST_EVENTS, NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use crate::schema::risk_alert_events;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, Sealer, readable_or_none};

/// Seal place of what an event is about. Events of an earlier version are sealed when the program starts.
pub const DETAILS: &str = "risk_alert_events.details";

/// An event of an alert.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: Id,
    pub at: UtcTime,
    /// What it is about; `None` when that cannot be read.
    pub details: Option<NewRiskEvent>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SourceKind {
    Assessment,
    SelfCheck,
    Score,
    Appointment,
    Contact,
    Staff,
}

#[derive(Serialize, Deserialize)]
struct SealedDetails {
    kind: RiskEventKind,
    severity: RiskSeverity,
    source: SourceKind,
    source_id: Id,
    questionnaire: Option<String>,
    note: Option<String>,
    /// Whether the contact is anonymous. An earlier version stored none, and shows coordinators what it stored.
    #[serde(default)]
    anonymous: bool,
}

impl From<&NewRiskEvent> for SealedDetails {
    fn from(event: &NewRiskEvent) -> Self {
        let (source, source_id) = match event.source {
            RiskEventSource::Assessment(id) => (SourceKind::Assessment, id),
            RiskEventSource::SelfCheck(id) => (SourceKind::SelfCheck, id),
            RiskEventSource::Score(id) => (SourceKind::Score, id),
            RiskEventSource::Appointment(id) => (SourceKind::Appointment, id),
            RiskEventSource::Contact(id) | RiskEventSource::AnonymousContact(id) => (SourceKind::Contact, id),
            RiskEventSource::Staff(id) => (SourceKind::Staff, id),
        };
        Self {
            kind: event.kind,
            severity: event.severity,
            source,
            source_id,
            questionnaire: event.questionnaire.clone(),
            note: event.note.clone().map(Private::into_revealed),
            anonymous: matches!(event.source, RiskEventSource::AnonymousContact(_)),
        }
    }
}

impl From<SealedDetails> for NewRiskEvent {
    fn from(sealed: SealedDetails) -> Self {
        let id = sealed.source_id;
        let source = match sealed.source {
            SourceKind::Assessment => RiskEventSource::Assessment(id),
            SourceKind::SelfCheck => RiskEventSource::SelfCheck(id),
            SourceKind::Score => RiskEventSource::Score(id),
            SourceKind::Appointment => RiskEventSource::Appointment(id),
            SourceKind::Contact if sealed.anonymous => RiskEventSource::AnonymousContact(id),
            SourceKind::Contact => RiskEventSource::Contact(id),
            SourceKind::Staff => RiskEventSource::Staff(id),
        };
        Self {
            kind: sealed.kind,
            severity: sealed.severity,
            source,
            questionnaire: sealed.questionnaire,
            note: sealed.note.map(Private::new),
        }
    }
}

/// For each event of each of these alerts whether it is from an anonymous contact. One that cannot be read is not: who sees its alert
/// learns less than is lost when no one does.
pub fn anonymous(tx: &mut Tx, alerts: &[Id]) -> Result<BTreeMap<Id, Vec<bool>>> {
    let rows: Vec<(Id, Id, Vec<u8>)> = risk_alert_events::table
        .filter(risk_alert_events::alert_id.eq_any(alerts.to_vec()))
        .select((risk_alert_events::id, risk_alert_events::alert_id, risk_alert_events::details))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, Vec<bool>> = BTreeMap::new();
    for (id, alert, sealed) in rows {
        let is_anonymous = open(tx.sealer, id, &sealed).is_ok_and(|event| event.source.is_anonymous());
        found.entry(alert).or_default().push(is_anonymous);
    }
    Ok(found)
}

/// Adds an event to an alert.
pub fn insert(tx: &mut Tx, alert: Id, at: UtcTime, event: &NewRiskEvent) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(risk_alert_events::table)
        .values((
            risk_alert_events::id.eq(id),
            risk_alert_events::alert_id.eq(alert),
            risk_alert_events::at.eq(at),
            risk_alert_events::details.eq(tx.sealer.seal_json(Place(DETAILS, id), &SealedDetails::from(event))?),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// How many events an alert has.
pub fn count(tx: &mut Tx, alert: Id) -> Result<usize> {
    let count: i64 = risk_alert_events::table.filter(risk_alert_events::alert_id.eq(alert)).count().get_result(tx.conn)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// The events of each of these alerts, oldest first; of an alert with more than are shown the last ones.
pub fn of(tx: &mut Tx, alerts: &[Id]) -> Result<BTreeMap<Id, Vec<Event>>> {
    let rows: Vec<(Id, Id, UtcTime, Vec<u8>)> = risk_alert_events::table
        .filter(risk_alert_events::alert_id.eq_any(alerts.to_vec()))
        .order(risk_alert_events::id)
        .select((risk_alert_events::id, risk_alert_events::alert_id, risk_alert_events::at, risk_alert_events::details))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, Vec<Event>> = BTreeMap::new();
    for (id, alert, at, sealed) in rows {
        let details = readable_or_none(open(tx.sealer, id, &sealed))?;
        found.entry(alert).or_default().push(Event { id, at, details });
    }
    for events in found.values_mut() {
        events.drain(..events.len().saturating_sub(MOST_EVENTS));
    }
    Ok(found)
}

fn open(sealer: &Sealer, id: Id, sealed: &[u8]) -> Result<NewRiskEvent> {
    let details: SealedDetails = sealer.open_json(Place(DETAILS, id), sealed)?;
    Ok(details.into())
}
