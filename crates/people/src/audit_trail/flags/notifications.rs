//! Privacy officers get a neutral email when there are new flags. No one reviews a flag of their own, so where there is no other privacy
//! officer, administrators learn how many flags wait for one, and nothing else.

use std::collections::BTreeMap;

use super::queries;
use crate::Role;
use crate::accounts::queries::active_with_role;
use crate::accounts::{decide_staff_email, emails};
use crate::relationships::{conflicts, same_registration};
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

/// Notifies the privacy officers who may know of everyone that a new possible duplicate is about, each once. Flags are given with their
/// practitioners.
pub(super) fn notify_of_duplicates(tx: &mut Tx, raised: &[(Id, Id)]) -> Result<()> {
    if raised.is_empty() {
        return Ok(());
    }
    let officers = active_with_role(tx, Role::PrivacyOfficer)?;
    let (mut first, mut without) = (BTreeMap::new(), None);
    for (flag, practitioner) in raised {
        let permitted = officers_for(tx, *practitioner, officers.clone())?;
        if permitted.is_empty() {
            without = without.or(Some(*flag));
        }
        for officer in permitted {
            first.entry(officer).or_insert(*flag);
        }
    }
    for (officer, flag) in first {
        outbox::schedule_notification(tx, FLAGGED, officer, ("audit_flag", flag), tx.now)?;
    }
    if let Some(flag) = without {
        for administrator in active_with_role(tx, Role::Administrator)? {
            outbox::schedule_notification(tx, NO_REVIEWER, administrator, ("audit_flag", flag), tx.now)?;
        }
    }
    Ok(())
}

/// The privacy officers among these who may know of a practitioner and of everyone who shares a registration number with them.
fn officers_for(tx: &mut Tx, practitioner: Id, mut officers: Vec<Id>) -> Result<Vec<Id>> {
    for person in same_registration::with_everyone_sharing(tx, practitioner)? {
        officers = conflicts::permitted_staff(tx, person, officers)?;
    }
    Ok(officers)
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(flag) = queries::find(tx, notification.subject)?.filter(|flag| flag.review.is_none()) else {
        return Ok(Decision::Discard);
    };
    if let Some(practitioner) = flag.practitioner()
        && officers_for(tx, practitioner, vec![notification.recipient])?.is_empty()
    {
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
    let mut count = queries::count_without_reviewer(tx, &officers)?;
    for practitioner in queries::waiting_duplicates(tx)? {
        count += i64::from(officers_for(tx, practitioner, officers.clone())?.is_empty());
    }
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
