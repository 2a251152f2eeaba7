//! Notifications about requested questionnaires.

use chrono::TimeDelta;

use super::messages;
use super::model::AssessmentState;
use super::queries;
use people::notifications;
use people::relationships::Protected;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const REQUESTED: &str = "assessment_asked";

/// How long a notification about waiting questionnaires is useful.
const USEFUL_FOR: TimeDelta = TimeDelta::days(14);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 1] = [(REQUESTED, render_assessment_request)];

/// Notifies a practitioner that a clinician has requested questionnaires.
pub(super) fn notify_assessment_requested(tx: &mut Tx, assessment: Id, practitioner: Id) -> Result<()> {
    outbox::schedule_notification(tx, REQUESTED, practitioner, ("assessment", assessment), tx.now)
}

fn render_assessment_request(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let asked = queries::find(tx, notification.subject)?.map(Protected::for_the_service);
    if asked.is_none_or(|assessment| assessment.state != AssessmentState::Draft) {
        return Ok(Decision::Discard);
    }
    let draft = messages::questionnaires_waiting(notification.subject, (notification.created_at + USEFUL_FOR).get());
    notifications::decide_delivery(tx, notification.recipient, &draft)
}
