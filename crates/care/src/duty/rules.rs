//! Rules of the rota.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::DutyState;
use platform::error::{Error, Result};
use platform::refusal::{Reason, Refusal};

/// The longest period on duty: one week.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// How far ahead the rota is set.
const AHEAD: TimeDelta = TimeDelta::days(366);

/// How long ago a new period may have begun: someone who takes over is entered when they already work.
const LATE_ENTRY: TimeDelta = TimeDelta::hours(1);

/// A period that begins this soon after it was approved is shown to privacy officers at once.
const SOON: TimeDelta = TimeDelta::hours(24);

/// Whether a period begins so soon that privacy officers are notified of it.
pub fn begins_soon(starts_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    starts_at < now + SOON
}

/// Checks the times of a new period on duty.
///
/// # Errors
/// 422 naming the member that is wrong.
pub fn check_period(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    let wrong = |pointer, code, detail: &'static str| Err(Error::field(Reason::InvalidBody, pointer, code, detail));
    if ends_at <= starts_at {
        return wrong("/ends_at", "too_early", "The end must be after the start.");
    }
    if ends_at <= now {
        return wrong("/ends_at", "in_the_past", "The end must be in the future.");
    }
    if ends_at - starts_at > LONGEST {
        return wrong("/ends_at", "too_late", "A period on duty lasts a week at most.");
    }
    if starts_at < now - LATE_ENTRY || starts_at > now + AHEAD {
        return wrong("/starts_at", "out_of_range", "The start must be within the last hour or the next year.");
    }
    Ok(())
}

/// What a clinician needs to be on duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicianState {
    /// They are in the directory, and their account is open.
    pub is_active: bool,
    /// The directory holds a registration: one that a second administrator has approved.
    pub is_registered: bool,
}

/// Checks that a clinician may be put on duty.
///
/// # Errors
/// 422 at `/clinician_id`.
pub fn check_clinician(clinician: ClinicianState) -> Result<()> {
    let wrong = |code, detail: &'static str| Err(Error::field(Reason::InvalidBody, "/clinician_id", code, detail));
    match clinician {
        ClinicianState { is_active: false, .. } => wrong("unknown", "There is no such clinician. Choose one from the directory."),
        ClinicianState { is_registered: false, .. } => {
            wrong("not_registered", "The directory holds no approved registration of this clinician. Choose another one.")
        }
        ClinicianState { is_active: true, is_registered: true } => Ok(()),
    }
}

/// What an approval depends on.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalFacts {
    pub state: DutyState,
    pub ends_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// The caller proposed the period, or may be the person who did, under another account.
    pub may_be_proposer: bool,
    /// The caller is the clinician who will be on duty, or keeps the rota.
    pub is_party: bool,
    /// The clinician's state now.
    pub clinician: ClinicianState,
}

/// Checks that a second person approves a period that is still to count.
///
/// # Errors
/// [`Reason::DutyPeriodOver`], [`Reason::DutyPeriodApproved`], [`Reason::SecondPersonRequired`] or [`Reason::NotForDuty`].
pub fn check_approval(facts: &ApprovalFacts) -> Result<(), Refusal> {
    check_not_over(facts.state, facts.ends_at, facts.now)?;
    if facts.state == DutyState::Approved {
        return Err(Reason::DutyPeriodApproved.into());
    }
    if facts.may_be_proposer || !facts.is_party {
        let detail = "A second person approves this: the clinician who will be on duty, or another coordinator or administrator.";
        return Err(Refusal::new(Reason::SecondPersonRequired, detail));
    }
    if facts.clinician.is_active && facts.clinician.is_registered { Ok(()) } else { Err(Reason::NotForDuty.into()) }
}

/// Checks that a period has neither been ended nor passed.
///
/// # Errors
/// [`Reason::DutyPeriodOver`].
pub fn check_not_over(state: DutyState, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if state == DutyState::Ended || ends_at <= now { Err(Reason::DutyPeriodOver.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[test]
    fn a_period_on_duty_is_not_over_and_lasts_a_week_at_most() {
        let check = |from: i64, to: i64| check_period(now() + TimeDelta::hours(from), now() + TimeDelta::hours(to), now());
        for (from, to) in [(0, 8), (-1, 1), (24, 24 + 7 * 24)] {
            assert!(check(from, to).is_ok(), "{from} {to}");
        }
        for (from, to, pointer) in [
            (8, 8, "/ends_at"),
            (-8, 0, "/ends_at"),
            (0, 7 * 24 + 1, "/ends_at"),
            (-2, 8, "/starts_at"),
            (24 * 400, 24 * 400 + 8, "/starts_at"),
        ] {
            assert_eq!(check(from, to).unwrap_err().fields()[0].pointer, pointer, "{from} {to}");
        }
    }

    #[test]
    fn a_clinician_on_duty_is_active_and_registered() {
        let code = |is_active, is_registered| {
            check_clinician(ClinicianState { is_active, is_registered }).err().map(|error| error.fields()[0].code)
        };
        assert_eq!(code(true, true), None);
        assert_eq!(code(true, false), Some("not_registered"));
        assert_eq!(code(false, true), Some("unknown"));
    }

    #[test]
    fn a_second_person_approves_a_period_that_is_not_over() {
        let good = ApprovalFacts {
            state: DutyState::Proposed,
            ends_at: now() + TimeDelta::hours(1),
            now: now(),
            may_be_proposer: false,
            is_party: true,
            clinician: ClinicianState { is_active: true, is_registered: true },
        };
        let reason = |facts: ApprovalFacts| check_approval(&facts).err().map(|refusal| refusal.reason);
        assert_eq!(reason(good), None);
        assert_eq!(reason(ApprovalFacts { state: DutyState::Ended, ..good }), Some(Reason::DutyPeriodOver));
        assert_eq!(reason(ApprovalFacts { ends_at: now(), ..good }), Some(Reason::DutyPeriodOver));
        assert_eq!(reason(ApprovalFacts { state: DutyState::Approved, ..good }), Some(Reason::DutyPeriodApproved));
        assert_eq!(reason(ApprovalFacts { may_be_proposer: true, ..good }), Some(Reason::SecondPersonRequired));
        assert_eq!(reason(ApprovalFacts { is_party: false, ..good }), Some(Reason::SecondPersonRequired));
        for clinician in
            [(false, true), (true, false)].map(|(is_active, is_registered)| ClinicianState { is_active, is_registered })
        {
            assert_eq!(reason(ApprovalFacts { clinician, ..good }), Some(Reason::NotForDuty));
        }
    }
}
