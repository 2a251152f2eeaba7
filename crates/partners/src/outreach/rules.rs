//! Who may do what with a campaign, and how many messages are sent when.

pub mod counts;
pub mod responses;

use chrono::{NaiveDate, TimeDelta};

use super::model::{
    DueCampaign, OutreachEvent, OutreachKind, OutreachState, OutreachWording, Plan, SendDecision, TeamRequestState,
};
use people::notifications::rules::quiet_until;
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};
use reference::service_limits::outreach::OutreachLimits;

/// How many messages are sent in one transaction.
pub const BATCH: i64 = 50;
/// How much time a delayed sending job catches up on. What it missed before is not sent all at once, so that the pace is kept.
pub const CATCH_UP: TimeDelta = TimeDelta::minutes(1);

/// The state of a campaign after an event.
///
/// # Errors
/// 409 `outreach_state`.
pub fn step(state: OutreachState, event: OutreachEvent) -> Result<OutreachState, Refusal> {
    use crate::outreach::model::{OutreachEvent as E, OutreachState as S};
    let next = match (state, event) {
        (S::Draft, E::Changed) | (S::Ready, E::Returned) => S::Draft,
        (S::Draft, E::Submitted) => S::Ready,
        (S::Ready, E::Approved) | (S::Paused, E::Resumed) => S::Running,
        (S::Running, E::Paused) => S::Paused,
        (S::Draft | S::Ready | S::Running | S::Paused, E::Cancelled) | (S::Draft | S::Ready, E::Ended) => S::Cancelled,
        (S::Running | S::Paused, E::Ended) => S::Finished,
        _ => {
            return Err(Refusal::new(
                Reason::OutreachState,
                "The state of the campaign does not allow this. Read it again to see its state.",
            ));
        }
    };
    Ok(next)
}

/// Checks that the wording is for this kind of campaign.
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
    Err(Refusal::from(Reason::OutreachWording).field(
        "/wording",
        "not_allowed",
        "This wording is for another kind of campaign. Choose another one.",
    ))
}

/// Checks the days of a campaign: it ends after it begins, not in the past, and not too late, because until its end the
/// service keeps contacts of people who never asked for it (Caldicott principle 3: the minimum necessary).
///
/// # Errors
/// 422 `outreach_dates`, naming the member.
pub fn check_dates(starts_at: UtcTime, ends_on: NaiveDate, today: NaiveDate, limits: &OutreachLimits) -> Result<(), Refusal> {
    let first = starts_at.london_day().max(today);
    let refuse = |word, detail: String| Err(Refusal::from(Reason::OutreachDates).field("/ends_on", word, detail));
    if ends_on < first {
        return refuse("too_early", "The last day must not be before the first day, nor before today.".to_owned());
    }
    if (ends_on - first).num_days() > i64::from(limits.longest_days) {
        return refuse(
            "too_late",
            format!("A campaign can last {} days at most. Choose an earlier last day.", limits.longest_days),
        );
    }
    Ok(())
}

/// Checks a plan before it is stored.
///
/// # Errors
/// As [`check_wording`] and [`check_dates`]; 422 `outreach_dates` at the statement's day when that is in the future.
pub fn check_plan(plan: &Plan, today: NaiveDate, limits: &OutreachLimits) -> Result<(), Refusal> {
    check_wording(plan.kind, plan.wording)?;
    check_dates(plan.starts_at, plan.ends_on, today, limits)?;
    if plan.content.statement.as_ref().is_some_and(|statement| statement.given_on > today) {
        let detail = "The statement's day must not be in the future.";
        return Err(Refusal::from(Reason::OutreachDates).field("/statement/given_on", "too_late", detail));
    }
    Ok(())
}

/// Checks that a campaign may be submitted or approved. The employer must have stated that it gave the contacts for this
/// purpose: staff are contacted proactively, so lawfulness and purpose are on record first (UK GDPR, article 5;
/// `docs/clinical-rules.md#outreach`).
///
/// # Errors
/// 422 `outreach_incomplete`, naming what is missing; as [`check_plan`].
pub fn check_complete(plan: &Plan, recipients: i64, today: NaiveDate, limits: &OutreachLimits) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::OutreachIncomplete);
    if plan.content.statement.is_none() {
        refusal =
            refusal.field("/statement", "required", "Record the employer's statement on what the contacts may be used for.");
    }
    if recipients == 0 {
        refusal = refusal.field("/recipients", "required", "The campaign has no recipients. Add some first.");
    }
    if refusal.fields.is_empty() { check_plan(plan, today, limits) } else { Err(refusal) }
}

/// Four-eyes principle: a coordinator who created or submitted a campaign cannot approve it.
///
/// # Errors
/// 409 `second_person_required`.
pub fn check_approve(created_by: Id, submitted_by: Option<Id>, caller: Id) -> Result<(), Refusal> {
    if caller == created_by || Some(caller) == submitted_by {
        return Err(Refusal::new(
            Reason::SecondPersonRequired,
            "You created or submitted this campaign. Ask another coordinator to review and approve it.",
        ));
    }
    Ok(())
}

/// Checks the number of recipients.
///
/// # Errors
/// 422 `outreach_too_many`.
pub fn check_recipient_count(recipients: i64, limits: &OutreachLimits) -> Result<(), Refusal> {
    if recipients <= i64::from(limits.most_recipients) {
        return Ok(());
    }
    let detail = format!("A campaign can have {} recipients at most. Start another campaign for more.", limits.most_recipients);
    Err(Refusal::new(Reason::OutreachTooMany, detail.clone()).field("/addresses", "too_many", detail))
}

/// Checks a step of a team's request: one coordinator takes it, and the same one completes it.
///
/// # Errors
/// 409 `team_request_state`.
pub fn check_team_request(
    state: TeamRequestState,
    taken_by: Option<Id>,
    next: TeamRequestState,
    caller: Id,
) -> Result<(), Refusal> {
    use crate::outreach::model::TeamRequestState as S;
    match (state, next) {
        (S::Open, S::Taken) => Ok(()),
        (S::Taken, S::Done) if taken_by == Some(caller) => Ok(()),
        (S::Taken, _) => Err(Refusal::new(Reason::TeamRequestState, "Another coordinator has already taken this request.")),
        (S::Open, _) => Err(Refusal::new(Reason::TeamRequestState, "Take the request first, then complete it.")),
        (S::Done, _) => Err(Refusal::new(Reason::TeamRequestState, "This request has already been completed.")),
    }
}

/// What the sending job does with a campaign at `now`.
pub fn decide_send(campaign: &DueCampaign, now: UtcTime) -> SendDecision {
    if now.london_day() > campaign.ends_on {
        return SendDecision::Over;
    }
    if campaign.next_at > now {
        return SendDecision::Later(campaign.next_at);
    }
    if let Some(morning) = quiet_until(campaign.quiet, now.get()) {
        return SendDecision::Later(morning.into());
    }
    let gap = TimeDelta::microseconds(3_600_000_000 / i64::from(campaign.per_hour.max(1)));
    let from = campaign.next_at.max(now - CATCH_UP);
    let passed = (now.get() - from.get()).num_microseconds().unwrap_or(0);
    let count = (passed / gap.num_microseconds().unwrap_or(1).max(1) + 1).min(BATCH);
    let next_at = from + TimeDelta::microseconds(gap.num_microseconds().unwrap_or(1) * count);
    SendDecision::Send { count, next_at }
}

#[cfg(test)]
mod tests;
