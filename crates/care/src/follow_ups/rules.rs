//! Rules of follow-ups: what may be agreed, their state, and the steps of the background job.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::London;

use super::model::{
    AppointmentFacts, CandidateAppointment, ClosedAs, FollowUpContactAttemptOutcome, FollowUpFacts, FollowUpState, Interval,
    IntervalUnit, MatchCriteria, MessageFacts, Policy, Step, Window,
};
use people::practitioners::model::Pathway;
use platform::clock::london_time;
use platform::ids::UtcTime;
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::AppointmentState;

/// Whether a follow-up may be agreed at the end of this appointment: it has begun, and is not recorded as missed.
///
/// # Errors
/// [`Reason::AppointmentNotHeld`], [`Reason::AppointmentMissed`] or [`Reason::AppointmentNotBooked`].
pub fn may_agree_follow_up(appointment: &AppointmentFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    match appointment.status {
        AppointmentState::Booked if now < appointment.starts_at => Err(Reason::AppointmentNotHeld.into()),
        AppointmentState::Booked | AppointmentState::Attended => Ok(()),
        AppointmentState::NotAttended => Err(Reason::AppointmentMissed.into()),
        AppointmentState::Cancelled => Err(Reason::AppointmentNotBooked.into()),
    }
}

/// Whether another follow-up may be agreed for a practitioner on this pathway with this number of open ones.
///
/// # Errors
/// [`Reason::NotEligible`] once care has ended, [`Reason::TooManyFollowUps`].
pub fn may_add_follow_up(pathway: Pathway, open: i64, policy: &Policy) -> Result<(), Refusal> {
    if care_has_ended(pathway) {
        return Err(Refusal::new(
            Reason::NotEligible,
            "Care has ended, so no follow-up can be agreed. Ask a coordinator to readmit the practitioner first.",
        ));
    }
    if open >= i64::from(policy.max_open) { Err(Reason::TooManyFollowUps.into()) } else { Ok(()) }
}

/// Whether care has ended for a practitioner on this pathway.
pub const fn care_has_ended(pathway: Pathway) -> bool {
    matches!(pathway, Pathway::Discharged | Pathway::Signposted)
}

/// The window of an interval, counted in days in Europe/London from the date of the appointment.
///
/// # Errors
/// [`Reason::InvalidInterval`], naming the end that is wrong: before the start, too far in the future, or already past.
pub fn window(appointment: DateTime<Utc>, interval: Interval, now: DateTime<Utc>, policy: &Policy) -> Result<Window, Refusal> {
    let day = london_day(appointment);
    let days = |count: u16| match interval.unit {
        IntervalUnit::Days => u64::from(count),
        IntervalUnit::Weeks => u64::from(count) * 7,
    };
    let slack = policy.slack_days.get(&interval.unit).copied().unwrap_or_default();
    let (first, last) = (days(interval.from), interval.to.map_or(days(interval.from) + u64::from(slack), days));
    if last < first {
        return Err(interval_refusal("/interval_to", "The interval ends before it begins. Choose a later end."));
    }
    if last > u64::from(policy.longest_days) {
        let pointer = if interval.to.is_some() { "/interval_to" } else { "/interval_from" };
        return Err(interval_refusal(pointer, "The interval is too long. Choose an earlier time."));
    }
    let window = Window { from: add_days(day, first), by: add_days(day, last) };
    if window.by < london_day(now) {
        return Err(interval_refusal("/interval_from", "The interval is already over. Choose a later time."));
    }
    Ok(window)
}

/// Whether a window may be set to these days.
///
/// # Errors
/// [`Reason::InvalidInterval`], naming the day that is wrong.
pub fn check_window(window: Window, now: DateTime<Utc>, policy: &Policy) -> Result<(), Refusal> {
    let today = london_day(now);
    if window.by < window.from {
        return Err(interval_refusal("/due_until", "The window ends before it begins. Choose a later last day."));
    }
    if window.by < today {
        return Err(interval_refusal("/due_until", "The window is already over. Choose a later last day."));
    }
    if window.by > add_days(today, policy.longest_days.into()) || window.from < today - Days::new(policy.longest_days.into()) {
        return Err(interval_refusal("/due_until", "The window is too far in the past or future. Choose dates closer to today."));
    }
    Ok(())
}

fn interval_refusal(pointer: &str, detail: &'static str) -> Refusal {
    Refusal::new(Reason::InvalidInterval, detail).field(pointer, "out_of_range", detail)
}

/// From when an appointment fulfils the follow-up: some days before the window, but never before it was agreed.
pub fn counts_from(window: Window, agreed_at: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    let early = window.from.checked_sub_days(Days::new(policy.counts_early_days.into())).unwrap_or(window.from);
    start_of_day(early).max(agreed_at)
}

/// The instant at which a day begins in Europe/London.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    london_time(day, NaiveTime::MIN)
}

/// The date in Europe/London.
pub fn london_day(time: DateTime<Utc>) -> NaiveDate {
    UtcTime::from(time).london_day()
}

fn add_days(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The appointment that fulfils a follow-up, if any. Attended appointments come before booked ones, the linked one before others,
/// then the first with the right clinician and kind that does not begin too early. A late appointment still fulfils it.
pub fn matching_appointment(criteria: &MatchCriteria, appointments: &[CandidateAppointment]) -> Option<CandidateAppointment> {
    let active = |one: &CandidateAppointment| matches!(one.status, AppointmentState::Booked | AppointmentState::Attended);
    let linked = |one: &CandidateAppointment| Some(one.id) == criteria.linked_id;
    let fits = |one: &CandidateAppointment| {
        one.id != criteria.agreed_appointment_id
            && one.clinician == criteria.clinician
            && one.kind == criteria.kind
            && one.starts_at >= criteria.counts_from
    };
    let order = |one: &&CandidateAppointment| (one.status == AppointmentState::Booked, !linked(one), one.starts_at, one.id);
    appointments.iter().filter(|one| active(one) && (linked(one) || fits(one))).min_by_key(order).copied()
}

/// Whether this appointment may be linked as the one that fulfils a follow-up.
///
/// # Errors
/// [`Reason::AppointmentNotSuitable`] when it was missed or cancelled, or is not after the appointment at which the follow-up
/// was agreed.
pub fn may_link(appointment: &AppointmentFacts, agreed_in: DateTime<Utc>) -> Result<(), Refusal> {
    let active = matches!(appointment.status, AppointmentState::Booked | AppointmentState::Attended);
    if active && appointment.starts_at > agreed_in {
        return Ok(());
    }
    let reason = Reason::AppointmentNotSuitable;
    Err(Refusal::from(reason).field("/appointment_id", "not_allowed", reason.sentence()))
}

/// The state of a follow-up on that day.
pub fn state(facts: &FollowUpFacts, today: NaiveDate) -> FollowUpState {
    let appointment = facts.appointment.map(|appointment| appointment.status);
    match (facts.closed_as, appointment) {
        (Some(ClosedAs::Cancelled), _) => FollowUpState::Cancelled,
        (Some(ClosedAs::CareEnded), _) => FollowUpState::CareEnded,
        (Some(ClosedAs::Done), _) | (None, Some(AppointmentState::Attended)) => FollowUpState::Done,
        (None, _) if care_has_ended(facts.pathway) => FollowUpState::CareEnded,
        (None, Some(_)) => FollowUpState::Booked,
        (None, None) if facts.window.by < today => FollowUpState::Overdue,
        (None, None) if facts.window.from <= today => FollowUpState::Due,
        (None, None) => FollowUpState::Waiting,
    }
}

/// Whether a follow-up may still be changed, linked or cancelled.
///
/// # Errors
/// [`Reason::FollowUpClosed`].
pub fn check_open(state: FollowUpState) -> Result<(), Refusal> {
    match state {
        FollowUpState::Done | FollowUpState::Cancelled | FollowUpState::CareEnded => Err(Reason::FollowUpClosed.into()),
        FollowUpState::Waiting | FollowUpState::Due | FollowUpState::Overdue | FollowUpState::Booked => Ok(()),
    }
}

/// Whether staff should call: it is overdue, and the call is due.
pub fn needs_call(state: FollowUpState, call_due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    state == FollowUpState::Overdue && call_due_at.is_some_and(|due| due <= now)
}

/// What the background job does about a follow-up now, decided from the facts at this moment: nothing is sent to a practitioner
/// who has booked, has declined, or is no longer in care, whatever was planned before.
pub fn next_step(
    facts: &FollowUpFacts,
    history: &MessageFacts,
    now: DateTime<Utc>,
    correction: TimeDelta,
    policy: &Policy,
) -> Step {
    let today = london_day(now);
    if facts.closed_as.is_some() {
        return Step::Wait;
    }
    match state(facts, today) {
        FollowUpState::CareEnded => Step::Close(ClosedAs::CareEnded),
        FollowUpState::Done if is_settled(facts, now, correction) => Step::Close(ClosedAs::Done),
        FollowUpState::Due if !history.reminded && history.message_useful && is_message_time(now, policy) => Step::Remind,
        FollowUpState::Overdue => chase_step(facts, history, now, policy),
        _ => Step::Wait,
    }
}

/// Whether attendance can no longer be corrected.
fn is_settled(facts: &FollowUpFacts, now: DateTime<Utc>, correction: TimeDelta) -> bool {
    let recorded = facts.appointment.and_then(|appointment| appointment.attendance_recorded_at);
    recorded.is_none_or(|recorded| now - recorded > correction)
}

/// Whether the practitioner declined the follow-up in the last call.
pub fn has_declined(history: &MessageFacts) -> bool {
    history.last_contact.is_some_and(|(_, outcome)| outcome == FollowUpContactAttemptOutcome::Declined)
}

fn chase_step(facts: &FollowUpFacts, history: &MessageFacts, now: DateTime<Utc>, policy: &Policy) -> Step {
    if has_declined(history) {
        return Step::Wait;
    }
    let gap = usize::try_from(history.chase_count).ok().and_then(|sent| policy.chase_after_days.get(sent));
    let (Some(gap), true) = (gap, history.message_useful) else {
        return if history.call_requested { Step::Wait } else { Step::RequestCall };
    };
    // A call gives the practitioner as much time as a message does.
    let contact = history.last_contact.map(|(day, _)| day);
    let since = [history.last_chased_on, contact].into_iter().flatten().fold(facts.window.by, NaiveDate::max);
    if london_day(now) >= add_days(since, (*gap).into()) && is_message_time(now, policy) { Step::Chase } else { Step::Wait }
}

/// Whether messages may be sent at this time of day.
fn is_message_time(now: DateTime<Utc>, policy: &Policy) -> bool {
    let time = now.with_timezone(&London).time();
    policy.messages_from <= time && time < policy.messages_until
}

/// When to check a follow-up next: the next time at which sending of messages starts.
pub fn next_check(now: DateTime<Utc>, policy: &Policy) -> DateTime<Utc> {
    let today = london_day(now);
    let morning = london_time(today, policy.messages_from);
    if now < morning { morning } else { london_time(add_days(today, 1), policy.messages_from) }
}

/// When to call again after a call with this result; never if the policy has no days for it.
pub fn next_call_due(outcome: FollowUpContactAttemptOutcome, now: DateTime<Utc>, policy: &Policy) -> Option<DateTime<Utc>> {
    let days = policy.call_again_after_days.get(&outcome).copied().flatten()?;
    Some(london_time(add_days(london_day(now), days.into()), policy.messages_from))
}

/// The period in which slots are suggested: the rest of the window or, after it is over, the next days.
pub fn suggested_period(window: Window, now: DateTime<Utc>, policy: &Policy) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = start_of_day(add_days(window.by, 1));
    if end <= now {
        return (now, now + TimeDelta::days(policy.overdue_window_days.into()));
    }
    (start_of_day(window.from).max(now), end)
}

/// Splits a period into parts that one search can cover.
pub fn split_period(from: DateTime<Utc>, to: DateTime<Utc>, longest: TimeDelta) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let starts = std::iter::successors(Some(from), |start| start.checked_add_signed(longest)).take_while(|start| *start < to);
    starts.map(|start| (start, start.checked_add_signed(longest).map_or(to, |end| end.min(to)))).collect()
}
