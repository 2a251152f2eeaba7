//! Who approves hours of the contact line, from which day they apply, and until when they can be withdrawn. The same rules as for every
//! change of reference data (`docs/operations.md#reference-data`).

use chrono::NaiveDate;

use crate::contacts::model::{ContactHoursKind, ContactHoursState, Hours};
use people::staff_changes::model::PROPOSAL_LIFE;
use people::staff_changes::rules::{SecondPersonFacts, check_second_person};
use platform::ids::UtcTime;
use platform::refusal::{Reason, Refusal};

/// What has become of hours by now: those that no one approved in time have expired, although they are stored as pending.
pub fn hours_state_at(stored: ContactHoursState, proposed_at: UtcTime, now: UtcTime) -> ContactHoursState {
    match stored {
        ContactHoursState::Pending if proposed_at + PROPOSAL_LIFE <= now => ContactHoursState::Expired,
        stored => stored,
    }
}

/// Checks that hours wait, and that the caller is another person than the one who proposed them.
///
/// # Errors
/// [`Reason::ChangeDecided`] or [`Reason::SecondPersonRequired`].
pub fn check_approve_hours(state: ContactHoursState, facts: &SecondPersonFacts) -> Result<(), Refusal> {
    if state != ContactHoursState::Pending {
        return Err(Reason::ChangeDecided.into());
    }
    check_second_person(facts)
}

/// Hours as they apply when they are approved today: weekly hours that are approved late apply from today on.
///
/// # Errors
/// [`Reason::ChangeOutdated`] for a single day that is past.
pub fn approved_on(hours: &Hours, today: NaiveDate) -> Result<Hours, Refusal> {
    if hours.kind == ContactHoursKind::Day && hours.starts_on < today {
        return Err(Refusal::new(Reason::ChangeOutdated, "This day is past. Withdraw these hours."));
    }
    Ok(Hours { starts_on: hours.starts_on.max(today), ..hours.clone() })
}

/// Checks that hours still wait. What two administrators have decided is not undone by one; other hours from the same day replace it.
///
/// # Errors
/// [`Reason::ChangeDecided`], [`Reason::HoursBegun`] or [`Reason::SecondPersonRequired`].
pub fn check_withdraw_hours(state: ContactHoursState, starts_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    match state {
        ContactHoursState::Pending => Ok(()),
        ContactHoursState::Approved if starts_on > today => {
            let detail =
                "Another administrator has approved these hours. Create other hours of the channel from the same day instead.";
            Err(Refusal::new(Reason::SecondPersonRequired, detail))
        }
        ContactHoursState::Approved => Err(Reason::HoursBegun.into()),
        ContactHoursState::Withdrawn | ContactHoursState::Expired => Err(Reason::ChangeDecided.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::model::ContactChannel;
    use ContactHoursState::{Approved, Expired, Pending, Withdrawn};
    use platform::ids::Id;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> UtcTime {
        UtcTime(text.parse().unwrap())
    }

    #[test]
    fn hours_that_wait_expire_after_14_days() {
        let proposed = at("2027-02-01T09:00:00Z");
        for (stored, now, expected) in [
            (Pending, "2027-02-15T08:59:59Z", Pending),
            (Pending, "2027-02-15T09:00:00Z", Expired),
            (Approved, "2028-02-15T09:00:00Z", Approved),
            (Withdrawn, "2028-02-15T09:00:00Z", Withdrawn),
        ] {
            assert_eq!(hours_state_at(stored, proposed, at(now)), expected, "{stored:?} {now}");
        }
    }

    #[test]
    fn another_person_approves_hours_that_wait() {
        let id = |number: u128| Id(uuid::Uuid::from_u128(number));
        let facts = SecondPersonFacts { proposed_by: id(1), caller: id(2), may_be_proposer: false, administrators: 2 };
        let reason = |state, facts: SecondPersonFacts| check_approve_hours(state, &facts).err().map(|refusal| refusal.reason);
        assert_eq!(reason(Pending, facts), None);
        assert_eq!(reason(Pending, SecondPersonFacts { caller: id(1), ..facts }), Some(Reason::SecondPersonRequired));
        assert_eq!(reason(Pending, SecondPersonFacts { may_be_proposer: true, ..facts }), Some(Reason::SecondPersonRequired));
        for state in [Approved, Withdrawn, Expired] {
            assert_eq!(reason(state, facts), Some(Reason::ChangeDecided), "{state:?}");
        }
    }

    #[test]
    fn hours_that_are_approved_late_do_not_reach_into_the_past() {
        let hours = |kind| Hours {
            channel: ContactChannel::Phone,
            kind,
            starts_on: day("2027-02-01"),
            closed_on_bank_holidays: false,
            spans: Vec::new(),
            reason: None,
        };
        let (week, single) = (hours(ContactHoursKind::Week), hours(ContactHoursKind::Day));
        let first = |hours: &Hours, today: &str| approved_on(hours, day(today)).map(|hours| hours.starts_on);
        assert_eq!(first(&week, "2027-01-20"), Ok(day("2027-02-01")));
        assert_eq!(first(&week, "2027-02-03"), Ok(day("2027-02-03")));
        assert_eq!(first(&single, "2027-02-01"), Ok(day("2027-02-01")));
        assert_eq!(first(&single, "2027-02-02").unwrap_err().reason, Reason::ChangeOutdated);
    }

    #[test]
    fn one_administrator_withdraws_hours_only_while_they_wait() {
        let today = day("2027-02-01");
        let reason = |state, from: &str| check_withdraw_hours(state, day(from), today).err().map(|refusal| refusal.reason);
        for (state, from, expected) in [
            (Pending, "2027-01-20", None),
            (Pending, "2027-02-02", None),
            (Approved, "2027-02-02", Some(Reason::SecondPersonRequired)),
            (Approved, "2027-02-01", Some(Reason::HoursBegun)),
            (Withdrawn, "2027-02-02", Some(Reason::ChangeDecided)),
            (Expired, "2027-02-02", Some(Reason::ChangeDecided)),
        ] {
            assert_eq!(reason(state, from), expected, "{state:?} {from}");
        }
    }
}
