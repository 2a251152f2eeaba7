//! Decisions and their limits, and whether a booking fits within them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::funding::model::{Approval, FundingDecision, FundingDecisionGround, FundingState, Terms, TimeLimits};
use platform::refusal::{Reason, Refusal};

/// Checks a decision: its grounds must fit it, a limited approval must have a limit, nothing else may have one, and no limit may
/// be below what is used already or before today.
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
    if !ground_fits(decision, ground) {
        return refuse("/ground", "not_allowed", "This ground does not fit the decision. Choose another one.");
    }
    let limits = [
        ("/sessions", terms.sessions.is_some()),
        ("/amount_pence", terms.amount_pence.is_some()),
        ("/valid_until", terms.valid_until.is_some()),
    ];
    if decision != FundingDecision::ApprovedLimited {
        return match limits.into_iter().find(|(_, given)| *given) {
            Some((pointer, _)) => refuse(pointer, "not_allowed", "Only a limited approval has limits. Leave this empty."),
            None => Ok(()),
        };
    }
    if !terms.has_limit() {
        return refuse("/sessions", "required", "Set at least one limit: sessions, an amount or a last day.");
    }
    if terms.sessions.is_some_and(|most| most < used.0) {
        return refuse("/sessions", "out_of_range", "More sessions are booked already. Enter a higher number.");
    }
    if terms.amount_pence.is_some_and(|most| most < used.1) {
        return refuse("/amount_pence", "out_of_range", "More is spent already. Enter a higher amount.");
    }
    if terms.valid_until.is_some_and(|last| last < today) {
        return refuse("/valid_until", "out_of_range", "This day is in the past. Choose today or a later day.");
    }
    Ok(())
}

const fn ground_fits(decision: FundingDecision, ground: FundingDecisionGround) -> bool {
    use FundingDecisionGround::{CriteriaMet, Exceptional, Other};
    match decision {
        FundingDecision::Approved | FundingDecision::ApprovedLimited => matches!(ground, CriteriaMet | Exceptional | Other),
        FundingDecision::Declined => !matches!(ground, CriteriaMet | Exceptional),
    }
}

/// Checks that an approval pays for one more session at this price, booked today.
///
/// # Errors
/// [`Reason::FundingRequired`] when it is no approval, [`Reason::FundingExpired`] after its last day,
/// [`Reason::FundingExhausted`] when its sessions or its amount would be exceeded.
pub fn check_pays(approval: &Approval, price: i32, today: NaiveDate) -> Result<(), Refusal> {
    let Approval { state, terms, sessions_used, amount_used } = approval;
    if *state == FundingState::Expired || terms.valid_until.is_some_and(|last| last < today) {
        return Err(Refusal::new(Reason::FundingExpired, "The agreed funding has expired. Apply for new funding to book."));
    }
    if !state.is_approval() {
        return Err(Reason::FundingRequired.into());
    }
    if terms.sessions.is_some_and(|most| *sessions_used >= most) {
        return Err(Refusal::new(Reason::FundingExhausted, "All funded sessions are booked. Apply for new funding."));
    }
    if terms.amount_pence.is_some_and(|most| amount_used.saturating_add(price) > most) {
        return Err(Refusal::new(Reason::FundingExhausted, "The remaining funding does not cover this. Apply for new funding."));
    }
    Ok(())
}

/// The index of the approval on which one more session is booked: of those that pay for it, the one that ends first.
///
/// # Errors
/// The most specific reason why none pays: used up, expired, or no approval.
pub fn choose_approval(approvals: &[Approval], price: i32, today: NaiveDate) -> Result<usize, Refusal> {
    let checked: Vec<_> = approvals.iter().map(|approval| check_pays(approval, price, today)).collect();
    let paying = checked.iter().enumerate().filter(|(_, result)| result.is_ok()).map(|(index, _)| index);
    if let Some(index) = paying.min_by_key(|index| approvals[*index].terms.valid_until.unwrap_or(NaiveDate::MAX)) {
        return Ok(index);
    }
    let priority = |refusal: &Refusal| match refusal.reason {
        Reason::FundingExhausted => 2,
        Reason::FundingExpired => 1,
        _ => 0,
    };
    let most_specific = checked.into_iter().filter_map(Result::err).max_by_key(priority);
    Err(most_specific.unwrap_or_else(|| Reason::FundingRequired.into()))
}

/// Whether cancelling an appointment releases its session: always when the service cancels, and when the practitioner cancels in
/// time. A session that the practitioner does not attend is used.
pub fn releases_session(by_the_practitioner: bool, starts_at: DateTime<Utc>, now: DateTime<Utc>, limits: &TimeLimits) -> bool {
    !by_the_practitioner || starts_at - now >= TimeDelta::hours(i64::from(limits.cancellation_notice_hours))
}

/// How much an approval commits, in pence: its amount, or its sessions at the price of a treatment; the smaller where it limits both.
/// `None` where it limits neither, because nothing is fixed then.
pub fn committed_pence(terms: &Terms, treatment_price: i32) -> Option<i32> {
    let sessions = terms.sessions.map(|sessions| sessions.saturating_mul(treatment_price));
    [terms.amount_pence, sessions].into_iter().flatten().min()
}
