//! What may be agreed, what a follow-up has come to, and what the service does about it by itself.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::London;

use super::model::{
    Candidate, ClosedAs, FollowUpContactOutcome, FollowUpState, HeldAppointment, Interval, IntervalUnit, Letters, Plan, Standing,
    Step, Wanted, Window,
};
use people::practitioners::model::Pathway;
use platform::clock::london_time;
use platform::ids::UtcTime;
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::AppointmentStatus;

/// Whether something may be agreed at the end of this appointment: it has begun, and nobody says that it was missed.
///
/// # Errors
/// [`Reason::AppointmentNotHeld`].
pub fn may_agree_in(appointment: &HeldAppointment, now: DateTime<Utc>) -> Result<(), Refusal> {
    let held = match appointment.status {
        AppointmentStatus::Attended => true,
        AppointmentStatus::Booked => appointment.starts_at <= now,
        AppointmentStatus::NotAttended | AppointmentStatus::Cancelled => false,
    };
    if held { Ok(()) } else { Err(Reason::AppointmentNotHeld.into()) }
}

/// Whether one more may be agreed for somebody who stands here and has so many open.
///
/// # Errors
/// [`Reason::NotEligible`] once care has ended, [`Reason::TooManyFollowUps`].
pub fn may_have_another(pathway: Pathway, open: i64, plan: &Plan) -> Result<(), Refusal> {
    if has_ended(pathway) {
        return Err(Refusal::new(Reason::NotEligible, "Care has ended: nothing more can be agreed."));
    }
    if open >= i64::from(plan.most_open) { Err(Reason::TooManyFollowUps.into()) } else { Ok(()) }
}

/// Whether care has ended for somebody who stands here.
pub const fn has_ended(pathway: Pathway) -> bool {
    matches!(pathway, Pathway::Discharged | Pathway::Signposted)
}

/// The window that an interval makes, counted in days in Europe/London from the day of the appointment.
///
/// # Errors
/// [`Reason::InvalidInterval`], naming the end that does not fit: backwards, too far ahead, or over already.
pub fn window(appointment: DateTime<Utc>, interval: Interval, now: DateTime<Utc>, plan: &Plan) -> Result<Window, Refusal> {
    let day = london_day(appointment);
    let days = |count: u16| match interval.unit {
        IntervalUnit::Days => u64::from(count),
        IntervalUnit::Weeks => u64::from(count) * 7,
    };
    let slack = plan.slack_days.get(&interval.unit).copied().unwrap_or_default();
    let (first, last) = (days(interval.from), interval.to.map_or(days(interval.from) + u64::from(slack), days));
    if last < first {
        return Err(interval_refusal("/interval_to", "The interval ends before it begins."));
    }
    if last > u64::from(plan.longest_days) {
        let pointer = if interval.to.is_some() { "/interval_to" } else { "/interval_from" };
        return Err(interval_refusal(pointer, "The interval reaches too far ahead."));
    }
    let window = Window { from: ahead(day, first), by: ahead(day, last) };
    if window.by < london_day(now) {
        return Err(interval_refusal("/interval_from", "The interval is over already."));
    }
    Ok(window)
}

/// Whether a window may be set by its days.
///
/// # Errors
/// [`Reason::InvalidInterval`], naming the day that does not fit.
pub fn check_window(window: Window, now: DateTime<Utc>, plan: &Plan) -> Result<(), Refusal> {
    let today = london_day(now);
    if window.by < window.from {
        return Err(interval_refusal("/due_by", "The window ends before it begins."));
    }
    if window.by < today {
        return Err(interval_refusal("/due_by", "The window is over already."));
    }
    if window.by > ahead(today, plan.longest_days.into()) || window.from < today - Days::new(plan.longest_days.into()) {
        return Err(interval_refusal("/due_by", "The window lies too far away."));
    }
    Ok(())
}

fn interval_refusal(pointer: &str, detail: &'static str) -> Refusal {
    Refusal::new(Reason::InvalidInterval, detail).field(pointer, "out_of_range", detail)
}

/// From when on an appointment counts as the one that was agreed: some days before the window, never before it was agreed.
pub fn counts_from(window: Window, agreed_at: DateTime<Utc>, plan: &Plan) -> DateTime<Utc> {
    let early = window.from.checked_sub_days(Days::new(plan.counts_early_days.into())).unwrap_or(window.from);
    beginning(early).max(agreed_at)
}

/// The instant at which a day begins in Europe/London.
pub fn beginning(day: NaiveDate) -> DateTime<Utc> {
    london_time(day, NaiveTime::MIN)
}

/// The day on the wall in Europe/London.
pub fn london_day(time: DateTime<Utc>) -> NaiveDate {
    UtcTime::from(time).london_day()
}

fn ahead(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The appointment that a follow-up came to, if any: one that took place before one that is only booked, the one that
/// somebody said it is before others, and then the first of that clinician and kind that begins in time. How late it is does
/// not matter: whoever comes late has come.
pub fn fulfilled_by(wanted: &Wanted, appointments: &[Candidate]) -> Option<Candidate> {
    let stands = |one: &Candidate| matches!(one.status, AppointmentStatus::Booked | AppointmentStatus::Attended);
    let linked = |one: &Candidate| Some(one.id) == wanted.linked;
    let fits = |one: &Candidate| {
        one.id != wanted.agreed_in
            && one.clinician == wanted.clinician
            && one.kind == wanted.kind
            && one.starts_at >= wanted.counts_from
    };
    let order = |one: &&Candidate| (one.status == AppointmentStatus::Booked, !linked(one), one.starts_at, one.id);
    appointments.iter().filter(|one| stands(one) && (linked(one) || fits(one))).min_by_key(order).copied()
}

/// Whether somebody may say that this appointment is the one that was agreed.
///
/// # Errors
/// [`Reason::AppointmentNotSuitable`] when it was missed or called off, or does not come after the one
/// in which it was agreed.
pub fn may_link(appointment: &HeldAppointment, agreed_in: DateTime<Utc>) -> Result<(), Refusal> {
    let stands = matches!(appointment.status, AppointmentStatus::Booked | AppointmentStatus::Attended);
    if stands && appointment.starts_at > agreed_in {
        return Ok(());
    }
    Err(Reason::AppointmentNotSuitable.into())
}

/// Where a follow-up stands on that day.
pub fn state(standing: &Standing, today: NaiveDate) -> FollowUpState {
    let appointment = standing.appointment.map(|appointment| appointment.status);
    match (standing.closed, appointment) {
        (Some(ClosedAs::Cancelled), _) => FollowUpState::Cancelled,
        (Some(ClosedAs::CareEnded), _) => FollowUpState::CareEnded,
        (Some(ClosedAs::Done), _) | (None, Some(AppointmentStatus::Attended)) => FollowUpState::Done,
        (None, _) if has_ended(standing.pathway) => FollowUpState::CareEnded,
        (None, Some(_)) => FollowUpState::Booked,
        (None, None) if standing.window.by < today => FollowUpState::Overdue,
        (None, None) if standing.window.from <= today => FollowUpState::Due,
        (None, None) => FollowUpState::Waiting,
    }
}

/// Whether people may still change a follow-up, link it, or call it off.
///
/// # Errors
/// [`Reason::FollowUpClosed`].
pub fn check_open(state: FollowUpState) -> Result<(), Refusal> {
    match state {
        FollowUpState::Done | FollowUpState::Cancelled | FollowUpState::CareEnded => Err(Reason::FollowUpClosed.into()),
        FollowUpState::Waiting | FollowUpState::Due | FollowUpState::Overdue | FollowUpState::Booked => Ok(()),
    }
}

/// Whether a person is to ring: nobody has come, and the time for ringing has.
pub fn needs_call(state: FollowUpState, call_due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    state == FollowUpState::Overdue && call_due_at.is_some_and(|due| due <= now)
}

/// What the service does about a follow-up now. It is decided from what is true at this moment: whoever has booked, whose
/// care has ended, or who has said no is never written to, whatever was planned.
pub fn step(standing: &Standing, letters: &Letters, now: DateTime<Utc>, correction: TimeDelta, plan: &Plan) -> Step {
    let today = london_day(now);
    if standing.closed.is_some() {
        return Step::Wait;
    }
    match state(standing, today) {
        FollowUpState::CareEnded => Step::Close(ClosedAs::CareEnded),
        FollowUpState::Done if is_settled(standing, now, correction) => Step::Close(ClosedAs::Done),
        FollowUpState::Due if !letters.reminded && letters.worth_writing && is_day(now, plan) => Step::Remind,
        FollowUpState::Overdue => chase(standing, letters, now, plan),
        _ => Step::Wait,
    }
}

/// Attendance may be corrected for a while; only then is it settled.
fn is_settled(standing: &Standing, now: DateTime<Utc>, correction: TimeDelta) -> bool {
    let recorded = standing.appointment.and_then(|appointment| appointment.attendance_recorded_at);
    recorded.is_none_or(|recorded| now - recorded > correction)
}

/// Whether they said, when they were last rung, that they do not want it.
pub fn has_declined(letters: &Letters) -> bool {
    letters.last_contact.is_some_and(|(_, outcome)| outcome == FollowUpContactOutcome::Declined)
}

fn chase(standing: &Standing, letters: &Letters, now: DateTime<Utc>, plan: &Plan) -> Step {
    if has_declined(letters) {
        return Step::Wait;
    }
    let gap = usize::try_from(letters.chased).ok().and_then(|sent| plan.chase_after_days.get(sent));
    let (Some(gap), true) = (gap, letters.worth_writing) else {
        return if letters.call_asked { Step::Wait } else { Step::AskForCall };
    };
    // Whoever was rung is given as much time as if they had had a letter.
    let contact = letters.last_contact.map(|(day, _)| day);
    let since = [letters.last_chased, contact].into_iter().flatten().fold(standing.window.by, NaiveDate::max);
    if london_day(now) >= ahead(since, (*gap).into()) && is_day(now, plan) { Step::Chase } else { Step::Wait }
}

/// Letters go out at a time of day at which a telephone may make a noise.
fn is_day(now: DateTime<Utc>, plan: &Plan) -> bool {
    let time = now.with_timezone(&London).time();
    plan.letters_from <= time && time < plan.letters_until
}

/// When to look at it again: the next time that letters begin to go out.
pub fn next_look(now: DateTime<Utc>, plan: &Plan) -> DateTime<Utc> {
    let today = london_day(now);
    let morning = london_time(today, plan.letters_from);
    if now < morning { morning } else { london_time(ahead(today, 1), plan.letters_from) }
}

/// From when on to ring again after this came of ringing; never where the plan has no days for it.
pub fn call_again(outcome: FollowUpContactOutcome, now: DateTime<Utc>, plan: &Plan) -> Option<DateTime<Utc>> {
    let days = plan.call_again_after_days.get(&outcome).copied().flatten()?;
    Some(london_time(ahead(london_day(now), days.into()), plan.letters_from))
}

/// The stretch of time for which slots are suggested: what is left of the window, or the days ahead once it is over.
pub fn suggested_times(window: Window, now: DateTime<Utc>, plan: &Plan) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = beginning(ahead(window.by, 1));
    if end <= now {
        return (now, now + TimeDelta::days(plan.overdue_window_days.into()));
    }
    (beginning(window.from).max(now), end)
}

/// A stretch of time cut into pieces that one search may cover.
pub fn pieces(from: DateTime<Utc>, to: DateTime<Utc>, longest: TimeDelta) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let starts = std::iter::successors(Some(from), |start| start.checked_add_signed(longest)).take_while(|start| *start < to);
    starts.map(|start| (start, start.checked_add_signed(longest).map_or(to, |end| end.min(to)))).collect()
}
