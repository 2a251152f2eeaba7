//! Who finds the words of which message when it is due, and how late each kind may leave.

use chrono::TimeDelta;

use crate::access::{contacts, funding, hubs, messages};
use crate::care::{assessment, feedback, follow_ups, groups, separation};
use crate::platform::outbox::Composers;
use crate::platform::outbox::timing::{Beside, Timing};
use crate::scheduling::{booking, calendar};

/// Every kind of notice that rooms ask for.
pub fn composers() -> Composers {
    let kinds = funding::notices::KINDS
        .into_iter()
        .chain(contacts::notices::KINDS)
        .chain(hubs::notices::KINDS)
        .chain(messages::calendar::KINDS)
        .chain(booking::notices::KINDS)
        .chain(calendar::notices::KINDS)
        .chain(assessment::notices::KINDS)
        .chain(follow_ups::notices::KINDS)
        .chain(groups::notices::KINDS)
        .chain(feedback::notices::KINDS)
        .chain(separation::KINDS);
    Composers::new(kinds, TIMINGS.iter().copied())
}

const fn news(stale_after: TimeDelta) -> Timing {
    Timing { stale_after, beside: Beside::News }
}

const fn yields(stale_after: TimeDelta) -> Timing {
    Timing { stale_after, beside: Beside::Yields }
}

const fn reminds(stale_after: TimeDelta) -> Timing {
    Timing { stale_after, beside: Beside::Reminds }
}

/// How late a message of each kind may leave, and what overtakes it. A message about an instant is dropped by its own room once that
/// has passed; these limits hold besides. Links and codes are of no use once they have expired.
const TIMINGS: &[(&str, Timing)] = &[
    // What a person waits for in front of the screen.
    ("mobile_code", news(TimeDelta::minutes(10))),
    ("reset_password", news(TimeDelta::minutes(10))),
    ("verify_email", news(TimeDelta::days(1))),
    ("already_registered", news(TimeDelta::days(1))),
    ("staff_invitation", news(TimeDelta::days(3))),
    ("invitation", news(TimeDelta::days(30))),
    ("referral_code", news(TimeDelta::days(14))),
    // Appointments.
    ("appointment_booked", news(TimeDelta::days(7))),
    ("appointment_moved", news(TimeDelta::days(7))),
    ("appointment_cancelled", news(TimeDelta::days(7))),
    ("appointment_reminder", reminds(TimeDelta::hours(12))),
    ("calendar_changed", news(TimeDelta::days(7))),
    ("appointments_orphaned", news(TimeDelta::days(7))),
    // Care.
    ("risk_alert_raised", news(TimeDelta::days(30))),
    ("risk_alert_unreached", news(TimeDelta::days(30))),
    ("conflict_found", news(TimeDelta::days(14))),
    ("assessment_asked", news(TimeDelta::days(14))),
    ("follow_up_reminder", reminds(TimeDelta::days(3))),
    ("follow_up_chaser", reminds(TimeDelta::days(3))),
    ("feedback_invited", reminds(TimeDelta::days(7))),
    ("place_offered", news(TimeDelta::days(7))),
    ("place_confirmed", news(TimeDelta::days(7))),
    ("session_moved", news(TimeDelta::days(2))),
    ("session_cancelled", news(TimeDelta::days(2))),
    ("sessions_changed", news(TimeDelta::days(7))),
    ("sessions_over", news(TimeDelta::days(7))),
    // The way in.
    ("referral_news", news(TimeDelta::days(14))),
    ("referral_waits", news(TimeDelta::days(14))),
    ("referral_answered", news(TimeDelta::days(14))),
    ("funding_news", news(TimeDelta::days(14))),
    ("funding_answer_awaited", yields(TimeDelta::days(7))),
    ("funding_uncovered", news(TimeDelta::days(14))),
    ("contact_task_late", news(TimeDelta::days(1))),
    ("outreach", news(TimeDelta::days(3))),
    ("outreach_counts", news(TimeDelta::days(30))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_notice_has_its_timing_and_none_is_named_twice() {
        let (composers, mut names) = (composers(), TIMINGS.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
        let without: Vec<&str> = composers.kinds().filter(|kind| !names.contains(kind)).collect();
        assert!(without.is_empty(), "{without:?}");
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
