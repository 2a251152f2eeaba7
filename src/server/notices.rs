//! Who renders which notification when it is due, how late a message of each kind may be sent, and how many of each go to one
//! address.

use chrono::TimeDelta;

use crate::access::registration::confirming;
use crate::access::{contacts, funding};
use crate::care::{assessment, feedback, follow_ups, groups, separation};
use crate::partners::hubs;
use crate::partners::outreach::{closing, sending};
use crate::people::notifications as messages;
use crate::people::sign_in::resets;
use crate::platform::outbox::Composers;
use crate::platform::outbox::bounds::Bound;
use crate::platform::outbox::timing::{Beside, Timing};
use crate::scheduling::{booking, calendar};

/// Every kind of notification, with its limits.
pub fn composers() -> Composers {
    let kinds = funding::notices::KINDS
        .into_iter()
        .chain(contacts::notices::KINDS)
        .chain(hubs::notices::KINDS)
        .chain(crate::scheduling::calendar::messages::KINDS)
        .chain(booking::notices::KINDS)
        .chain(calendar::notices::KINDS)
        .chain(assessment::notices::KINDS)
        .chain(follow_ups::notices::KINDS)
        .chain(groups::notices::KINDS)
        .chain(feedback::notices::KINDS)
        .chain(separation::KINDS);
    Composers::new(kinds, timings())
}

/// Every kind of message, with its timing and its limit.
pub fn timings() -> impl Iterator<Item = (&'static str, Timing)> {
    TIMINGS.iter().copied()
}

const fn news(stale_after: TimeDelta, bound: Bound) -> Timing {
    Timing { stale_after, beside: Beside::News, bound }
}

const fn yields(stale_after: TimeDelta, bound: Bound) -> Timing {
    Timing { stale_after, beside: Beside::Yields, bound }
}

const fn reminds(stale_after: TimeDelta, bound: Bound) -> Timing {
    Timing { stale_after, beside: Beside::Reminds, bound }
}

/// For practitioners and guests: no one needs more messages of one kind in a day.
const PERSON: Bound = Bound::Held { most: 20, within: TimeDelta::days(1) };
/// For staff, about work that waits for them. Each message leads to a list of all of it, so a discarded one is not missed.
const DESK: Bound = Bound::Held { most: 20, within: TimeDelta::hours(1) };

/// Notifications about a possible risk.
const ALERT: Bound = Bound::Once("one for each alert and reader, and none is postponed, because a life may be at risk");

/// How late a message of each kind may be sent, what replaces it, and how many go to one address. A notification about an
/// appointment or session is also discarded by its own module when the time has passed. Links and codes are of no use once they
/// have expired.
const TIMINGS: &[(&str, Timing)] = &[
    // What a person is waiting for on screen.
    ("mobile_code", news(TimeDelta::minutes(10), Bound::Asked(&[messages::rules::CODES_SENT, messages::rules::CODES_A_DAY]))),
    ("reset_password", news(TimeDelta::minutes(10), Bound::Asked(&[resets::REST]))),
    ("verify_email", news(TimeDelta::days(1), Bound::Asked(&[confirming::REGISTRATIONS, confirming::LINKS]))),
    ("already_registered", news(TimeDelta::days(1), Bound::Asked(&[confirming::REMINDERS]))),
    ("staff_invitation", news(TimeDelta::days(3), Bound::Once("one for each staff account, and an address has one"))),
    ("invitation", news(TimeDelta::days(30), Bound::Asked(&[contacts::invitations::SENT]))),
    ("referral_code", news(TimeDelta::days(14), Bound::Asked(&[hubs::notices::CODES]))),
    // Appointments.
    ("appointment_booked", news(TimeDelta::days(7), PERSON)),
    ("appointment_moved", news(TimeDelta::days(7), PERSON)),
    ("appointment_cancelled", news(TimeDelta::days(7), PERSON)),
    ("appointment_reminder", reminds(TimeDelta::hours(12), PERSON)),
    ("calendar_changed", news(TimeDelta::days(7), DESK)),
    ("appointments_orphaned", news(TimeDelta::days(7), DESK)),
    // Care.
    ("risk_alert_raised", news(TimeDelta::days(30), ALERT)),
    ("risk_alert_unreached", news(TimeDelta::days(30), DESK)),
    ("conflict_found", news(TimeDelta::days(14), DESK)),
    ("assessment_asked", news(TimeDelta::days(14), PERSON)),
    ("follow_up_reminder", reminds(TimeDelta::days(3), PERSON)),
    ("follow_up_chaser", reminds(TimeDelta::days(3), PERSON)),
    ("feedback_invited", reminds(TimeDelta::days(7), PERSON)),
    ("place_offered", news(TimeDelta::days(7), PERSON)),
    ("place_confirmed", news(TimeDelta::days(7), PERSON)),
    ("session_moved", news(TimeDelta::days(2), PERSON)),
    ("session_cancelled", news(TimeDelta::days(2), PERSON)),
    ("sessions_changed", news(TimeDelta::days(7), PERSON)),
    ("sessions_over", news(TimeDelta::days(7), PERSON)),
    // Access to the service.
    ("referral_news", news(TimeDelta::days(14), PERSON)),
    ("referral_waits", news(TimeDelta::days(14), DESK)),
    ("referral_answered", news(TimeDelta::days(14), DESK)),
    ("funding_news", news(TimeDelta::days(14), PERSON)),
    ("funding_answer_awaited", yields(TimeDelta::days(7), DESK)),
    ("funding_uncovered", news(TimeDelta::days(14), DESK)),
    ("contact_task_late", news(TimeDelta::days(1), DESK)),
    ("outreach", news(TimeDelta::days(3), Bound::Asked(&[sending::SENT]))),
    ("outreach_counts", news(TimeDelta::days(30), Bound::Asked(&[closing::COUNTS_SENT]))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_notification_has_a_timing_and_is_listed_once() {
        let (registry, mut names) = (composers(), TIMINGS.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
        let without: Vec<&str> = registry.kinds().filter(|kind| !names.contains(kind)).collect();
        assert!(without.is_empty(), "{without:?}");
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
