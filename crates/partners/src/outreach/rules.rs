//! What may be done to a campaign, by whom, and how many messages go when.

pub mod answering;
pub mod counts;

use chrono::{NaiveDate, TimeDelta};

use super::catalogue::Limits;
use super::model::{OutreachEvent, OutreachKind, OutreachState, OutreachWording, Plan, Sending, TeamRequestState, Turn};
use people::notifications::rules::quiet_until;
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};

/// How many messages go in one transaction.
pub const BATCH: i64 = 50;
/// How far a sender that was held up catches up. What it missed before is not sent in one go: a pace is a pace.
pub const CATCH_UP: TimeDelta = TimeDelta::minutes(1);

/// Where a campaign stands after something has happened to it.
///
/// # Errors
/// 409 `outreach_state`.
pub fn step(state: OutreachState, event: OutreachEvent) -> Result<OutreachState, Refusal> {
    use crate::outreach::model::{OutreachEvent as E, OutreachState as S};
    let next = match (state, event) {
        (S::Draft, E::Changed) | (S::Ready, E::Returned) => S::Draft,
        (S::Draft, E::HandedIn) => S::Ready,
        (S::Ready, E::Released) | (S::Paused, E::Resumed) => S::Running,
        (S::Running, E::Paused) => S::Paused,
        (S::Draft | S::Ready | S::Running | S::Paused, E::Cancelled) | (S::Draft | S::Ready, E::Ended) => S::Cancelled,
        (S::Running | S::Paused, E::Ended) => S::Finished,
        _ => return Err(Refusal::new(Reason::OutreachState, "The campaign does not stand where you can do this.")),
    };
    Ok(next)
}

/// Lets words through that are for this kind of campaign.
///
/// # Errors
/// 422 `outreach_wording`.
pub fn check_wording(kind: OutreachKind, wording: OutreachWording) -> Result<(), Refusal> {
    use crate::outreach::model::{OutreachKind as K, OutreachWording as W};
    let fits = match wording {
        W::StaffOffer | W::RecentEvents | W::BusyWeeks => kind == K::IndividualOffer,
        W::TeamOffer => kind == K::TeamSupport,
        W::SeniorOffer => kind == K::SeniorLeaders,
    };
    if fits {
        return Ok(());
    }
    Err(Refusal::from(Reason::OutreachWording).field("/wording", "not_allowed", "These words are for another kind of campaign."))
}

/// Lets days through on which a campaign can run: it ends after it begins, not in the past, and not too late, for until its
/// end we keep contacts of people who never asked us to (Caldicott principle 3: the minimum necessary).
///
/// # Errors
/// 422 `outreach_dates`, naming the member.
pub fn check_dates(starts_at: UtcTime, ends_on: NaiveDate, today: NaiveDate, limits: &Limits) -> Result<(), Refusal> {
    let first = starts_at.london_day().max(today);
    let wrong = |word, detail: String| Err(Refusal::from(Reason::OutreachDates).field("/ends_on", word, detail));
    if ends_on < first {
        return wrong("too_early", "The last day is not before the first, nor before today.".to_owned());
    }
    if (ends_on - first).num_days() > limits.longest_days {
        return wrong("too_late", format!("A campaign lasts {} days at most.", limits.longest_days));
    }
    Ok(())
}

/// Lets a plan through that may be written down.
///
/// # Errors
/// As [`check_wording`] and [`check_dates`]; 422 `outreach_dates` at the statement's day when that is yet to come.
pub fn check_plan(plan: &Plan, today: NaiveDate, limits: &Limits) -> Result<(), Refusal> {
    check_wording(plan.kind, plan.wording)?;
    check_dates(plan.starts_at, plan.ends_on, today, limits)?;
    if plan.told.statement.as_ref().is_some_and(|statement| statement.given_on > today) {
        let detail = "Nobody can have said so on a day to come.";
        return Err(Refusal::from(Reason::OutreachDates).field("/statement/given_on", "too_late", detail));
    }
    Ok(())
}

/// Lets a campaign through that may be handed in or released. The employer must have said that it gave the contacts for this
/// purpose: staff are contacted proactively, so lawfulness and purpose are on record first (UK GDPR, article 5;
/// `docs/clinical-rules.md#outreach`).
///
/// # Errors
/// 422 `outreach_incomplete`, naming what is missing; as [`check_plan`].
pub fn check_complete(plan: &Plan, recipients: i64, today: NaiveDate, limits: &Limits) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::OutreachIncomplete);
    if plan.told.statement.is_none() {
        refusal = refusal.field("/statement", "required", "Record who at the employer said what the contacts are for, and when.");
    }
    if recipients == 0 {
        refusal = refusal.field("/recipients", "required", "There is nobody to write to.");
    }
    if refusal.fields.is_empty() { check_plan(plan, today, limits) } else { Err(refusal) }
}

/// Four eyes: whoever wrote a campaign or handed it in does not release it.
///
/// # Errors
/// 422 `second_person_required`.
pub fn check_release(created_by: Id, handed_in_by: Option<Id>, caller: Id) -> Result<(), Refusal> {
    if caller == created_by || Some(caller) == handed_in_by {
        return Err(Refusal::new(Reason::SecondPersonRequired, "Ask another coordinator to look at it and release it."));
    }
    Ok(())
}

/// Lets so many recipients through.
///
/// # Errors
/// 422 `outreach_too_many`.
pub fn check_size(recipients: i64, limits: &Limits) -> Result<(), Refusal> {
    if recipients <= limits.most_recipients {
        return Ok(());
    }
    let detail = format!("A campaign has {} recipients at most.", limits.most_recipients);
    Err(Refusal::new(Reason::OutreachTooMany, detail))
}

/// A team's request is taken by one coordinator, and finished by that one.
///
/// # Errors
/// 409 `team_request_state`.
pub fn check_team(state: TeamRequestState, taken_by: Option<Id>, next: TeamRequestState, caller: Id) -> Result<(), Refusal> {
    use crate::outreach::model::TeamRequestState as S;
    match (state, next) {
        (S::Open, S::Taken) => Ok(()),
        (S::Taken, S::Done) if taken_by == Some(caller) => Ok(()),
        (S::Taken, _) => Err(Refusal::new(Reason::TeamRequestState, "A coordinator looks after this already.")),
        (S::Open, _) => Err(Refusal::new(Reason::TeamRequestState, "Take it first.")),
        (S::Done, _) => Err(Refusal::new(Reason::TeamRequestState, "This is done.")),
    }
}

/// What a sender does about a campaign at `now`.
pub fn turn(campaign: &Sending, now: UtcTime) -> Turn {
    if now.london_day() > campaign.ends_on {
        return Turn::Over;
    }
    if campaign.next_at > now {
        return Turn::Later(campaign.next_at);
    }
    if let Some(morning) = quiet_until(campaign.quiet, now.get()) {
        return Turn::Later(morning.into());
    }
    let gap = TimeDelta::microseconds(3_600_000_000 / i64::from(campaign.per_hour.max(1)));
    let from = campaign.next_at.max(now - CATCH_UP);
    let passed = (now.get() - from.get()).num_microseconds().unwrap_or(0);
    let count = (passed / gap.num_microseconds().unwrap_or(1).max(1) + 1).min(BATCH);
    let next_at = from + TimeDelta::microseconds(gap.num_microseconds().unwrap_or(1) * count);
    Turn::Send { count, next_at }
}

#[cfg(test)]
mod tests;
