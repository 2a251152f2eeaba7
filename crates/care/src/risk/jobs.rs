//! The background jobs of risk alerts and of the reviews that follow. They work from the present state, so several instances may run them
//! at once.

use chrono::TimeDelta;

use super::catalogue::times;
use super::in_force::policy;
use super::model::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use super::queries::reviews::{self, DueReview};
use super::queries::{self, AlertSchedule, OlderAlert, events};
use super::review_notifications::{self, Reviewers};
use super::{notifications, raising, rules};
use crate::duty;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::Permit;
use platform::Tx;
use platform::error::Result;
use reference::workforce::bank_holidays_or_shipped;

/// How many alerts or reviews are read at once.
const BATCH: i64 = 50;

/// How many of them one run handles, so that its transaction ends. After a run that did something the next one follows at once.
const MAX_HANDLED: usize = 500;

/// How long an alert waits when its step could not be taken, or is not taken about someone who is recorded as dead, so that the others come
/// first.
const RETRY_AFTER: TimeDelta = TimeDelta::minutes(1);

/// Takes the next step of escalation of every alert for which it is due, notifies clinicians who have come on duty since, and publishes
/// how many alerts are open and overdue; returns how many steps were taken. Alerts about someone who is recorded as dead are quiet, and count
/// as open only.
///
/// # Errors
/// When the database cannot be reached; the next run tries again. An alert that cannot be escalated is logged, and tried again.
pub fn escalate_due(tx: &mut Tx) -> Result<usize> {
    complete_older(tx)?;
    let (mut taken, mut handled, mut after) = (0, 0, None);
    while handled < MAX_HANDLED {
        let due = queries::due_steps(tx, after, BATCH)?;
        let Some(last) = due.last() else { break };
        after = Some((last.next_step_at, last.id));
        handled += due.len();
        for alert in &due {
            match tx.alone("risk_alerts", alert.id, |tx| escalate(tx, alert))? {
                Some(true) => taken += 1,
                Some(false) => {}
                None => queries::set_next_step(tx, alert.id, tx.now + RETRY_AFTER)?,
            }
        }
    }
    notify_on_duty(tx)?;
    publish(tx)?;
    Ok(taken)
}

/// Takes the next step of an alert; false when another instance has taken it, and about someone who is recorded as dead. Such an alert keeps
/// its step and is looked at again, so that escalation goes on soon after a death that was recorded in error is corrected.
fn escalate(tx: &mut Tx, alert: &AlertSchedule) -> Result<bool> {
    if registration::died_at(tx, alert.practitioner)?.is_some() {
        queries::set_next_step(tx, alert.id, tx.now + RETRY_AFTER)?;
        return Ok(false);
    }
    let policy = policy(tx)?;
    let times = times(&policy, queries::severity_of(tx, alert.id)?)?;
    let step = rules::next_step(alert.level, times, tx.now.get());
    if !queries::set_escalated(tx, alert, step.level, step.next_at.into())? {
        return Ok(false);
    }
    if step.level > alert.level {
        Permit::for_the_service(alert.practitioner).record(tx, "risk_alert.escalated", ("risk_alert", Some(alert.id)))?;
    }
    notifications::notify_overdue(tx, alert.id, alert.practitioner, step.level)?;
    Ok(true)
}

/// Notifies clinicians who have come on duty of the open alerts that those on duty answer: they were not there when these were raised.
fn notify_on_duty(tx: &mut Tx) -> Result<()> {
    if duty::clinicians_on_duty(tx)?.is_empty() {
        return Ok(());
    }
    for practitioner in queries::practitioners_with_open_alert(tx)? {
        for alert in queries::open_alerts_of(tx, practitioner)? {
            tx.alone("risk_alerts", alert, |tx| notifications::notify_on_duty(tx, alert, practitioner))?;
        }
    }
    Ok(())
}

/// Notifies staff of the reviews that are due, each twice; returns how many were dealt with. After a discharge no one is notified.
///
/// # Errors
/// When the database cannot be reached. A review that cannot be dealt with is logged, and the next run tries again.
pub fn notify_due_reviews(tx: &mut Tx) -> Result<usize> {
    let (mut done, mut handled, mut after) = (0, 0, None);
    while handled < MAX_HANDLED {
        let due = reviews::due(tx, after, BATCH)?;
        let Some(last) = due.last() else { break };
        after = Some((last.step_at, last.practitioner));
        handled += due.len();
        for one in &due {
            done += usize::from(tx.alone("risk_reviews", one.assessment, |tx| notify_of_review(tx, one))?.unwrap_or_default());
        }
    }
    Ok(done)
}

fn notify_of_review(tx: &mut Tx, due: &DueReview) -> Result<bool> {
    // A discharge ends the review; this one was asked for afterwards, by the assessment that closed an alert.
    if registration::pathway(tx, due.practitioner)? == Some(Pathway::Discharged) {
        return reviews::end_due(tx, due);
    }
    let reviewers = Reviewers::read(tx, due.practitioner)?;
    let (holidays, policy) = (bank_holidays_or_shipped(tx)?, policy(tx)?);
    let again = due.notified_at.is_none().then(|| rules::second_review_step(&policy, tx.now.get(), &holidays).into());
    let coordinators_since = reviewers.have_no_clinician().then_some(tx.now);
    if !reviews::set_notified(tx, due, again, coordinators_since)? {
        return Ok(false);
    }
    let subject = ("risk_assessment", Some(due.assessment));
    Permit::for_the_service(due.practitioner).record(tx, "risk_review.notified", subject)?;
    review_notifications::notify(tx, due, &reviewers)?;
    Ok(true)
}

/// Completes the alerts that instances of the previous version have raised.
fn complete_older(tx: &mut Tx) -> Result<()> {
    let (mut handled, mut after) = (0, None);
    while handled < MAX_HANDLED {
        let older = queries::without_due_time(tx, after, BATCH)?;
        let Some(last) = older.last() else { break };
        after = Some(last.id);
        handled += older.len();
        for alert in &older {
            tx.alone("risk_alerts", alert.id, |tx| complete(tx, alert))?;
        }
    }
    Ok(())
}

/// Adds what an instance of the previous version has left out of an alert that it raised: the event and the due time.
fn complete(tx: &mut Tx, older: &OlderAlert) -> Result<()> {
    let severity = RiskSeverity::Urgent;
    let due_at = raising::due_at(tx, older.raised_at, severity)?;
    let source = older.assessment.map(RiskEventSource::Assessment).or(older.self_check.map(RiskEventSource::SelfCheck));
    if queries::set_due(tx, older, due_at)?
        && let Some(source) = source
    {
        let questionnaire = Some(older.questionnaire.clone());
        let event = NewRiskEvent { kind: RiskEventKind::RiskAnswer, severity, source, questionnaire, note: None };
        events::insert(tx, older.id, older.raised_at, &event)?;
    }
    Ok(())
}

fn publish(tx: &mut Tx) -> Result<()> {
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let alerted = queries::practitioners_with_open_alert(tx)?;
    let dead = registration::deaths::dead_among(tx, &alerted)?;
    let (open, overdue) = queries::counts(tx, &dead.into_iter().collect::<Vec<_>>())?;
    metrics::gauge!("confide_risk_alerts_open").set(number(open));
    metrics::gauge!("confide_risk_alerts_overdue").set(number(overdue));
    Ok(())
}
