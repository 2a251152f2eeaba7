//! When the retention of a record ends, and who may decide what then.
//!
//! Sources: `docs/clinical-rules.md#end-of-a-record`.

use chrono::{Days, Months, NaiveDate};

use super::model::{RetentionEnd, RetentionReviewState, RetentionRule};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};

/// How long a record is kept after the last entry or contact.
const YEARS_AFTER_LAST_ENTRY: u32 = 20;
/// How long a record is kept after death.
const YEARS_AFTER_DEATH: u32 = 10;
/// For how long a decision keeps a record at most; then it is reviewed again.
const MOST_YEARS_KEPT: u32 = 10;
/// Every record is looked at after this time at the latest: a death brings its end nearer.
const CHECKED_AFTER: Days = Days::new(365);

/// The last day of the retention that a rule sets, counted from the day of the last entry or of death.
pub fn kept_until(from: NaiveDate, rule: RetentionRule) -> NaiveDate {
    later(
        from,
        match rule {
            RetentionRule::AfterLastEntry => YEARS_AFTER_LAST_ENTRY,
            RetentionRule::AfterDeath => YEARS_AFTER_DEATH,
        },
    )
}

fn later(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_add_months(Months::new(12 * years)).unwrap_or(NaiveDate::MAX)
}

/// What the end of a record depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionFacts {
    /// The day of the last entry or contact.
    pub last_entry_on: NaiveDate,
    /// The day on which a death was recorded that ended care.
    pub died_on: Option<NaiveDate>,
    /// Until when privacy officers decided to keep it.
    pub kept_until: Option<NaiveDate>,
}

/// When the retention of a record ends. A decision to keep it can only make it later.
pub fn end_of_retention(facts: RetentionFacts) -> RetentionEnd {
    let (rule, from) = match facts.died_on {
        Some(died_on) => (RetentionRule::AfterDeath, died_on),
        None => (RetentionRule::AfterLastEntry, facts.last_entry_on),
    };
    let by_rule = kept_until(from, rule);
    let last = facts.kept_until.map_or(by_rule, |decided| decided.max(by_rule));
    RetentionEnd { rule, last_entry_on: facts.last_entry_on, due_on: last.succ_opt().unwrap_or(NaiveDate::MAX) }
}

/// The day on which a record is looked at next. Daily, once its retention has ended.
pub fn next_check(due_on: NaiveDate, today: NaiveDate) -> NaiveDate {
    let tomorrow = today.succ_opt().unwrap_or(NaiveDate::MAX);
    let within_a_year = today.checked_add_days(CHECKED_AFTER).unwrap_or(NaiveDate::MAX);
    due_on.clamp(tomorrow, within_a_year)
}

/// Checks until when a record is kept.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/keep_until`.
pub fn check_kept_until(until: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    let refused =
        |detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field("/keep_until", "out_of_range", detail));
    if until <= today {
        return refused("Choose a day after today.");
    }
    if until > later(today, MOST_YEARS_KEPT) {
        return refused("Choose a day within ten years. Then the record is reviewed again.");
    }
    Ok(())
}

/// Checks that a review waits for a decision: of the first privacy officer, or of either.
///
/// # Errors
/// [`Reason::RetentionDecided`] or [`Reason::DestructionProposed`].
pub fn check_undecided(state: RetentionReviewState, may_be_proposed: bool) -> Result<(), Refusal> {
    match state {
        RetentionReviewState::Due => Ok(()),
        RetentionReviewState::DestructionProposed if may_be_proposed => Ok(()),
        RetentionReviewState::DestructionProposed => Err(Reason::DestructionProposed.into()),
        RetentionReviewState::Kept | RetentionReviewState::Lapsed => Err(Reason::RetentionDecided.into()),
    }
}

/// Checks that a destruction has been proposed and not approved.
///
/// # Errors
/// [`Reason::NoDestructionProposed`].
pub fn check_proposed(state: RetentionReviewState) -> Result<(), Refusal> {
    if state == RetentionReviewState::DestructionProposed { Ok(()) } else { Err(Reason::NoDestructionProposed.into()) }
}

/// Who approves a destruction.
#[derive(Debug, Clone, Copy)]
pub struct SecondPerson {
    /// Who proposed the destruction.
    pub proposed_by: Id,
    /// The privacy officer who approves.
    pub caller: Id,
    /// Whether the account that proposed it may be the caller's own.
    pub may_be_proposer: bool,
}

/// Checks that another person approves a destruction than the one who proposed it, also under another account.
///
/// # Errors
/// [`Reason::SecondPersonRequired`].
pub fn check_second_person(person: SecondPerson) -> Result<(), Refusal> {
    let refused = |detail: &'static str| Err(Refusal::new(Reason::SecondPersonRequired, detail));
    if person.proposed_by == person.caller {
        return refused("You proposed to destroy this record. Another privacy officer must approve it.");
    }
    if person.may_be_proposer {
        return refused("You may have proposed this yourself, with another account. Another person must approve it.");
    }
    Ok(())
}

/// Checks that nothing but the decision is missing to destroy a record: no hold, and retention is over.
///
/// # Errors
/// [`Reason::RecordHeld`] or [`Reason::RetentionNotOver`].
pub fn check_destructible(is_held: bool, end: RetentionEnd, today: NaiveDate) -> Result<(), Refusal> {
    if is_held {
        return Err(Reason::RecordHeld.into());
    }
    if end.due_on > today { Err(Reason::RetentionNotOver.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::RetentionReviewState::{DestructionProposed, Due, Kept, Lapsed};
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn id(number: u128) -> Id {
        Id(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_record_ends_twenty_years_after_the_last_entry_or_ten_after_death() {
        use RetentionRule::{AfterDeath, AfterLastEntry};
        for (last_entry_on, died_on, kept, rule, due_on) in [
            ("2027-01-11", None, None, AfterLastEntry, "2047-01-12"),
            ("2028-02-29", None, None, AfterLastEntry, "2048-03-01"),
            ("2027-01-11", Some("2027-01-11"), None, AfterDeath, "2037-01-12"),
            // What is added after death does not move the day.
            ("2027-06-30", Some("2027-01-11"), None, AfterDeath, "2037-01-12"),
            ("2027-01-11", None, Some("2052-05-01"), AfterLastEntry, "2052-05-02"),
            ("2027-01-11", Some("2027-01-11"), Some("2040-01-01"), AfterDeath, "2040-01-02"),
            // An entry after the decision counts again.
            ("2050-01-11", None, Some("2052-05-01"), AfterLastEntry, "2070-01-12"),
        ] {
            let facts =
                RetentionFacts { last_entry_on: day(last_entry_on), died_on: died_on.map(day), kept_until: kept.map(day) };
            let expected = RetentionEnd { rule, last_entry_on: day(last_entry_on), due_on: day(due_on) };
            assert_eq!(end_of_retention(facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_record_is_looked_at_once_a_year_and_daily_when_it_is_due() {
        for (due_on, today, next) in [
            ("2047-01-12", "2027-01-11", "2028-01-11"),
            ("2047-01-12", "2046-12-31", "2047-01-12"),
            ("2047-01-12", "2047-01-12", "2047-01-13"),
            ("2047-01-12", "2049-05-01", "2049-05-02"),
        ] {
            assert_eq!(next_check(day(due_on), day(today)), day(next), "{due_on} {today}");
        }
    }

    #[test]
    fn a_record_is_kept_for_at_most_ten_years_more() {
        let today = day("2047-02-01");
        for (until, fits) in
            [("2047-01-31", false), ("2047-02-01", false), ("2047-02-02", true), ("2057-02-01", true), ("2057-02-02", false)]
        {
            let checked = check_kept_until(day(until), today);
            assert_eq!(checked.is_ok(), fits, "{until}");
        }
    }

    #[test]
    fn only_what_waits_is_decided() {
        let reason = |checked: Result<(), Refusal>| checked.err().map(|refusal| refusal.reason);
        for (state, to_keep, to_propose, to_approve) in [
            (Due, None, None, Some(Reason::NoDestructionProposed)),
            (DestructionProposed, None, Some(Reason::DestructionProposed), None),
            (Kept, Some(Reason::RetentionDecided), Some(Reason::RetentionDecided), Some(Reason::NoDestructionProposed)),
            (Lapsed, Some(Reason::RetentionDecided), Some(Reason::RetentionDecided), Some(Reason::NoDestructionProposed)),
        ] {
            assert_eq!(reason(check_undecided(state, true)), to_keep, "{state:?}");
            assert_eq!(reason(check_undecided(state, false)), to_propose, "{state:?}");
            assert_eq!(reason(check_proposed(state)), to_approve, "{state:?}");
        }
    }

    #[test]
    fn another_person_approves() {
        let person = |caller, may_be_proposer| SecondPerson { proposed_by: id(1), caller: id(caller), may_be_proposer };
        assert!(check_second_person(person(2, false)).is_ok());
        for refused in [person(1, true), person(1, false), person(2, true)] {
            let refusal = check_second_person(refused).unwrap_err();
            assert_eq!(refusal.reason, Reason::SecondPersonRequired, "{refused:?}");
        }
    }

    #[test]
    fn a_hold_and_a_later_end_stop_a_destruction() {
        let end =
            RetentionEnd { rule: RetentionRule::AfterLastEntry, last_entry_on: day("2027-01-11"), due_on: day("2047-01-12") };
        let reason = |is_held, today| check_destructible(is_held, end, day(today)).err().map(|refusal| refusal.reason);
        assert_eq!(reason(false, "2047-01-12"), None);
        assert_eq!(reason(false, "2047-01-11"), Some(Reason::RetentionNotOver));
        assert_eq!(reason(true, "2047-01-12"), Some(Reason::RecordHeld));
    }
}
