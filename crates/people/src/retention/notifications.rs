//! Privacy officers get a neutral email when records were listed. Where none of them may know of a practitioner, administrators learn that
//! another privacy officer is needed, and nothing else.

use std::collections::BTreeMap;

use super::model::RetentionReviewState;
use super::queries;
use crate::Role;
use crate::accounts::queries::active_with_role;
use crate::accounts::{decide_staff_email, emails};
use crate::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox::{self, Decision, Render, ScheduledNotification};

const DUE: &str = "retention_due";
const OFFICER_NEEDED: &str = "retention_officer_needed";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 2] = [(DUE, render_due), (OFFICER_NEEDED, render_needed)];

/// Notifies the privacy officers who may know of the practitioners that were listed, each once: the email leads to the list of all.
/// Reviews are given with their practitioners.
pub(super) fn notify_of_due(tx: &mut Tx, listed: &[(Id, Id)]) -> Result<()> {
    let officers = active_with_role(tx, Role::PrivacyOfficer)?;
    let (mut first, mut without) = (BTreeMap::new(), None);
    for (review, practitioner) in listed {
        let permitted = conflicts::permitted_staff(tx, *practitioner, officers.clone())?;
        if permitted.is_empty() {
            without = without.or(Some(*review));
        }
        for officer in permitted {
            first.entry(officer).or_insert(*review);
        }
    }
    for (officer, review) in first {
        outbox::schedule_notification(tx, DUE, officer, ("retention_review", review), tx.now)?;
    }
    if let Some(review) = without {
        for administrator in active_with_role(tx, Role::Administrator)? {
            outbox::schedule_notification(tx, OFFICER_NEEDED, administrator, ("retention_review", review), tx.now)?;
        }
    }
    Ok(())
}

fn is_due(tx: &mut Tx, notification: &ScheduledNotification) -> Result<bool> {
    Ok(queries::state(tx, notification.subject)? == Some(RetentionReviewState::Due))
}

fn render_due(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    if !is_due(tx, notification)? {
        return Ok(Decision::Discard);
    }
    let task = emails::StaffTaskNotification {
        subject: "Something waits for your decision",
        sentence: "something has reached its end and waits for your decision.".to_owned(),
        path: "/retention".to_owned(),
    };
    decide_staff_email(tx, notification.recipient, &task)
}

fn render_needed(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    if !is_due(tx, notification)? {
        return Ok(Decision::Discard);
    }
    let task = emails::StaffTaskNotification {
        subject: "Another privacy officer is needed",
        sentence: "something waits for the decision of another privacy officer. Please open an account for one.".to_owned(),
        path: "/staff".to_owned(),
    };
    decide_staff_email(tx, notification.recipient, &task)
}
