//! From which day a change is in force, who approves it, and until when it can be withdrawn.

use chrono::{NaiveDate, TimeDelta};

use people::staff_changes::rules::{SecondPersonFacts, check_second_person};
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};
use reference::reference_data::model::ReferenceChangeState;

/// How long a change waits for a second administrator, as changes to staff do.
const PROPOSAL_LIFE: TimeDelta = TimeDelta::days(14);

/// A change begins today or later: what was decided before stays decided by the data of its day.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/valid_from`.
pub fn check_first_day(valid_from: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if valid_from >= today {
        return Ok(());
    }
    let detail = "This day is in the past. Choose today or a later day.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/valid_from", "in_the_past", detail))
}

/// The first day of a change that is approved today: one that is approved late does not reach into the past.
pub fn first_day(valid_from: NaiveDate, today: NaiveDate) -> NaiveDate {
    valid_from.max(today)
}

/// What has become of a change by now: one that no one approved in time has expired, although it is stored as waiting.
pub fn state_at(stored: ReferenceChangeState, recorded_at: UtcTime, now: UtcTime) -> ReferenceChangeState {
    match stored {
        ReferenceChangeState::Waiting if recorded_at + PROPOSAL_LIFE <= now => ReferenceChangeState::Expired,
        stored => stored,
    }
}

/// What an approval depends on.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalFacts {
    /// The state by now.
    pub state: ReferenceChangeState,
    pub changed_by: Id,
    /// The administrator who approves.
    pub caller: Id,
    /// Whether the account that made the change may be the caller's own.
    pub may_be_proposer: bool,
    /// How many administrators have an open account.
    pub administrators: usize,
}

/// Checks that a change waits, and that the caller is another person than the one who made it.
///
/// # Errors
/// [`Reason::ChangeDecided`] or [`Reason::SecondPersonRequired`].
pub fn check_approve(facts: &ApprovalFacts) -> Result<(), Refusal> {
    if facts.state != ReferenceChangeState::Waiting {
        return Err(Reason::ChangeDecided.into());
    }
    let ApprovalFacts { changed_by: proposed_by, caller, may_be_proposer, administrators, .. } = *facts;
    check_second_person(&SecondPersonFacts { proposed_by, caller, may_be_proposer, administrators })
}

/// Checks that a change still waits. What two administrators have decided is not undone by one: a stricter schedule that is withdrawn
/// gives access to a controlled drug, a time limit that is withdrawn ends the right to appeal sooner.
///
/// # Errors
/// [`Reason::ChangeDecided`], [`Reason::ReferenceChangeBegun`] or [`Reason::SecondPersonRequired`].
pub fn check_withdraw(state: ReferenceChangeState, valid_from: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    match state {
        ReferenceChangeState::Waiting => Ok(()),
        ReferenceChangeState::Approved if valid_from > today => {
            let detail = "Another administrator has approved this change. Make another change from its first day instead.";
            Err(Refusal::new(Reason::SecondPersonRequired, detail))
        }
        ReferenceChangeState::Approved => Err(Reason::ReferenceChangeBegun.into()),
        ReferenceChangeState::Withdrawn | ReferenceChangeState::Expired => Err(Reason::ChangeDecided.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReferenceChangeState::{Approved, Expired, Waiting, Withdrawn};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> UtcTime {
        UtcTime(text.parse().unwrap())
    }

    #[test]
    fn a_change_begins_today_or_later_and_never_before_it_is_approved() {
        let today = day("2027-02-01");
        assert_eq!(check_first_day(day("2027-02-01"), today), Ok(()));
        assert_eq!(check_first_day(day("2027-01-31"), today).unwrap_err().fields[0].pointer, "/valid_from");
        assert_eq!(first_day(day("2027-01-20"), today), today);
        assert_eq!(first_day(day("2027-03-01"), today), day("2027-03-01"));
    }

    #[test]
    fn a_change_that_waits_expires_after_14_days() {
        let recorded = at("2027-02-01T09:00:00Z");
        for (stored, now, expected) in [
            (Waiting, "2027-02-15T08:59:59Z", Waiting),
            (Waiting, "2027-02-15T09:00:00Z", Expired),
            (Approved, "2028-02-15T09:00:00Z", Approved),
            (Withdrawn, "2028-02-15T09:00:00Z", Withdrawn),
        ] {
            assert_eq!(state_at(stored, recorded, at(now)), expected, "{stored:?} {now}");
        }
    }

    #[test]
    fn another_person_approves_a_change_that_waits() {
        let id = |number: u128| Id(uuid::Uuid::from_u128(number));
        let facts = ApprovalFacts { state: Waiting, changed_by: id(1), caller: id(2), may_be_proposer: false, administrators: 2 };
        let reason = |facts: ApprovalFacts| check_approve(&facts).err().map(|refusal| refusal.reason);
        assert_eq!(reason(facts), None);
        assert_eq!(reason(ApprovalFacts { caller: id(1), ..facts }), Some(Reason::SecondPersonRequired));
        assert_eq!(reason(ApprovalFacts { may_be_proposer: true, ..facts }), Some(Reason::SecondPersonRequired));
        for state in [Approved, Withdrawn, Expired] {
            assert_eq!(reason(ApprovalFacts { state, ..facts }), Some(Reason::ChangeDecided), "{state:?}");
        }
        let alone = check_approve(&ApprovalFacts { caller: id(1), administrators: 1, ..facts }).unwrap_err();
        assert!(alone.detail.contains("confide admin create"), "{}", alone.detail);
    }

    #[test]
    fn one_administrator_withdraws_a_change_only_while_it_waits() {
        let reason = |state, from: &str| check_withdraw(state, day(from), day("2027-02-01")).err().map(|refusal| refusal.reason);
        for (state, from, expected) in [
            (Waiting, "2027-01-20", None),
            (Waiting, "2027-02-02", None),
            (Approved, "2027-02-02", Some(Reason::SecondPersonRequired)),
            (Approved, "2027-02-01", Some(Reason::ReferenceChangeBegun)),
            (Withdrawn, "2027-02-02", Some(Reason::ChangeDecided)),
            (Expired, "2027-02-02", Some(Reason::ChangeDecided)),
        ] {
            assert_eq!(reason(state, from), expected, "{state:?} {from}");
        }
    }
}
