//! Notifications about risk alerts, without the practitioner's name or the kind of risk.
//!
//! Every alert reaches a member of staff who can act on it: the coordinators without a conflict with the practitioner, the clinicians
//! who treat them, and the clinicians on duty. One that only anonymous contacts have raised goes to these clinicians alone. If no
//! coordinator and no treating clinician may see an alert that coordinators see, the privacy officers (or the administrators) are asked
//! for another coordinator, who then sees the alert like any other; if no clinician can answer it, they are asked to put one on duty.
//! Staff with a conflict never see it. About someone who is recorded as dead no one is notified: an
//! alert that is still open then is listed until a clinician closes it.

use std::collections::BTreeSet;

use super::model::RiskSeverity;
use super::queries;
use crate::duty;
use people::Role;
use people::accounts;
use people::accounts::emails::StaffTaskNotification;
use people::accounts::queries as people_queries;
use people::practitioners::queries as registration;
use people::relationships::{Purpose, access_rules, conflicts, escalation};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};
use scheduling::booking::care_relationship;

const RAISED: &str = "risk_alert_raised";
const OVERDUE: &str = "risk_alert_overdue";
const UNREACHABLE: &str = "risk_alert_unreached";
const UNATTENDED: &str = "risk_alert_unattended";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 4] =
    [(RAISED, render_raised), (OVERDUE, render_overdue), (UNREACHABLE, render_unreachable), (UNATTENDED, render_unattended)];

/// The staff who can see an alert about a practitioner.
struct Readers {
    /// `None` where only clinicians see the alert.
    coordinators: Option<Vec<Id>>,
    treating: Vec<Id>,
    on_duty: Vec<Id>,
}

impl Readers {
    fn read(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<Self> {
        let on_duty = duty::clinicians_on_duty(tx)?;
        let coordinators = if queries::coordinators::see(tx, alert)? {
            let all = people_queries::active_with_role(tx, Role::Coordinator)?;
            Some(conflicts::permitted_staff(tx, practitioner, all)?)
        } else {
            None
        };
        Ok(Self {
            coordinators,
            treating: care_relationship::treating_clinicians(tx, practitioner)?,
            on_duty: conflicts::permitted_staff(tx, practitioner, on_duty)?,
        })
    }

    /// Whether neither a coordinator nor a clinician who treats the practitioner can see the alert.
    fn are_missing(&self) -> bool {
        self.coordinators.as_ref().is_none_or(Vec::is_empty) && self.treating.is_empty()
    }

    /// Whether another coordinator is needed. Of an alert that only clinicians see no coordinator would know.
    fn need_coordinator(&self) -> bool {
        self.coordinators.is_some() && self.are_missing()
    }

    /// Whether those who set the rota are asked before an alert of this severity is due: no clinician can answer it now, and someone
    /// must within hours or no coordinator sees it either.
    fn need_duty_at_once(&self, severity: RiskSeverity) -> bool {
        (severity != RiskSeverity::SameDay || self.coordinators.is_none()) && self.have_no_clinician()
    }

    /// Whether no clinician can answer an alert now.
    fn have_no_clinician(&self) -> bool {
        self.treating.is_empty() && self.on_duty.is_empty()
    }

    /// Whether the clinicians on duty answer an alert that is not overdue: when someone must act within minutes or hours, because
    /// the treating clinician may be asleep; and when no one else may see it.
    fn ask_duty(&self, severity: RiskSeverity) -> bool {
        match severity {
            RiskSeverity::Immediate | RiskSeverity::Urgent => true,
            RiskSeverity::SameDay => self.are_missing(),
        }
    }

    /// Each of them once; those on duty only when they are asked.
    fn each(&self, with_duty: bool) -> BTreeSet<Id> {
        let on_duty = self.on_duty.iter().filter(|_| with_duty);
        self.coordinators.iter().flatten().chain(&self.treating).chain(on_duty).copied().collect()
    }
}

/// Notifies those who can act on an alert that was raised or has become more severe, at any hour, the clinicians on duty where they are
/// asked.
pub(super) fn notify_raised(tx: &mut Tx, alert: Id, practitioner: Id, severity: RiskSeverity) -> Result<()> {
    let readers = Readers::read(tx, alert, practitioner)?;
    notify(tx, RAISED, alert, readers.each(readers.ask_duty(severity)))?;
    if readers.need_coordinator() {
        ask_for_coordinator(tx, alert, practitioner)?;
    }
    if readers.need_duty_at_once(severity) {
        ask_for_duty(tx, alert, practitioner)?;
    }
    Ok(())
}

/// Notifies coordinators of an alert that only clinicians saw until now.
pub(super) fn notify_coordinators(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let readers = Readers::read(tx, alert, practitioner)?;
    if readers.need_coordinator() {
        ask_for_coordinator(tx, alert, practitioner)?;
    }
    notify(tx, RAISED, alert, readers.coordinators.into_iter().flatten())
}

/// Notifies everyone who can see an alert that it is overdue, and the clinicians on duty. From the second step on, and when no clinician
/// can answer it, those who set the rota are asked to put one on duty; where only clinicians see it, from the first step on.
pub(super) fn notify_overdue(tx: &mut Tx, alert: Id, practitioner: Id, level: i32) -> Result<()> {
    let readers = Readers::read(tx, alert, practitioner)?;
    notify(tx, OVERDUE, alert, readers.each(true))?;
    if readers.need_coordinator() {
        ask_for_coordinator(tx, alert, practitioner)?;
    }
    let ask_about_the_rota = level > 1 || readers.coordinators.is_none();
    if readers.have_no_clinician() || (ask_about_the_rota && readers.on_duty.is_empty()) {
        ask_for_duty(tx, alert, practitioner)?;
    }
    Ok(())
}

/// Notifies each clinician on duty of an alert that those on duty answer, unless that was done since they came on duty. Those who treat
/// the practitioner were notified in any case.
pub(super) fn notify_on_duty(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    if registration::died_at(tx, practitioner)?.is_some() {
        return Ok(());
    }
    let readers = Readers::read(tx, alert, practitioner)?;
    let is_escalated = queries::times_of(tx, alert)?.is_some_and(|times| times.level > 0);
    if !is_escalated && !readers.ask_duty(queries::severity_of(tx, alert)?) {
        return Ok(());
    }
    for clinician in readers.on_duty.iter().filter(|clinician| !readers.treating.contains(clinician)) {
        let Some(since) = duty::since(tx, *clinician)? else { continue };
        if !outbox::was_queued_since(tx, &[RAISED, OVERDUE], (*clinician, alert), since)? {
            notify(tx, RAISED, alert, [*clinician])?;
        }
    }
    Ok(())
}

/// Checks a practitioner's open alerts after their list of blocked or conflicting staff has changed, and asks for another coordinator for
/// those that no coordinator and no treating clinician may see any more; for a clinician on duty, where only clinicians see an alert and none
/// can answer it.
///
/// # Errors
/// When the database fails.
pub fn escalate_unreachable_alerts(tx: &mut Tx, practitioner: Id) -> Result<()> {
    for alert in alerts_to_answer(tx, practitioner)? {
        let readers = Readers::read(tx, alert, practitioner)?;
        if readers.need_coordinator() {
            ask_for_coordinator(tx, alert, practitioner)?;
        }
        if readers.coordinators.is_none() && readers.have_no_clinician() {
            ask_for_duty(tx, alert, practitioner)?;
        }
    }
    Ok(())
}

/// Notifies those who may still see a practitioner's open alerts once more: the clinician who was to act on them no longer may.
///
/// # Errors
/// When the database fails.
pub fn notify_other_readers(tx: &mut Tx, practitioner: Id) -> Result<()> {
    for alert in alerts_to_answer(tx, practitioner)? {
        let readers = Readers::read(tx, alert, practitioner)?;
        notify(tx, RAISED, alert, readers.each(readers.treating.is_empty()))?;
    }
    Ok(())
}

/// The open alerts of a practitioner; none of someone who is recorded as dead: no one can reach them.
fn alerts_to_answer(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    if registration::died_at(tx, practitioner)?.is_some() { Ok(Vec::new()) } else { queries::open_alerts_of(tx, practitioner) }
}

/// The practitioner of an alert that is open; none of someone who is recorded as dead.
fn practitioner_to_reach(tx: &mut Tx, alert: Id) -> Result<Option<Id>> {
    let Some(practitioner) = queries::practitioner_of_open(tx, alert)? else { return Ok(None) };
    Ok(registration::died_at(tx, practitioner)?.is_none().then_some(practitioner))
}

/// Asks for a coordinator who may see the alert.
fn ask_for_coordinator(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let recipients = escalation::recipients(tx, practitioner)?;
    notify(tx, UNREACHABLE, alert, recipients)
}

/// Asks for a clinician on duty.
fn ask_for_duty(tx: &mut Tx, alert: Id, practitioner: Id) -> Result<()> {
    let recipients = escalation::recipients(tx, practitioner)?;
    notify(tx, UNATTENDED, alert, recipients)
}

fn notify(tx: &mut Tx, kind: &'static str, alert: Id, recipients: impl IntoIterator<Item = Id>) -> Result<()> {
    for recipient in recipients {
        if !outbox::is_waiting(tx, kind, recipient, alert)? {
            outbox::schedule_notification(tx, kind, recipient, ("risk_alert", alert), tx.now)?;
        }
    }
    Ok(())
}

fn render_raised(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let task = StaffTaskNotification {
        subject: "Please look at the app now",
        sentence: "something has come in that cannot wait. Please look at it now.".to_owned(),
        path: "/alerts".to_owned(),
    };
    decide_for_reader(tx, notification, &task)
}

fn render_overdue(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let task = StaffTaskNotification {
        subject: "Something is overdue: please look at the app now",
        sentence: "something that cannot wait is still open and overdue. Please look at it now.".to_owned(),
        path: "/alerts".to_owned(),
    };
    decide_for_reader(tx, notification, &task)
}

/// Sends a message only while the alert is open and its recipient may know of the practitioner: someone's time on duty may have ended.
fn decide_for_reader(tx: &mut Tx, notification: &ScheduledNotification, task: &StaffTaskNotification) -> Result<Decision> {
    let recipient = notification.recipient;
    let Some(practitioner) = practitioner_to_reach(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let Some(found) = people_queries::find(tx, recipient)? else { return Ok(Decision::Discard) };
    let staff = (recipient, found.account.role);
    let may_know = access_rules::allow_all(tx, staff, practitioner, &[Purpose::Know])?;
    if !may_know || conflicts::are_in_conflict(tx, practitioner, recipient)? {
        return Ok(Decision::Discard);
    }
    accounts::decide_staff_email(tx, recipient, task)
}

fn render_unreachable(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(practitioner) = practitioner_to_reach(tx, notification.subject)? else { return Ok(Decision::Discard) };
    if !Readers::read(tx, notification.subject, practitioner)?.need_coordinator() {
        return Ok(Decision::Discard);
    }
    let (request, path) = escalation::request_to(tx, notification.recipient)?;
    let task = StaffTaskNotification {
        subject: "Another coordinator is needed now",
        sentence: format!("something has come in that cannot wait, and no coordinator may look at it. {request}"),
        path: path.to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &task)
}

fn render_unattended(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(practitioner) = practitioner_to_reach(tx, notification.subject)? else { return Ok(Decision::Discard) };
    if !Readers::read(tx, notification.subject, practitioner)?.on_duty.is_empty() {
        return Ok(Decision::Discard);
    }
    let role = people_queries::find(tx, notification.recipient)?.map(|found| found.account.role);
    let request = match role {
        Some(Role::PrivacyOfficer) => "Please ask a coordinator or an administrator now to put someone on duty.",
        _ => "Please put someone on duty now.",
    };
    let task = StaffTaskNotification {
        subject: "Someone is needed on duty now",
        sentence: format!("something has come in that cannot wait, and there is no one on duty for it. {request}"),
        path: "/duty-periods".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &task)
}
