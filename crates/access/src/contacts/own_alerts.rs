//! Alerts that a coordinator raises from contacts whose caller they recorded themselves, or about a reference that they state. A
//! coordinator may know of a practitioner with an open alert, so they could find out in this way who is a practitioner. Such alerts are limited, except where life is in danger
//! now, and flagged for the privacy officers. Neither depends on whether anyone is recognised. Call handlers see no alerts.

use chrono::{NaiveTime, TimeDelta};

use super::model::{ContactTaskKind, RiskSeverity, SafetyAnswer};
use super::queries::{Contact, crises, registered, tasks};
use super::rules;
use people::audit_trail::flags;
use people::{Caller, Role};
use platform::Tx;
use platform::clock::london_time;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::recipient_limits::{self, RecipientLimit};

/// How many such alerts an account may raise in a day. What life in danger now requires does not count and is never refused.
const ALERTS_LIMIT: RecipientLimit = RecipientLimit { kind: "contact_alert", max: 10, within: TimeDelta::days(1) };

/// Counts an alert that a coordinator raises from a contact of their own, or with a reference that they state.
///
/// # Errors
/// 429 with the time to wait. It does not reveal whether the caller is a practitioner.
pub(super) fn check_limit(
    tx: &mut Tx,
    caller: &Caller,
    contact: &Contact,
    severity: RiskSeverity,
    states_reference: bool,
) -> Result<()> {
    if caller.role != Role::Coordinator {
        return Ok(());
    }
    let is_own = states_reference || !registered::recorded_by(tx, &[contact.id], caller.id)?.is_empty();
    let has_danger_task = tasks::open_kinds(tx, contact.id)?.contains(&ContactTaskKind::Danger);
    let says_danger = contact.details.safety_answer == Some(SafetyAnswer::Yes);
    if is_own && rules::own_alert_counts(severity, has_danger_task || says_danger) {
        return recipient_limits::check(tx, &caller.id.to_string(), &ALERTS_LIMIT);
    }
    Ok(())
}

/// Flags a coordinator who raised alerts today from contacts of their own, by triage too. Call this after a crisis is stored. When it
/// fails, the alert is raised all the same.
///
/// # Errors
/// When the database cannot be reached.
pub(super) fn flag(tx: &mut Tx, caller: &Caller, contact: &Contact) -> Result<()> {
    if caller.role != Role::Coordinator {
        return Ok(());
    }
    let work = |tx: &mut Tx| -> Result<()> {
        let today = UtcTime::from(london_time(tx.now.london_day(), NaiveTime::MIN));
        let reported = crises::contacts_reported_by(tx, caller.id, today)?;
        let contacts: Vec<Id> = reported.iter().map(|(contact, _)| *contact).collect();
        let own = registered::recorded_by(tx, &contacts, caller.id)?;
        let is_own = |contact: Id, stated: bool| stated || own.contains(&contact);
        if !reported.iter().any(|(reported, stated)| *reported == contact.id && is_own(*reported, *stated)) {
            return Ok(());
        }
        let alerts = reported.iter().filter(|(contact, stated)| is_own(*contact, *stated)).count();
        flags::flag_contact_alerts(tx, caller.id, alerts)
    };
    tx.alone("contact_alerts", contact.id, work).map(|_| ())
}

/// Flags a coordinator who enters an address while an alert that they raised from the contact waits: who it is about is looked up by the
/// new address. Call this after the details are stored.
///
/// # Errors
/// When the database cannot be reached.
pub(super) fn flag_late_address(tx: &mut Tx, caller: &Caller, contact: &Contact) -> Result<()> {
    if caller.role == Role::Coordinator && crises::waits(tx, contact.id, caller.id)? {
        return flag(tx, caller, contact);
    }
    Ok(())
}
