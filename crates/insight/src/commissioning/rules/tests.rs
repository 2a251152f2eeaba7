//! What is published of funding and registrations, with exact figures.

use super::*;
use crate::commissioning::model::FirstDecision;
use chrono::NaiveDate;
use reference::workforce::catalogue::boards;

const OWN: &str = "QWE";
const OTHER: &str = "QKK";

fn person(number: u128) -> Id {
    Id(uuid::Uuid::from_u128(number))
}

fn quarter() -> Period {
    Dataset::Funding.period_of(NaiveDate::from_ymd_opt(2027, 2, 1).unwrap())
}

/// This many decisions of a board, about people who are counted from `from`.
fn decisions(board: &str, decision: FundingDecision, time: DecisionTime, from: u128, people: u128) -> Vec<FirstDecision> {
    (from..from + people)
        .map(|number| FirstDecision { board: board.to_owned(), practitioner: person(number), decision, time })
        .collect()
}

fn amounts(board: &str, from: u128, pence: &[u64]) -> Vec<BoardAmount> {
    pence
        .iter()
        .zip(from..)
        .map(|(pence, number)| BoardAmount { board: board.to_owned(), practitioner: person(number), pence: *pence })
        .collect()
}

/// The published total and counts under a stored name.
fn shown(published: &[Published], name: &str) -> (Option<u32>, Vec<Option<u32>>) {
    let found = published.iter().find(|one| one.breakdown == name).unwrap_or_else(|| panic!("no {name}"));
    (found.total, found.cells.iter().map(|(_, count)| *count).collect())
}

#[test]
fn times_to_decide_are_in_bands() {
    for (days, expected) in [
        (0, DecisionTime::WithinTwoWeeks),
        (14, DecisionTime::WithinTwoWeeks),
        (15, DecisionTime::WithinFourWeeks),
        (28, DecisionTime::WithinFourWeeks),
        (29, DecisionTime::WithinEightWeeks),
        (56, DecisionTime::WithinEightWeeks),
        (57, DecisionTime::Longer),
    ] {
        assert_eq!(decision_time(days), expected, "{days}");
    }
}

#[test]
fn each_board_has_its_own_figures() {
    use DecisionTime::{Longer, WithinFourWeeks};
    use FundingDecision::{ApprovedLimited, Declined};
    let facts = FundingFacts {
        decisions: [
            decisions(OWN, ApprovedLimited, WithinFourWeeks, 0, 12),
            decisions(OWN, Declined, Longer, 100, 8),
            decisions(OTHER, Declined, Longer, 200, 9),
        ]
        .concat(),
        committed: [amounts(OWN, 0, &[95_000; 12]), amounts(OTHER, 200, &[95_000; 9])].concat(),
        used: amounts(OWN, 0, &[28_500; 10]),
    };
    let published = publish_funding(&facts, boards(), quarter());
    assert_eq!(shown(&published, "QWE/decision"), (Some(20), vec![Some(0), Some(10), Some(10)]));
    assert_eq!(shown(&published, "QWE/days_to_decide"), (Some(20), vec![Some(0), Some(10), Some(0), Some(10)]));
    assert_eq!(shown(&published, "QWE/committed").0, Some(1_150_000), "1,140,000 rounded");
    assert_eq!(shown(&published, "QWE/used").0, Some(300_000), "285,000 rounded");
    assert_eq!(shown(&published, "QKK/decision"), (None, vec![None; 3]), "nine people");
    assert_eq!(shown(&published, "QKK/committed").0, None);
    assert_eq!(shown(&published, "QMF/decision"), (None, vec![None; 3]), "a board that no one asked looks the same");
    let dissolved = |code: &str| published.iter().any(|one| one.breakdown == stored_name(code, DECISION));
    assert!(!dissolved("QRV") && dissolved("QWU"), "boards that existed in the period");
}

#[test]
fn small_outcome_is_hidden_with_another_one() {
    use DecisionTime::WithinTwoWeeks;
    use FundingDecision::{Approved, ApprovedLimited, Declined};
    let facts = FundingFacts {
        decisions: [
            decisions(OWN, Approved, WithinTwoWeeks, 0, 20),
            decisions(OWN, ApprovedLimited, WithinTwoWeeks, 100, 3),
            decisions(OWN, Declined, WithinTwoWeeks, 200, 11),
        ]
        .concat(),
        ..FundingFacts::default()
    };
    let published = publish_funding(&facts, boards(), quarter());
    assert_eq!(shown(&published, "QWE/decision"), (Some(35), vec![Some(20), None, None]));
}

/// This many registrations with a board of London, or none.
fn registrations(board: Option<&str>, from: u128, people: u128) -> Vec<CountedRegistration> {
    let registration = |number| CountedRegistration {
        practitioner: person(number),
        profession: Profession::Nurse,
        nation: Nation::England,
        region: Some(Region::London),
        icb_code: board.map(str::to_owned),
    };
    (from..from + people).map(registration).collect()
}

fn count_of(published: &[Published], name: &str, category: &str) -> Option<u32> {
    let found = published.iter().find(|one| one.breakdown == name).unwrap();
    found.cells.iter().find(|(known, _)| known == category).unwrap().1
}

#[test]
fn small_board_is_hidden_with_another_one_of_its_region() {
    let all = [registrations(Some(OWN), 0, 15), registrations(Some(OTHER), 100, 3), registrations(Some("QMF"), 200, 12)].concat();
    let published = publish_registrations(&all, boards());
    assert_eq!(count_of(&published, REGION, "london"), Some(30));
    let name = boards_of(Region::London);
    let counts = ["QWE", "QKK", "QMF"].map(|board| count_of(&published, &name, board));
    assert_eq!(counts, [Some(15), None, None], "three cannot be found by subtracting the others");
    assert_eq!(count_of(&published, PROFESSION, "nurse"), Some(30));
}

#[test]
fn boards_of_a_hidden_region_are_hidden() {
    let mut all = registrations(Some(OWN), 0, 15);
    let elsewhere = |number| CountedRegistration {
        region: Some(Region::SouthWest),
        icb_code: Some("QSL".to_owned()),
        ..registrations(None, number, 1).remove(0)
    };
    all.extend((100..103).map(elsewhere));
    let published = publish_registrations(&all, boards());
    assert_eq!((count_of(&published, REGION, "london"), count_of(&published, REGION, "south_west")), (None, None));
    assert_eq!(count_of(&published, &boards_of(Region::London), OWN), None, "fifteen and the total would show the three");
    let total = published.iter().find(|one| one.breakdown == boards_of(Region::London)).unwrap().total;
    assert_eq!(total, None);
}

#[test]
fn people_without_a_board_or_outside_england_have_their_own_categories() {
    let outside =
        |number| CountedRegistration { nation: Nation::Scotland, region: None, ..registrations(None, number, 1).remove(0) };
    let all: Vec<_> = registrations(None, 0, 10).into_iter().chain((100..110).map(outside)).collect();
    let published = publish_registrations(&all, boards());
    assert_eq!((count_of(&published, REGION, "london"), count_of(&published, REGION, OUTSIDE_ENGLAND)), (Some(10), Some(10)));
    assert_eq!(count_of(&published, &boards_of(Region::London), NOT_KNOWN), Some(10));
    assert!(published.iter().all(|table| table.cells.len() <= 20), "no table is too long to be answered");
}
