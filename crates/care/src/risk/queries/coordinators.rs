//! The open alerts that coordinators see. One that only anonymous contacts have raised would show them whose number or address it is, so only
//! clinicians see it. What an event is about is sealed, so no statement finds these alerts: the few that are open are read.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::attempts::{self, ContactAttempt};
use super::events::{self, Event};
use crate::risk::rules::is_for_coordinators;
use crate::schema::risk_alerts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Whether coordinators see an alert with these events and attempts.
pub fn see_one_with(events: &[Event], attempts: &[ContactAttempt]) -> bool {
    let is_anonymous = |event: &Event| event.details.as_ref().is_some_and(|details| details.source.is_anonymous());
    let by_clinician = |attempt: &ContactAttempt| attempt.details.as_ref().is_some_and(|details| details.by_clinician);
    let anonymous: Vec<bool> = events.iter().map(is_anonymous).collect();
    is_for_coordinators(&anonymous, attempts.iter().any(by_clinician))
}

/// Whether coordinators see this alert.
pub fn see(tx: &mut Tx, alert: Id) -> Result<bool> {
    let anonymous = events::anonymous(tx, &[alert])?.remove(&alert).unwrap_or_default();
    let attempted = attempts::made_by_clinicians(tx, &[alert])?;
    Ok(is_for_coordinators(&anonymous, attempted.contains(&alert)))
}

/// The newest open alert about a practitioner that coordinators see. Each call takes the same statements, also where there is none.
pub fn newest_of(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    let open = risk_alerts::table.filter(risk_alerts::practitioner_id.eq(practitioner)).filter(risk_alerts::closed_at.is_null());
    let rows = open.select((risk_alerts::id, risk_alerts::practitioner_id)).load(tx.conn)?;
    Ok(seen(tx, rows)?.into_iter().map(|(alert, _)| alert).max())
}

/// All practitioners with an open alert that coordinators see.
pub fn practitioners(tx: &mut Tx) -> Result<BTreeSet<Id>> {
    let open = risk_alerts::table.filter(risk_alerts::closed_at.is_null());
    let rows = open.select((risk_alerts::id, risk_alerts::practitioner_id)).load(tx.conn)?;
    Ok(seen(tx, rows)?.into_iter().map(|(_, practitioner)| practitioner).collect())
}

/// Those of these alerts, each with its practitioner, that coordinators see.
fn seen(tx: &mut Tx, mut alerts: Vec<(Id, Id)>) -> Result<Vec<(Id, Id)>> {
    let ids: Vec<Id> = alerts.iter().map(|(alert, _)| *alert).collect();
    let (anonymous, attempted) = (events::anonymous(tx, &ids)?, attempts::made_by_clinicians(tx, &ids)?);
    alerts.retain(|(alert, _)| {
        let events = anonymous.get(alert).map_or(&[][..], Vec::as_slice);
        is_for_coordinators(events, attempted.contains(alert))
    });
    Ok(alerts)
}
