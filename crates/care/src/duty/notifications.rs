//! Privacy officers get a neutral email when a period on duty is approved that counts soon: no one else looks at it before then.

use super::{queries, rules};
use people::Role;
use people::accounts;
use people::accounts::queries::active_with_role;
use platform::Tx;
use platform::error::Result;
use platform::outbox::{self, Decision, Render, ScheduledNotification};

const APPROVED: &str = "duty_confirmed";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 1] = [(APPROVED, render)];

/// Notifies privacy officers of a period that has just been approved, if it counts soon.
pub(super) fn notify_privacy_officers(tx: &mut Tx, period: &queries::DutyPeriod) -> Result<()> {
    if !rules::begins_soon(period.starts_at.get(), tx.now.get()) {
        return Ok(());
    }
    for officer in active_with_role(tx, Role::PrivacyOfficer)? {
        outbox::schedule_notification(tx, APPROVED, officer, ("duty_period", period.id), tx.now)?;
    }
    Ok(())
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let period = queries::find(tx, notification.subject)?;
    if period.is_none_or(|period| rules::check_not_over(period.state(), period.ends_at.get(), tx.now.get()).is_err()) {
        return Ok(Decision::Discard);
    }
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Something waits for your review",
        sentence: "something waits for your review.".to_owned(),
        path: "/duty-periods".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}
