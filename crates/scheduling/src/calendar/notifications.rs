//! Notifies the coordinators of appointments that have lost their slots.

use super::queries::appointments;
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const ORPHANED: &str = "appointments_orphaned";

/// How many of a clinician's appointments are checked for one that the coordinator may know of.
const MAX_CHECKED: i64 = 200;

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 1] = [(ORPHANED, render)];

/// Schedules an email to each coordinator who has none waiting about this clinician's appointments.
pub(super) fn orphaned(tx: &mut Tx, clinician: Id) -> Result<()> {
    for coordinator in people_queries::active_with_role(tx, Role::Coordinator)? {
        if !outbox::is_waiting(tx, ORPHANED, coordinator, clinician)? {
            outbox::schedule_notification(tx, ORPHANED, coordinator, ("clinician", clinician), tx.now)?;
        }
    }
    Ok(())
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let lost = appointments::orphaned(tx, Some(notification.subject), &[], None, MAX_CHECKED)?;
    let hidden = appointments::hidden_from(tx, notification.recipient, &lost)?;
    if lost.iter().all(|(appointment, _)| hidden.contains(&appointment.practitioner_id)) {
        return Ok(Decision::Discard);
    }
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Bookings need a new time",
        sentence: "some bookings have lost their time and need another.".to_owned(),
        path: "/orphaned-bookings".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}
