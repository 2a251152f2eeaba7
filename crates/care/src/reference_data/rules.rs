//! From which day a change holds, who approves it, and until when it can be withdrawn.

use chrono::{NaiveDate, TimeDelta};

use people::staff_changes::rules::next_step;
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};
use reference::reference_data::model::{ReferenceChangeState, ReferenceDataset};

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
    if facts.caller == facts.changed_by {
        return Err(if facts.administrators > 1 {
            Reason::SecondPersonRequired.into()
        } else {
            Refusal::new(Reason::SecondPersonRequired, next_step(facts.administrators))
        });
    }
    if facts.may_be_proposer {
        let detail = "You may have made this change yourself, with another account. Another person must approve it.";
        return Err(Refusal::new(Reason::SecondPersonRequired, detail));
    }
    Ok(())
}

/// Checks that a change does not hold yet: it waits, or it is approved and its first day is still to come. What two administrators have
/// decided about safety is not undone by one: a stricter schedule that is withdrawn gives access to a controlled drug, an earlier due time
/// that is withdrawn lets a danger wait.
///
/// # Errors
/// [`Reason::ChangeDecided`], [`Reason::ReferenceChangeBegun`] or [`Reason::SecondPersonRequired`].
pub fn check_withdraw(
    dataset: ReferenceDataset,
    state: ReferenceChangeState,
    valid_from: NaiveDate,
    today: NaiveDate,
) -> Result<(), Refusal> {
    match state {
        ReferenceChangeState::Waiting => Ok(()),
        ReferenceChangeState::Confirmed if valid_from > today && dataset.is_about_safety() => {
            let detail = "Two administrators have decided about this change. Make another change from its first day instead.";
            Err(Refusal::new(Reason::SecondPersonRequired, detail))
        }
        ReferenceChangeState::Confirmed if valid_from > today => Ok(()),
        ReferenceChangeState::Confirmed => Err(Reason::ReferenceChangeBegun.into()),
        ReferenceChangeState::Withdrawn | ReferenceChangeState::Expired => Err(Reason::ChangeDecided.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReferenceChangeState::{Confirmed, Expired, Waiting, Withdrawn};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> UtcTime {
        UtcTime(text.parse().unwrap())
    }

    #[test]
    fn a_change_begins_today_or_later_and_never_before_it_is_confirmed() {
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
            (Confirmed, "2028-02-15T09:00:00Z", Confirmed),
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
        for state in [Confirmed, Withdrawn, Expired] {
            assert_eq!(reason(ApprovalFacts { state, ..facts }), Some(Reason::ChangeDecided), "{state:?}");
        }
        let alone = check_approve(&ApprovalFacts { caller: id(1), administrators: 1, ..facts }).unwrap_err();
        assert!(alone.detail.contains("confide admin create"), "{}", alone.detail);
    }

    #[test]
    fn a_change_is_withdrawn_before_it_holds() {
        let today = day("2027-02-01");
        let of =
            |dataset, state, from: &str| check_withdraw(dataset, state, day(from), today).err().map(|refusal| refusal.reason);
        let reason = |state, from: &str| of(ReferenceDataset::BankHolidays, state, from);
        assert_eq!(reason(Waiting, "2027-01-20"), None);
        assert_eq!(reason(Confirmed, "2027-02-02"), None);
        assert_eq!(of(ReferenceDataset::Boards, Confirmed, "2027-02-02"), None);
        for dataset in ReferenceDataset::ALL.iter().copied().filter(|dataset| dataset.is_about_safety()) {
            assert_eq!(of(dataset, Waiting, "2027-02-02"), None, "{dataset:?}");
            assert_eq!(of(dataset, Confirmed, "2027-02-02"), Some(Reason::SecondPersonRequired), "{dataset:?}");
            assert_eq!(of(dataset, Confirmed, "2027-02-01"), Some(Reason::ReferenceChangeBegun), "{dataset:?}");
        }
        assert_eq!(reason(Confirmed, "2027-02-01"), Some(Reason::ReferenceChangeBegun));
        assert_eq!(reason(Withdrawn, "2027-02-02"), Some(Reason::ChangeDecided));
        assert_eq!(reason(Expired, "2027-02-02"), Some(Reason::ChangeDecided));
    }
}
