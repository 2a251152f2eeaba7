//! Public repository NHSDigital/electronic-prescription-service-api, `MedicationRequest.yaml` (number of repeats = issues - 1, 28
//! days per issue, validity until 23:59:59), and the minimum checks of this service.

use super::*;
use crate::prescriptions::model::{PrescriptionCancelReason as CancelReason, PrescriptionState as State};
use crate::prescriptions::rules::lifecycle::{IssueFacts, check_cancel, check_draft, check_issue, has_issues_left, is_current};

fn signed() -> IssueFacts {
    IssueFacts {
        state: State::Signed,
        valid_from: day("2027-01-11"),
        valid_until: day("2027-07-11"),
        ends_on: day("2028-01-11"),
        allowed: 3,
        made: 0,
        last_issued_on: None,
        interval_days: 28,
        review_on: Some(day("2027-04-01")),
    }
}

fn issue_result(facts: &IssueFacts, on: &str) -> String {
    issue_after(facts, facts.last_issued_on.as_slice(), on)
}

fn issue_after(facts: &IssueFacts, earlier: &[chrono::NaiveDate], on: &str) -> String {
    match check_issue(facts, earlier, &the_catalogue().limits, day(on)) {
        Ok(number) => number.to_string(),
        Err(refusal) => refusal.reason.as_str().to_owned(),
    }
}

#[test]
fn a_prescription_is_issued_as_often_as_allowed_and_no_more() {
    let once = |made, last: Option<&str>| IssueFacts {
        made,
        last_issued_on: last.map(day),
        state: if made == 0 { State::Signed } else { State::Issued },
        ..signed()
    };
    for (facts, on, expected) in [
        (signed(), "2027-01-11", "1"),
        (signed(), "2027-03-01", "1"),
        (IssueFacts { state: State::Draft, ..signed() }, "2027-01-11", "prescription_not_signed"),
        (IssueFacts { state: State::Cancelled, ..signed() }, "2027-01-11", "prescription_cancelled"),
        // Not before it is valid, nor after.
        (IssueFacts { valid_from: day("2027-01-20"), ..signed() }, "2027-01-19", "issue_too_early"),
        (IssueFacts { review_on: None, ..signed() }, "2027-07-11", "1"),
        (IssueFacts { review_on: None, ..signed() }, "2027-07-12", "prescription_expired"),
        // At the earliest a week before the interval is over.
        (once(1, Some("2027-01-11")), "2027-01-31", "issue_too_early"),
        (once(1, Some("2027-01-11")), "2027-02-01", "2"),
        (once(3, Some("2027-03-08")), "2027-04-05", "all_issued"),
        (IssueFacts { allowed: 1, ..once(1, Some("2027-01-11")) }, "2027-01-12", "all_issued"),
        // Not after the review was due.
        (once(1, Some("2027-01-11")), "2027-04-01", "2"),
        (once(1, Some("2027-01-11")), "2027-04-02", "review_due"),
        // Later issues are possible for twelve months.
        (IssueFacts { review_on: None, ..once(1, Some("2027-01-11")) }, "2028-01-11", "2"),
        (IssueFacts { review_on: None, ..once(1, Some("2027-01-11")) }, "2028-01-12", "prescription_expired"),
    ] {
        assert_eq!(issue_result(&facts, on), expected, "{facts:?} on {on}");
    }
}

#[test]
fn issues_do_not_come_closer_and_closer() {
    // The clinical-safety review: the n-th issue is not before start + (n - 1) x interval - 7 days. Twelve issues of 28 days last
    // from 11 January to 15 November at the earliest and not to 30 August.
    let mut earlier = Vec::new();
    for (number, too_early, earliest) in [
        (1, "2027-01-10", "2027-01-11"),
        (2, "2027-01-31", "2027-02-01"),
        (3, "2027-02-28", "2027-03-01"),
        (4, "2027-03-28", "2027-03-29"),
        (5, "2027-04-25", "2027-04-26"),
        (6, "2027-05-23", "2027-05-24"),
        (7, "2027-06-20", "2027-06-21"),
        (8, "2027-07-18", "2027-07-19"),
        (9, "2027-08-15", "2027-08-16"),
        (10, "2027-09-12", "2027-09-13"),
        (11, "2027-10-10", "2027-10-11"),
        (12, "2027-11-07", "2027-11-08"),
    ] {
        let made = number - 1;
        let state = if made == 0 { State::Signed } else { State::Issued };
        let last_issued_on = earlier.last().copied();
        let facts = IssueFacts { state, allowed: 12, made, last_issued_on, review_on: None, ..signed() };
        assert_eq!(issue_after(&facts, &earlier, too_early), "issue_too_early", "{number}");
        assert_eq!(issue_after(&facts, &earlier, earliest), number.to_string());
        earlier.push(day(earliest));
    }
    assert_eq!(earlier[11] - earlier[0], chrono::TimeDelta::days(11 * 28 - 7));
}

#[test]
fn a_late_issue_does_not_bring_the_next_one_forward() {
    // Each issue is a supply of 28 days: never more than seven days of it are left when the next is made.
    let facts = |made| IssueFacts { state: State::Issued, made, allowed: 6, review_on: None, ..signed() };
    let late = [day("2027-03-15")];
    for (earlier, on, expected) in [
        (&late[..], "2027-04-04", "issue_too_early"),
        (&late[..], "2027-04-05", "2"),
        (&[late[0], day("2027-04-05")][..], "2027-05-02", "issue_too_early"),
        (&[late[0], day("2027-04-05")][..], "2027-05-03", "3"),
        (&[day("2027-01-11"), day("2027-03-15")][..], "2027-04-04", "issue_too_early"),
        (&[day("2027-01-11"), day("2027-03-15")][..], "2027-04-05", "3"),
    ] {
        assert_eq!(issue_after(&facts(i32::try_from(earlier.len()).unwrap()), earlier, on), expected, "{earlier:?} {on}");
    }
}

#[test]
fn only_a_draft_can_be_changed() {
    for state in State::ALL {
        assert_eq!(check_draft(*state).is_ok(), *state == State::Draft);
    }
}

#[test]
fn the_effect_of_a_cancellation_depends_on_the_issues_made() {
    for (state, made, allowed, expected) in [
        (State::Draft, 0, 1, "void"),
        (State::Signed, 0, 1, "void"),
        (State::Issued, 1, 3, "stops_remaining"),
        (State::Issued, 1, 1, "inform_pharmacy"),
        (State::Issued, 3, 3, "inform_pharmacy"),
    ] {
        let effect = check_cancel(state, made, allowed, CancelReason::TreatmentChanged, false).unwrap();
        assert_eq!(effect.as_str(), expected, "{state:?} {made} of {allowed}");
    }
    assert_eq!(
        check_cancel(State::Cancelled, 0, 1, CancelReason::Death, true).unwrap_err().reason.as_str(),
        "prescription_cancelled"
    );
    assert_eq!(check_cancel(State::Signed, 0, 1, CancelReason::Other, false).unwrap_err().fields[0].pointer, "/note");
    assert!(check_cancel(State::Signed, 0, 1, CancelReason::Other, true).is_ok());
}

#[test]
fn a_prescription_whose_medicine_may_still_be_taken_counts_as_current() {
    let issued = |made| IssueFacts { state: State::Issued, made, last_issued_on: Some(day("2027-01-11")), ..signed() };
    for (facts, supply, on, current) in [
        (signed(), Some(28), "2027-01-11", true),
        (signed(), Some(28), "2027-07-12", false),
        (IssueFacts { state: State::Cancelled, ..signed() }, Some(28), "2027-01-11", false),
        (IssueFacts { state: State::Draft, ..signed() }, Some(28), "2027-01-11", false),
        // The clinical-safety review: what was issued before the cancellation is taken until the supply ends.
        (IssueFacts { state: State::Cancelled, ..issued(1) }, Some(28), "2027-02-08", true),
        (IssueFacts { state: State::Cancelled, ..issued(1) }, Some(28), "2027-02-09", false),
        (IssueFacts { state: State::Cancelled, ..issued(1) }, None, "2027-02-09", true),
        // The last supply is being taken.
        (issued(3), Some(28), "2027-02-08", true),
        (issued(3), Some(28), "2027-02-09", false),
        (issued(3), None, "2027-02-09", true),
        // Another issue is allowed.
        (issued(2), Some(28), "2027-12-31", true),
    ] {
        assert_eq!(is_current(&facts, supply, day(on)), current, "{facts:?} {supply:?} on {on}");
    }
}

#[test]
fn issues_are_left_until_all_are_made_or_the_last_day_has_passed() {
    let last_days = (day("2027-07-11"), day("2028-01-11"));
    for (issues, on, expected) in [
        ((0, 1), "2027-07-11", true),
        ((0, 1), "2027-07-12", false),
        ((1, 1), "2027-02-01", false),
        ((0, 3), "2027-07-12", false),
        ((1, 3), "2027-07-12", true),
        ((2, 3), "2028-01-11", true),
        ((2, 3), "2028-01-12", false),
        ((3, 3), "2027-02-01", false),
    ] {
        assert_eq!(has_issues_left(issues, last_days, day(on)), expected, "{issues:?} on {on}");
    }
}
