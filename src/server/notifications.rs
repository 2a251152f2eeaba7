//! Who renders which notification when it is due, how late a message of each kind may be sent, and how many of each go to one
//! address.

use chrono::TimeDelta;

use crate::access::registration::confirmation;
use crate::access::{contacts, funding, registration};
use crate::care::{assessment, conflicts, duty, feedback, follow_ups, groups, letters, risk};
use crate::partners::hubs;
use crate::partners::outreach::{closing, sending};
use crate::people::notifications as messages;
use crate::people::sign_in::password_resets;
use crate::people::{audit_trail, granted_access, retention};
use crate::platform::outbox::NotificationRegistry;
use crate::platform::outbox::limits::SendLimit;
use crate::platform::outbox::timing::{OverlapRule, Timing};
use crate::scheduling::{booking, calendar};

/// Every kind of notification, with its limits.
pub fn notification_registry() -> NotificationRegistry {
    let kinds = funding::notifications::KINDS
        .into_iter()
        .chain(contacts::notifications::KINDS)
        .chain(registration::notifications::KINDS)
        .chain(hubs::notifications::KINDS)
        .chain(crate::scheduling::calendar::messages::KINDS)
        .chain(booking::notifications::KINDS)
        .chain(calendar::notifications::KINDS)
        .chain(duty::notifications::KINDS)
        .chain(risk::notifications::KINDS)
        .chain(risk::review_notifications::KINDS)
        .chain(assessment::notifications::KINDS)
        .chain(follow_ups::notifications::KINDS)
        .chain(groups::notifications::KINDS)
        .chain(feedback::notifications::KINDS)
        .chain(letters::notifications::KINDS)
        .chain(conflicts::KINDS)
        .chain(granted_access::notifications::KINDS)
        .chain(audit_trail::flags::notifications::KINDS)
        .chain(retention::notifications::KINDS);
    NotificationRegistry::new(kinds, timings())
}

/// Every kind of message, with its timing and its limit.
pub fn timings() -> impl Iterator<Item = (&'static str, Timing)> {
    TIMINGS.iter().copied()
}

const fn update(stale_after: TimeDelta, bound: SendLimit) -> Timing {
    Timing { stale_after, overlap: OverlapRule::Update, limit: bound }
}

const fn yielding(stale_after: TimeDelta, bound: SendLimit) -> Timing {
    Timing { stale_after, overlap: OverlapRule::Yields, limit: bound }
}

const fn reminder(stale_after: TimeDelta, bound: SendLimit) -> Timing {
    Timing { stale_after, overlap: OverlapRule::Reminder, limit: bound }
}

/// For practitioners and guests: no one needs more messages of one kind in a day.
const PERSON_LIMIT: SendLimit = SendLimit::WhenSent { most: 20, within: TimeDelta::days(1) };
/// For staff, about work that waits for them. Each message leads to a list of all of it, so a discarded one is not missed.
const STAFF_LIMIT: SendLimit = SendLimit::WhenSent { most: 20, within: TimeDelta::hours(1) };

/// Notifications about a possible risk.
const RISK_ALERT_LIMIT: SendLimit = SendLimit::Single(
    "one for each alert, severity, reader and period on duty, and none is postponed, because a life may be at risk",
);

/// How late a message of each kind may be sent, what replaces it, and how many go to one address. A notification about an
/// appointment or session is also discarded by its own module when the time has passed. Links and codes are of no use once they
/// have expired.
const TIMINGS: &[(&str, Timing)] = &[
    // What a person is waiting for on screen.
    (
        "mobile_code",
        update(
            TimeDelta::minutes(10),
            SendLimit::WhenQueued(&[messages::rules::CODES_PER_NUMBER, messages::rules::CODES_PER_NUMBER_AND_DAY]),
        ),
    ),
    ("reset_password", update(TimeDelta::minutes(10), SendLimit::WhenQueued(&[password_resets::REQUEST_LIMIT]))),
    (
        "verify_email",
        update(TimeDelta::days(1), SendLimit::WhenQueued(&[confirmation::REGISTRATION_LIMIT, confirmation::LINK_LIMIT])),
    ),
    ("already_registered", update(TimeDelta::days(1), SendLimit::WhenQueued(&[confirmation::REMINDER_LIMIT]))),
    ("staff_invitation", update(TimeDelta::days(3), SendLimit::Single("one for each staff account, and an address has one"))),
    ("invitation", update(TimeDelta::days(30), SendLimit::WhenQueued(&[contacts::invitations::INVITATION_LIMIT]))),
    ("referral_code", update(TimeDelta::days(14), SendLimit::WhenQueued(&[hubs::notifications::CODES_LIMIT]))),
    // Appointments.
    ("appointment_booked", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("appointment_moved", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("appointment_cancelled", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("appointment_reminder", reminder(TimeDelta::hours(12), PERSON_LIMIT)),
    ("calendar_changed", update(TimeDelta::days(7), STAFF_LIMIT)),
    ("appointments_orphaned", update(TimeDelta::days(7), STAFF_LIMIT)),
    // Care.
    ("risk_alert_raised", update(TimeDelta::days(30), RISK_ALERT_LIMIT)),
    ("risk_alert_overdue", update(TimeDelta::days(1), STAFF_LIMIT)),
    ("risk_alert_unreached", update(TimeDelta::days(30), STAFF_LIMIT)),
    ("risk_alert_unattended", update(TimeDelta::days(1), STAFF_LIMIT)),
    // Until the second one, on the next working day.
    ("risk_review_due", update(TimeDelta::days(5), STAFF_LIMIT)),
    ("risk_review_unreached", update(TimeDelta::days(5), STAFF_LIMIT)),
    ("conflict_found", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("conflict_unreached", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("conflict_settled", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("assessment_asked", update(TimeDelta::days(14), PERSON_LIMIT)),
    ("follow_up_reminder", reminder(TimeDelta::days(3), PERSON_LIMIT)),
    ("follow_up_chaser", reminder(TimeDelta::days(3), PERSON_LIMIT)),
    ("feedback_invited", reminder(TimeDelta::days(7), PERSON_LIMIT)),
    ("letter_waits", update(TimeDelta::days(14), PERSON_LIMIT)),
    ("letter_answered", update(TimeDelta::days(7), STAFF_LIMIT)),
    ("letter_unsendable", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("place_offered", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("place_offer_expired", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("place_not_available", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("place_confirmed", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("session_moved", update(TimeDelta::days(2), PERSON_LIMIT)),
    ("session_cancelled", update(TimeDelta::days(2), PERSON_LIMIT)),
    ("sessions_changed", update(TimeDelta::days(7), PERSON_LIMIT)),
    ("sessions_over", update(TimeDelta::days(7), PERSON_LIMIT)),
    // Who looked at whose data.
    ("duty_confirmed", update(TimeDelta::days(7), STAFF_LIMIT)),
    ("break_glass_begun", update(TimeDelta::days(30), STAFF_LIMIT)),
    ("break_glass_disclosed", update(TimeDelta::days(30), PERSON_LIMIT)),
    ("phone_call_recorded", update(TimeDelta::days(7), PERSON_LIMIT)),
    // Access to the service.
    ("referral_news", update(TimeDelta::days(14), PERSON_LIMIT)),
    ("referral_waits", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("referral_answered", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("funding_news", update(TimeDelta::days(14), PERSON_LIMIT)),
    ("funding_answer_awaited", yielding(TimeDelta::days(7), STAFF_LIMIT)),
    ("funding_uncovered", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("reason_waits", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("reason_unreached", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("reason_decided", update(TimeDelta::days(14), PERSON_LIMIT)),
    ("contact_task_late", update(TimeDelta::days(1), STAFF_LIMIT)),
    ("contact_danger", update(TimeDelta::days(1), STAFF_LIMIT)),
    ("contact_danger_requested", update(TimeDelta::days(1), STAFF_LIMIT)),
    ("outreach", update(TimeDelta::days(3), SendLimit::WhenQueued(&[sending::MESSAGES_LIMIT]))),
    ("audit_flagged", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("audit_reviewer_needed", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("retention_due", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("retention_officer_needed", update(TimeDelta::days(14), STAFF_LIMIT)),
    ("outreach_counts", update(TimeDelta::days(30), SendLimit::WhenQueued(&[closing::COUNTS_LIMIT]))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_notification_has_a_timing_and_is_listed_once() {
        let (registry, mut names) = (notification_registry(), TIMINGS.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
        let without: Vec<&str> = registry.kinds().filter(|kind| !names.contains(kind)).collect();
        assert!(without.is_empty(), "{without:?}");
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
