//! Rules of feedback: when it can be given, when practitioners are invited, and when comments are released.

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;

use super::model::{AppointmentFacts, InvitationFacts, Policy};
use platform::clock::days_later;
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::AppointmentState;

/// Whether feedback about an appointment may be given: it was attended, not too long ago, and has no feedback yet.
///
/// # Errors
/// [`Reason::FeedbackGiven`], [`Reason::FeedbackNotDue`] or [`Reason::FeedbackClosed`].
pub fn may_give_appointment_feedback(facts: AppointmentFacts, policy: &Policy, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.feedback_given {
        return Err(Reason::FeedbackGiven.into());
    }
    if facts.status != AppointmentState::Attended {
        return Err(Reason::FeedbackNotDue.into());
    }
    check_still_open(facts.starts_at, policy.open_days_after_appointment, now)
}

/// Whether feedback about care as a whole may be given: care has ended, not too long ago, and this end of care has no feedback
/// yet.
///
/// # Errors
/// As [`may_give_appointment_feedback`].
pub fn may_give_discharge_feedback(
    ended_at: Option<DateTime<Utc>>,
    given: bool,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let Some(ended_at) = ended_at else { return Err(Reason::FeedbackNotDue.into()) };
    if given {
        return Err(Reason::FeedbackGiven.into());
    }
    check_still_open(ended_at, policy.open_days_after_discharge, now)
}

fn check_still_open(since: DateTime<Utc>, days: u16, now: DateTime<Utc>) -> Result<(), Refusal> {
    if now <= days_later(since, days.into()) { Ok(()) } else { Err(Reason::FeedbackClosed.into()) }
}

/// Whether a practitioner is invited to give feedback. Decided when the invitation is due, from the facts at that time: not if
/// they have given feedback, were invited recently, or have an open risk alert.
pub fn should_invite(facts: InvitationFacts, policy: &Policy, now: DateTime<Utc>) -> bool {
    let recently = |invited| now - invited < TimeDelta::days(policy.invite_every_days.into());
    facts.still_applies && !facts.feedback_given && !facts.has_open_alert && !facts.last_invited.is_some_and(recently)
}

/// Comments written before this instant can be released now. It is the start of a month, some weeks ago, so that the time of
/// release does not reveal the day on which a comment was written.
pub fn release_cutoff(policy: &Policy, now: DateTime<Utc>) -> DateTime<Utc> {
    let then = (now - TimeDelta::days(policy.release_after_days.into())).with_timezone(&London).date_naive();
    let first = then.with_day(1).unwrap_or(then).and_time(NaiveTime::MIN);
    London.from_local_datetime(&first).earliest().map_or(first.and_utc(), |time| time.with_timezone(&Utc))
}

/// Whether comments may be released together: they are written by at least five people, the minimum for every statistic of the
/// service.
pub fn may_release(people: usize, policy: &Policy) -> bool {
    people >= usize::from(policy.release_fewest_people)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::catalogue::policy;

    fn noon() -> DateTime<Utc> {
        "2027-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn feedback_about_an_appointment_is_given_once_after_it_was_attended() {
        let good = AppointmentFacts { status: AppointmentState::Attended, starts_at: noon(), feedback_given: false };
        let policy = policy();
        let late = noon() + TimeDelta::days(90);
        for (name, facts, now, expected) in [
            ("attended", good, noon(), Ok(())),
            ("the last moment", good, late, Ok(())),
            ("too late", good, late + TimeDelta::seconds(1), Err(Reason::FeedbackClosed)),
            ("twice", AppointmentFacts { feedback_given: true, ..good }, noon(), Err(Reason::FeedbackGiven)),
            ("not yet", AppointmentFacts { status: AppointmentState::Booked, ..good }, noon(), Err(Reason::FeedbackNotDue)),
            ("missed", AppointmentFacts { status: AppointmentState::NotAttended, ..good }, noon(), Err(Reason::FeedbackNotDue)),
            ("cancelled", AppointmentFacts { status: AppointmentState::Cancelled, ..good }, noon(), Err(Reason::FeedbackNotDue)),
        ] {
            assert_eq!(may_give_appointment_feedback(facts, policy, now).map_err(|refusal| refusal.reason), expected, "{name}");
        }
    }

    #[test]
    fn feedback_about_care_is_given_once_after_it_has_ended() {
        let policy = policy();
        let late = noon() + TimeDelta::days(180);
        for (name, ended, given, now, expected) in [
            ("it has ended", Some(noon()), false, noon(), Ok(())),
            ("the last moment", Some(noon()), false, late, Ok(())),
            ("too late", Some(noon()), false, late + TimeDelta::seconds(1), Err(Reason::FeedbackClosed)),
            ("twice", Some(noon()), true, noon(), Err(Reason::FeedbackGiven)),
            ("it has not ended", None, false, noon(), Err(Reason::FeedbackNotDue)),
        ] {
            assert_eq!(
                may_give_discharge_feedback(ended, given, policy, now).map_err(|refusal| refusal.reason),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn practitioners_are_invited_rarely_and_not_while_a_risk_alert_is_open() {
        let good = InvitationFacts { feedback_given: false, last_invited: None, has_open_alert: false, still_applies: true };
        for (name, facts, expected) in [
            ("first invitation", good, true),
            ("feedback already given", InvitationFacts { feedback_given: true, ..good }, false),
            ("invited 27 days ago", InvitationFacts { last_invited: Some(noon() - TimeDelta::days(27)), ..good }, false),
            ("invited 28 days ago", InvitationFacts { last_invited: Some(noon() - TimeDelta::days(28)), ..good }, true),
            ("open risk alert", InvitationFacts { has_open_alert: true, ..good }, false),
            ("no longer applies", InvitationFacts { still_applies: false, ..good }, false),
        ] {
            assert_eq!(should_invite(facts, policy(), noon()), expected, "{name}");
        }
    }

    #[test]
    fn the_release_date_does_not_reveal_when_a_comment_was_written() {
        for (now, until) in [
            ("2027-03-01T12:00:00Z", "2027-02-01T00:00:00Z"),
            ("2027-02-28T12:00:00Z", "2027-01-01T00:00:00Z"),
            ("2027-06-15T12:00:00Z", "2027-04-30T23:00:00Z"),
        ] {
            let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
            assert_eq!(release_cutoff(policy(), time(now)), time(until), "{now}");
        }
    }

    #[test]
    fn comments_are_released_when_five_people_wrote_some() {
        for (people, expected) in [(0, false), (4, false), (5, true), (500, true)] {
            assert_eq!(may_release(people, policy()), expected, "{people}");
        }
    }
}
