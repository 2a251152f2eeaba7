//! Decisions and their limits, and whether a booking fits into them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::funding::model::{Approval, FundingDecision, FundingDecisionGround, FundingState, Limits, Terms};
use platform::refusal::{Reason, Refusal};

/// Whether a decision can be made so: its grounds must fit it, a limited approval must limit something, nothing else may,
/// and no limit may lie below what is used already or before today.
///
/// # Errors
/// [`Reason::InvalidBody`], naming the member.
pub fn check_decision(
    decision: FundingDecision,
    ground: FundingDecisionGround,
    terms: &Terms,
    used: (i32, i32),
    today: NaiveDate,
) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if !fits(decision, ground) {
        return refuse("/ground", "not_allowed", "These are not the grounds of such a decision.");
    }
    let limits = [
        ("/sessions", terms.sessions.is_some()),
        ("/amount_pence", terms.amount_pence.is_some()),
        ("/valid_until", terms.valid_until.is_some()),
    ];
    if decision != FundingDecision::ApprovedLimited {
        return match limits.into_iter().find(|(_, given)| *given) {
            Some((pointer, _)) => refuse(pointer, "not_allowed", "Only a limited approval has limits."),
            None => Ok(()),
        };
    }
    if !terms.limit_anything() {
        return refuse("/sessions", "required", "Say what the approval is limited to: sessions, an amount or a day.");
    }
    if terms.sessions.is_some_and(|most| most < used.0) {
        return refuse("/sessions", "out_of_range", "More sessions than that are booked already.");
    }
    if terms.amount_pence.is_some_and(|most| most < used.1) {
        return refuse("/amount_pence", "out_of_range", "More than that is spent already.");
    }
    if terms.valid_until.is_some_and(|last| last < today) {
        return refuse("/valid_until", "out_of_range", "This day has passed.");
    }
    Ok(())
}

const fn fits(decision: FundingDecision, ground: FundingDecisionGround) -> bool {
    use FundingDecisionGround::{CriteriaMet, Exceptional, Other};
    match decision {
        FundingDecision::Approved | FundingDecision::ApprovedLimited => matches!(ground, CriteriaMet | Exceptional | Other),
        FundingDecision::Declined => !matches!(ground, CriteriaMet | Exceptional),
    }
}

/// Whether an approval pays for one more session at this price, booked today.
///
/// # Errors
/// [`Reason::FundingRequired`] when it is none, [`Reason::FundingExpired`] after its last day, [`Reason::FundingExhausted`] when
/// its sessions or its money would be overrun.
pub fn charge(approval: &Approval, price: i32, today: NaiveDate) -> Result<(), Refusal> {
    let Approval { state, terms, sessions_used, amount_used } = approval;
    if *state == FundingState::Expired || terms.valid_until.is_some_and(|last| last < today) {
        return Err(Refusal::new(Reason::FundingExpired, "Funding was agreed for bookings until a day that has passed."));
    }
    if !state.is_approval() {
        return Err(Reason::FundingRequired.into());
    }
    if terms.sessions.is_some_and(|most| *sessions_used >= most) {
        return Err(Refusal::new(Reason::FundingExhausted, "All sessions that funding was agreed for are booked."));
    }
    if terms.amount_pence.is_some_and(|most| amount_used.saturating_add(price) > most) {
        return Err(Refusal::new(Reason::FundingExhausted, "What is left of the agreed funding does not pay for this."));
    }
    Ok(())
}

/// The place of the approval that one more session is booked on: of those that pay for it, the one that ends first.
///
/// # Errors
/// The weightiest reason why none does: used up, expired, or none there.
pub fn best(approvals: &[Approval], price: i32, today: NaiveDate) -> Result<usize, Refusal> {
    let judged: Vec<_> = approvals.iter().map(|approval| charge(approval, price, today)).collect();
    let good = judged.iter().enumerate().filter(|(_, verdict)| verdict.is_ok()).map(|(place, _)| place);
    if let Some(place) = good.min_by_key(|place| approvals[*place].terms.valid_until.unwrap_or(NaiveDate::MAX)) {
        return Ok(place);
    }
    let weight = |refusal: &Refusal| match refusal.reason {
        Reason::FundingExhausted => 2,
        Reason::FundingExpired => 1,
        _ => 0,
    };
    let weightiest = judged.into_iter().filter_map(Result::err).max_by_key(weight);
    Err(weightiest.unwrap_or_else(|| Reason::FundingRequired.into()))
}

/// Whether calling an appointment off gives its session back: always when the service cannot hold it, and when the
/// practitioner does so in time. Whoever does not come has used it.
pub fn gives_back(by_the_practitioner: bool, starts_at: DateTime<Utc>, now: DateTime<Utc>, limits: &Limits) -> bool {
    !by_the_practitioner || starts_at - now >= TimeDelta::hours(i64::from(limits.cancellation_notice_hours))
}
