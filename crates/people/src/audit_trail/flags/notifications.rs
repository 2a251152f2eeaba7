//! Privacy officers get a neutral email when there are new flags. No one reviews a flag of their own, so where there is no other privacy
//! officer, administrators learn how many flags wait for one, and nothing else.

use super::queries;
use crate::Role;
use crate::accounts::queries::active_with_role;
use crate::accounts::{decide_staff_email, emails};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox::{self, Decision, Render, ScheduledNotification};

const FLAGGED: &str = "audit_flagged";
const NO_REVIEWER: &str = "audit_reviewer_needed";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 2] = [(FLAGGED, render), (NO_REVIEWER, render_count)];

/// Notifies those who may review new flags, which are given with the account that each is about. The email leads to the list of all,
/// so each privacy officer gets one.
pub(super) fn notify_reviewers(tx: &mut Tx, raised: &[(Id, Id)]) -> Result<()> {
    if raised.is_empty() {
        return Ok(());
    }
    let officers = active_with_role(tx, Role::PrivacyOfficer)?;
    for officer in &officers {
        if let Some((flag, _)) = raised.iter().find(|(_, actor)| actor != officer) {
            outbox::schedule_notification(tx, FLAGGED, *officer, ("audit_flag", *flag), tx.now)?;
        }
    }
    let without = raised.iter().find(|(_, actor)| !officers.iter().any(|officer| officer != actor));
    if let Some((flag, _)) = without {
        for administrator in active_with_role(tx, Role::Administrator)? {
            outbox::schedule_notification(tx, NO_REVIEWER, administrator, ("audit_flag", *flag), tx.now)?;
        }
    }
    Ok(())
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    if queries::find(tx, notification.subject)?.is_none_or(|flag| flag.review.is_some()) {
        return Ok(Decision::Discard);
    }
    let task = emails::StaffTaskNotification {
        subject: "Something waits for your review",
        sentence: "something waits for your review.".to_owned(),
        path: "/reviews".to_owned(),
    };
    decide_staff_email(tx, notification.recipient, &task)
}

fn render_count(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let officers = active_with_role(tx, Role::PrivacyOfficer)?;
    let count = queries::count_without_reviewer(tx, &officers)?;
    if count == 0 {
        return Ok(Decision::Discard);
    }
    let reviews = if count == 1 { "review waits" } else { "reviews wait" };
    let task = emails::StaffTaskNotification {
        subject: "Another privacy officer is needed",
        sentence: format!("{count} {reviews} for another privacy officer. Please appoint one."),
        path: "/staff".to_owned(),
    };
    decide_staff_email(tx, notification.recipient, &task)
}
