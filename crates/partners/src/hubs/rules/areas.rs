//! Hubs and areas, with boards that are created, divided and dissolved.

use chrono::NaiveDate;

use crate::hubs::model::Coverage;
use platform::ids::Id;
use reference::workforce::model::Icb;
use reference::workforce::rules::successor_boards;

/// The boards in force on a day for an area, given any code that it has ever had: the board itself while it exists, its
/// successors afterwards, and before its first day those whose areas it took over.
///
/// Twelve boards were dissolved on 31 March 2026 and six established; three were divided (`docs/clinical-rules.md#areas`).
/// A board without predecessors also counts for its area before its first day: the areas had these codes before the boards
/// were established by law. An unknown code gives no board.
pub fn boards_on<'a>(boards: &'a [Icb], code: &str, on: NaiveDate) -> Vec<&'a str> {
    let Some(board) = boards.iter().find(|board| board.code == code) else { return Vec::new() };
    if on >= board.valid_from {
        return successor_boards(boards, code, on);
    }
    let before = boards.iter().filter(|other| other.successors.contains(&board.code) && other.valid_from < board.valid_from);
    let mut found = Vec::new();
    for earlier in before.flat_map(|other| boards_on(boards, &other.code, on)) {
        if !found.contains(&earlier) {
            found.push(earlier);
        }
    }
    if found.is_empty() { vec![&board.code] } else { found }
}

/// The hubs that cover an area on a day, in the order of the coverage.
///
/// Coverage of a dissolved board includes its successors, all of them where it was divided, unless the hub has stated since
/// which of them it covers (`docs/clinical-rules.md#areas`: coverage is dated and many-to-many).
pub fn hubs_covering(boards: &[Icb], coverage: &[Coverage], code: &str, on: NaiveDate) -> Vec<Id> {
    let areas = boards_on(boards, code, on);
    let valid: Vec<&Coverage> = coverage.iter().filter(|area| area.is_valid_on(on)).collect();
    let mut found = Vec::new();
    for area in &valid {
        let (hub, stated) = &area.value;
        let leads = areas.contains(&stated.as_str())
            || (passes_to_successors(boards, &valid, area, on)
                && successor_boards(boards, stated, on).iter().any(|successor| areas.contains(successor)));
        if leads && !found.contains(hub) {
            found.push(*hub);
        }
    }
    found
}

/// Whether a hub's coverage of a dissolved board passes to its successors.
fn passes_to_successors(boards: &[Icb], valid: &[&Coverage], area: &Coverage, on: NaiveDate) -> bool {
    let (hub, stated) = &area.value;
    let Some(last) = boards.iter().find(|board| board.code == *stated).and_then(|board| board.valid_to) else { return false };
    let successors = successor_boards(boards, stated, on);
    let restated = |other: &&Coverage| {
        let (whose, code) = &other.value;
        whose == hub && other.from > last && successors.contains(&code.as_str())
    };
    last < on && !valid.iter().any(restated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubs::model::DatedValue;
    use reference::workforce::catalogue::boards;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn hub(number: u8) -> Id {
        Id(uuid::Uuid::from_bytes([number; 16]))
    }

    fn covers(number: u8, code: &str, from: &str, until: Option<&str>) -> Coverage {
        DatedValue { value: (hub(number), code.to_owned()), from: day(from), until: until.map(day) }
    }

    /// Each old code, and the codes for its area from 1 April 2026 on (`docs/clinical-rules.md#areas`).
    const MERGED: &[(&str, &[&str])] = &[
        ("QJG", &["D7T5G", "T6Y0W"]),
        ("QUE", &["S1Y5D"]),
        ("QM7", &["S1Y5D", "D7T5G"]),
        ("QHG", &["S1Y5D"]),
        ("QH8", &["D7T5G"]),
        ("QMM", &["T6Y0W"]),
        ("QRV", &["Z9B2Z"]),
        ("QMJ", &["Z9B2Z"]),
        ("QNX", &["S9B9J"]),
        ("QXU", &["S9B9J"]),
        ("QU9", &["S0E4D"]),
        ("QNQ", &["S0E4D", "S9B9J", "QRL"]),
    ];

    /// Each new code, and the codes for its area until 31 March 2026.
    const CREATED: &[(&str, &[&str])] = &[
        ("S1Y5D", &["QUE", "QM7", "QHG"]),
        ("D7T5G", &["QJG", "QM7", "QH8"]),
        ("T6Y0W", &["QJG", "QMM"]),
        ("Z9B2Z", &["QRV", "QMJ"]),
        ("S0E4D", &["QU9", "QNQ"]),
        ("S9B9J", &["QNX", "QXU", "QNQ"]),
    ];

    #[test]
    fn every_code_leads_to_itself_or_to_its_predecessors_or_successors() {
        let all = boards();
        assert_eq!(all.len(), 48);
        for board in all {
            let merged = MERGED.iter().find(|(code, _)| *code == board.code).map(|(_, successors)| *successors);
            let created = CREATED.iter().find(|(code, _)| *code == board.code).map(|(_, before)| *before);
            for (date, expected) in [
                ("2021-02-22", created),
                ("2022-07-01", created),
                ("2026-03-31", created),
                ("2026-04-01", merged),
                ("2026-11-24", merged),
                ("2030-01-01", merged),
            ] {
                let itself = [board.code.as_str()];
                let mut expected = expected.unwrap_or(&itself).to_vec();
                let mut found = boards_on(all, &board.code, day(date));
                expected.sort_unstable();
                found.sort_unstable();
                assert_eq!(found, expected, "{} on {date}", board.code);
            }
        }
        assert!(boards_on(all, "QXX", day("2026-04-01")).is_empty());
    }

    #[test]
    fn coverage_of_every_board_is_found_by_every_code_of_its_area() {
        let all = boards();
        // One hub for each of the 42 old boards, and no coverage stated after the merger.
        let old: Vec<&Icb> = all.iter().filter(|board| board.valid_from < day("2026-04-01")).collect();
        let coverage: Vec<Coverage> =
            (1..).zip(&old).map(|(number, board)| covers(number, &board.code, "2021-02-22", None)).collect();
        assert_eq!(coverage.len(), 42);
        for date in ["2021-02-22", "2024-02-29", "2026-03-31", "2026-04-01", "2026-04-02", "2027-06-01"] {
            for board in all {
                let mut expected: Vec<Id> = Vec::new();
                for current in boards_on(all, &board.code, day(date)) {
                    let covers_it = |old: &&&Icb| boards_on(all, &old.code, day(date)).contains(&current);
                    expected.extend((1..).zip(&old).filter(|(_, old)| covers_it(old)).map(|(number, _)| hub(number)));
                }
                expected.sort();
                expected.dedup();
                let mut found = hubs_covering(all, &coverage, &board.code, day(date));
                found.sort();
                assert!(!found.is_empty() && found == expected, "{} on {date}", board.code);
            }
        }
    }

    #[test]
    fn coverage_of_a_divided_area_passes_to_all_successors_unless_the_hub_states_which() {
        let all = boards();
        let coverage = [
            covers(1, "QM7", "2021-02-22", None),
            covers(2, "QM7", "2021-02-22", None),
            covers(2, "D7T5G", "2026-04-01", None),
            covers(3, "QNQ", "2021-02-22", None),
            // Covered in parallel all along: that does not say which successors of the other board are covered.
            covers(3, "QRL", "2021-02-22", None),
            covers(4, "QM7", "2021-02-22", Some("2026-04-01")),
        ];
        for (code, date, expected) in [
            ("QM7", "2026-03-31", vec![1, 2, 4]),
            ("S1Y5D", "2026-03-31", vec![1, 2, 4]),
            ("D7T5G", "2026-03-31", vec![1, 2, 4]),
            ("QM7", "2026-04-01", vec![1, 2]),
            ("S1Y5D", "2026-04-01", vec![1]),
            ("D7T5G", "2026-04-01", vec![1, 2]),
            ("QUE", "2026-04-01", vec![1]),
            ("QUE", "2026-03-31", vec![]),
            ("S0E4D", "2026-04-01", vec![3]),
            ("S9B9J", "2026-04-01", vec![3]),
            ("QRL", "2026-04-01", vec![3]),
            ("QM7", "2021-02-21", vec![]),
        ] {
            let expected: Vec<Id> = expected.into_iter().map(hub).collect();
            assert_eq!(hubs_covering(all, &coverage, code, day(date)), expected, "{code} on {date}");
        }
    }
}
