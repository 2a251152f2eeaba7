//! The lifecycle of a prescription: from the draft to the last issue or the cancellation.

use chrono::{Days, NaiveDate};

use crate::prescriptions::catalogue::Limits;
use crate::prescriptions::model::{PrescriptionCancelEffect, PrescriptionCancelReason, PrescriptionState};
use platform::refusal::{Reason, Refusal};

/// Checks that it is a draft: only a draft can be changed and signed.
///
/// Immutable once signed: the minimum checks of this service.
///
/// # Errors
/// [`Reason::PrescriptionNotDraft`].
pub fn check_draft(state: PrescriptionState) -> Result<(), Refusal> {
    if state == PrescriptionState::Draft { Ok(()) } else { Err(Reason::PrescriptionNotDraft.into()) }
}

/// What an issue depends on.
#[derive(Debug, Clone, Copy)]
pub struct IssueFacts {
    pub state: PrescriptionState,
    /// The first day on which it is valid.
    pub valid_from: NaiveDate,
    /// The last day for the first issue.
    pub valid_until: NaiveDate,
    /// The last day for any issue.
    pub ends_on: NaiveDate,
    /// How many issues are allowed.
    pub allowed: i32,
    /// How many issues were made.
    pub made: i32,
    /// The day of the last issue.
    pub last_issued_on: Option<NaiveDate>,
    /// The number of days from one issue to the next.
    pub interval_days: u16,
    /// The day by which it is reviewed.
    pub review_on: Option<NaiveDate>,
}

/// The first day of the next issue, after issues on these days: the n-th is at the earliest a few days before (n - 1) intervals
/// after the start, and after each earlier issue as many intervals as there are between them. So the days do not add up over a
/// year, and an issue that was late does not bring the next ones forward.
///
/// The clinical-safety review of this service: 12 issues of 28 days were made within 231 days.
pub fn earliest_issue(facts: &IssueFacts, earlier: &[NaiveDate], limits: &Limits) -> Option<NaiveDate> {
    let early = u64::from(limits.early_issue_days.value);
    let after = |day: NaiveDate, intervals: usize| {
        let wait = (u64::from(facts.interval_days) * intervals as u64).saturating_sub(early);
        day.checked_add_days(Days::new(wait))
    };
    let counted = earlier.iter().enumerate().map(|(number, day)| after(*day, earlier.len() - number));
    let from_start = after(facts.valid_from, earlier.len());
    [from_start].into_iter().chain(counted).collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// Checks whether it may be issued today, after issues on these days; returns the number of the issue.
///
/// Never more often than allowed (number of repeats = issues - 1), at the interval, and not after validity:
/// public repository NHSDigital/electronic-prescription-service-api, `MedicationRequest.yaml`. Not after the review was due: the
/// minimum checks of this service.
///
/// # Errors
/// [`Reason::PrescriptionNotSigned`], [`Reason::PrescriptionCancelled`], [`Reason::AllIssued`], [`Reason::PrescriptionExpired`],
/// [`Reason::IssueTooEarly`] or [`Reason::ReviewDue`].
pub fn check_issue(facts: &IssueFacts, earlier: &[NaiveDate], limits: &Limits, today: NaiveDate) -> Result<i32, Refusal> {
    match facts.state {
        PrescriptionState::Draft => return Err(Reason::PrescriptionNotSigned.into()),
        PrescriptionState::Cancelled => return Err(Reason::PrescriptionCancelled.into()),
        PrescriptionState::Signed | PrescriptionState::Issued => {}
    }
    if facts.made >= facts.allowed {
        return Err(Reason::AllIssued.into());
    }
    let last_day = if facts.made == 0 { facts.valid_until } else { facts.ends_on };
    if today > last_day {
        return Err(Reason::PrescriptionExpired.into());
    }
    if today < facts.valid_from {
        return Err(Refusal::new(
            Reason::IssueTooEarly,
            "The prescription is not valid yet. Issue it on or after its first day.",
        ));
    }
    if facts.made > 0 && earliest_issue(facts, earlier, limits).is_none_or(|earliest| today < earliest) {
        return Err(Reason::IssueTooEarly.into());
    }
    if facts.review_on.is_some_and(|review| today > review) {
        return Err(Reason::ReviewDue.into());
    }
    Ok(facts.made + 1)
}

/// Checks whether it may be cancelled; returns what the cancellation means.
///
/// # Errors
/// [`Reason::PrescriptionCancelled`], or [`Reason::InvalidBody`] at `/note` where the reason needs a note.
pub fn check_cancel(
    state: PrescriptionState,
    made: i32,
    allowed: i32,
    reason: PrescriptionCancelReason,
    has_note: bool,
) -> Result<PrescriptionCancelEffect, Refusal> {
    if state == PrescriptionState::Cancelled {
        return Err(Reason::PrescriptionCancelled.into());
    }
    if reason == PrescriptionCancelReason::Other && !has_note {
        let detail = "Enter the reason in the note.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/note", "required", detail));
    }
    Ok(cancel_effect(made, allowed))
}

/// What a cancellation means after `made` of `allowed` issues.
pub const fn cancel_effect(made: i32, allowed: i32) -> PrescriptionCancelEffect {
    match made {
        0 => PrescriptionCancelEffect::Void,
        made if made < allowed => PrescriptionCancelEffect::StopsRemaining,
        _ => PrescriptionCancelEffect::InformPharmacy,
    }
}

/// The last day for which the last issue supplies the medicine, also when the prescription was cancelled after it; `None` when
/// nothing was issued. A supply of unknown length counts for as long as the prescription is valid.
pub fn supplied_until(facts: &IssueFacts, supply_days: Option<u64>) -> Option<NaiveDate> {
    let last = facts.last_issued_on?;
    Some(match supply_days {
        Some(days) => last.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX),
        None => facts.ends_on,
    })
}

/// Whether issues are left after `made` of `allowed`, and the last day for them has not passed: the first issue is possible until the
/// first of the two days, every other until the second.
pub fn has_issues_left((made, allowed): (i32, i32), (valid_until, ends_on): (NaiveDate, NaiveDate), today: NaiveDate) -> bool {
    made < allowed && today <= if made == 0 { valid_until } else { ends_on }
}

/// Whether the medicine is still being taken or may still be issued. Used to find duplicate ingredients and contra-indications.
/// A cancellation stops further issues only: what was issued before may still be taken.
pub fn is_current(facts: &IssueFacts, supply_days: Option<u64>, today: NaiveDate) -> bool {
    let may_be_issued = matches!(facts.state, PrescriptionState::Signed | PrescriptionState::Issued)
        && has_issues_left((facts.made, facts.allowed), (facts.valid_until, facts.ends_on), today);
    may_be_issued || supplied_until(facts, supply_days).is_some_and(|until| today <= until)
}
