//! When feedback is taken in, when it is asked for, and when words may be read.

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;

use super::model::{AppointmentJudged, Invited, Policy};
use platform::clock::days_later;
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::AppointmentStatus;

/// Whether an appointment may be judged: it took place, not too long ago, and was not judged before.
///
/// # Errors
/// [`Reason::FeedbackGiven`], [`Reason::FeedbackNotDue`] or [`Reason::FeedbackClosed`].
pub fn may_judge_appointment(facts: AppointmentJudged, policy: &Policy, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.given {
        return Err(Reason::FeedbackGiven.into());
    }
    if facts.status != AppointmentStatus::Attended {
        return Err(Reason::FeedbackNotDue.into());
    }
    open_until(facts.starts_at, policy.open_days_after_appointment, now)
}

/// Whether care as a whole may be judged: it has ended, not too long ago, and this end was not judged before.
///
/// # Errors
/// As [`may_judge_appointment`].
pub fn may_judge_discharge(
    ended_at: Option<DateTime<Utc>>,
    given: bool,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let Some(ended_at) = ended_at else { return Err(Reason::FeedbackNotDue.into()) };
    if given {
        return Err(Reason::FeedbackGiven.into());
    }
    open_until(ended_at, policy.open_days_after_discharge, now)
}

fn open_until(since: DateTime<Utc>, days: u16, now: DateTime<Utc>) -> Result<(), Refusal> {
    if now <= days_later(since, days.into()) { Ok(()) } else { Err(Reason::FeedbackClosed.into()) }
}

/// Whether somebody is sent a letter that asks. Decided when it is due, from how things stand then: nobody is asked who has
/// answered, who was asked lately, or for whose safety somebody has yet to look.
pub fn is_invited(facts: Invited, policy: &Policy, now: DateTime<Utc>) -> bool {
    let lately = |asked| now - asked < TimeDelta::days(policy.invite_every_days.into());
    facts.still_so && !facts.given && !facts.risk_is_open && !facts.last_asked.is_some_and(lately)
}

/// Before which instant words must have been written to be shown by now: the beginning of a month that is some weeks old. So the
/// moment at which words appear tells no day on which they were written.
pub fn released_until(policy: &Policy, now: DateTime<Utc>) -> DateTime<Utc> {
    let then = (now - TimeDelta::days(policy.release_after_days.into())).with_timezone(&London).date_naive();
    let first = then.with_day(1).unwrap_or(then).and_time(NaiveTime::MIN);
    London.from_local_datetime(&first).earliest().map_or(first.and_utc(), |time| time.with_timezone(&Utc))
}

/// Whether words may be shown together to those who run the service: they are of at least five people, as no figure of the
/// service is about fewer.
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
    fn an_appointment_is_judged_once_after_it_took_place() {
        let good = AppointmentJudged { status: AppointmentStatus::Attended, starts_at: noon(), given: false };
        let policy = policy();
        let late = noon() + TimeDelta::days(90);
        for (name, facts, now, expected) in [
            ("it took place", good, noon(), Ok(())),
            ("the last moment", good, late, Ok(())),
            ("too late", good, late + TimeDelta::seconds(1), Err(Reason::FeedbackClosed)),
            ("twice", AppointmentJudged { given: true, ..good }, noon(), Err(Reason::FeedbackGiven)),
            ("not yet", AppointmentJudged { status: AppointmentStatus::Booked, ..good }, noon(), Err(Reason::FeedbackNotDue)),
            ("missed", AppointmentJudged { status: AppointmentStatus::NotAttended, ..good }, noon(), Err(Reason::FeedbackNotDue)),
            (
                "called off",
                AppointmentJudged { status: AppointmentStatus::Cancelled, ..good },
                noon(),
                Err(Reason::FeedbackNotDue),
            ),
        ] {
            assert_eq!(may_judge_appointment(facts, policy, now).map_err(|refusal| refusal.reason), expected, "{name}");
        }
    }

    #[test]
    fn care_is_judged_once_after_it_has_ended() {
        let policy = policy();
        let late = noon() + TimeDelta::days(180);
        for (name, ended, given, now, expected) in [
            ("it has ended", Some(noon()), false, noon(), Ok(())),
            ("the last moment", Some(noon()), false, late, Ok(())),
            ("too late", Some(noon()), false, late + TimeDelta::seconds(1), Err(Reason::FeedbackClosed)),
            ("twice", Some(noon()), true, noon(), Err(Reason::FeedbackGiven)),
            ("it has not ended", None, false, noon(), Err(Reason::FeedbackNotDue)),
        ] {
            assert_eq!(may_judge_discharge(ended, given, policy, now).map_err(|refusal| refusal.reason), expected, "{name}");
        }
    }

    #[test]
    fn people_are_asked_seldom_and_not_while_there_is_risk() {
        let good = Invited { given: false, last_asked: None, risk_is_open: false, still_so: true };
        for (name, facts, expected) in [
            ("asked for the first time", good, true),
            ("they have answered", Invited { given: true, ..good }, false),
            ("asked 27 days ago", Invited { last_asked: Some(noon() - TimeDelta::days(27)), ..good }, false),
            ("asked 28 days ago", Invited { last_asked: Some(noon() - TimeDelta::days(28)), ..good }, true),
            ("risk that nobody has looked at", Invited { risk_is_open: true, ..good }, false),
            ("it is not so any more", Invited { still_so: false, ..good }, false),
        ] {
            assert_eq!(is_invited(facts, policy(), noon()), expected, "{name}");
        }
    }

    #[test]
    fn when_words_appear_tells_no_day_on_which_they_were_written() {
        for (now, until) in [
            ("2027-03-01T12:00:00Z", "2027-02-01T00:00:00Z"),
            ("2027-02-28T12:00:00Z", "2027-01-01T00:00:00Z"),
            ("2027-06-15T12:00:00Z", "2027-04-30T23:00:00Z"),
        ] {
            let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
            assert_eq!(released_until(policy(), time(now)), time(until), "{now}");
        }
    }

    #[test]
    fn words_are_shown_when_five_people_wrote_some() {
        for (people, expected) in [(0, false), (4, false), (5, true), (500, true)] {
            assert_eq!(may_release(people, policy()), expected, "{people}");
        }
    }
}
