//! Regions and integrated care boards: how they are found, and which board follows a dissolved one.

use chrono::NaiveDate;

use super::identifiers::normalise;
use crate::reference_data::model::Fault;
use crate::workforce::model::{Icb, Region};
use platform::refusal::{Reason, Refusal};

/// The boards that are responsible on a day for requests to this one: itself while it exists, afterwards those that took over,
/// from successor to successor (twelve boards were dissolved on 31 March 2026; `docs/clinical-rules.md#areas`).
pub fn successor_boards<'a>(boards: &'a [Icb], code: &str, on: NaiveDate) -> Vec<&'a str> {
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

/// The boards whose requests a commissioner of these areas decides on a day: the boards of the areas while they exist, and those
/// that they took over.
pub fn boards_covered_by(boards: &[Icb], areas: &[String], on: NaiveDate) -> Vec<String> {
    let is_covered =
        |board: &&Icb| successor_boards(boards, &board.code, on).iter().any(|code| areas.iter().any(|area| area == code));
    boards.iter().filter(is_covered).map(|board| board.code.clone()).collect()
}

/// Checks every board: it ends no earlier than it begins, a dissolved one has successors that exist on the next day, and one that has no
/// last day has none.
///
/// # Errors
/// The code of the board, and the fault at its member.
pub fn check_boards(all: &[Icb]) -> Result<(), (String, Fault)> {
    all.iter().try_for_each(|board| check_board(all, board).map_err(|fault| (board.code.clone(), fault)))
}

fn check_board(all: &[Icb], board: &Icb) -> Result<(), Fault> {
    let Some(last) = board.valid_to else {
        return match board.successors.first() {
            None => Ok(()),
            Some(_) => Err(Fault::new("/successors", "not_allowed", "A board that has no last day has no successors.")),
        };
    };
    if last < board.valid_from {
        return Err(Fault::new("/valid_until", "out_of_order", "The last day is before the first."));
    }
    if board.successors.is_empty() {
        return Err(Fault::new(
            "/successors",
            "required",
            "A board with a last day has successors. Name those that take over its area.",
        ));
    }
    let next_day = last.succ_opt().unwrap_or(last);
    let exists = |code: &String| all.iter().any(|other| other.code == *code && other.in_force(next_day));
    match board.successors.iter().position(|code| !exists(code)) {
        None => Ok(()),
        Some(place) => {
            let detail = "This successor is no board that exists on the next day. Add it first.";
            Err(Fault::new(format!("/successors/{place}"), "unknown", detail))
        }
    }
}

/// Finds a region by its value (`south_west`) or its ODS code (`Y58`).
///
/// # Errors
/// [`Reason::InvalidBody`] at `/region`.
pub fn check_region(text: &str) -> Result<Region, Refusal> {
    let code = normalise(text);
    let by_code = Region::ALL.iter().copied().find(|region| region.ods_code() == code);
    by_code.or_else(|| Region::parse(&code.to_ascii_lowercase())).ok_or_else(|| {
        Refusal::new(Reason::InvalidBody, "There is no such region.").field(
            "/region",
            "unknown",
            "Choose one of the seven regions of NHS England.",
        )
    })
}

/// Finds the integrated care board with this code, if it exists on a day.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/icb_code`: `unknown`, `not_yet` before its first day, or `dissolved` after its last,
/// naming the boards that took over.
pub fn check_icb<'a>(all: &'a [Icb], code: &str, on: NaiveDate) -> Result<&'a Icb, Refusal> {
    let code = normalise(code);
    let refusal = Refusal::new(Reason::InvalidBody, "This integrated care board cannot be chosen. Choose another one.");
    match all.iter().find(|icb| icb.code == code) {
        None => Err(refusal.field("/icb_code", "unknown", "There is no integrated care board with this code.")),
        Some(icb) if icb.in_force(on) => Ok(icb),
        Some(icb) if on < icb.valid_from => Err(refusal.field("/icb_code", "not_yet", "This board does not exist yet.")),
        Some(icb) => {
            let detail =
                format!("This board was dissolved. Choose a board that took over its area: {}.", icb.successors.join(", "));
            Err(refusal.field("/icb_code", "dissolved", detail))
        }
    }
}
