//! Which board answers for which request, as boards come and go.

use chrono::NaiveDate;

use crate::access::registration::model::Icb;

/// The boards that answer on a day for what was asked of this one: itself while it exists, afterwards whoever took over,
/// from successor to successor (twelve boards were dissolved on 31 March 2026; domain, section 3).
pub fn heirs<'a>(boards: &'a [Icb], code: &str, on: NaiveDate) -> Vec<&'a str> {
    fn gather<'a>(boards: &'a [Icb], code: &str, on: NaiveDate, found: &mut Vec<&'a str>, depth: usize) {
        let Some(board) = boards.iter().find(|board| board.code == code) else { return };
        if board.valid_to.is_none_or(|last| on <= last) {
            if !found.contains(&board.code.as_str()) {
                found.push(&board.code);
            }
        } else if depth < boards.len() {
            for successor in &board.successors {
                gather(boards, successor, on, found, depth + 1);
            }
        }
    }
    let mut found = Vec::new();
    gather(boards, code, on, &mut found, 0);
    found
}

/// The boards whose requests a commissioner of these areas answers on a day: their own, while they exist, and those that
/// they took over.
pub fn boards_answered_for(boards: &[Icb], areas: &[String], on: NaiveDate) -> Vec<String> {
    let answers = |board: &&Icb| heirs(boards, &board.code, on).iter().any(|heir| areas.iter().any(|area| area == heir));
    boards.iter().filter(answers).map(|board| board.code.clone()).collect()
}
