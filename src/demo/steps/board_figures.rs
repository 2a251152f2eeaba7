//! Invented facts about funding and registrations of the time before the scenario, for figures that are published like any others.

use crate::access::funding::model::FundingDecision;
use crate::insight::commissioning::model::{BoardAmount, DecisionTime, FirstDecision, FundingFacts};
use crate::people::practitioners::model::CountedRegistration;
use crate::platform::ids::Id;
use crate::reference::workforce::model::{Nation, Profession, Region};

/// The board of the demo.
const BOARD: &str = "QWU";

/// Decisions, approvals and sessions of the board of the demo in a quarter.
pub(super) fn funding(growth: u32) -> FundingFacts {
    let sizes = [
        (FundingDecision::ApprovedLimited, DecisionTime::WithinFourWeeks, 14 + growth),
        (FundingDecision::Approved, DecisionTime::WithinTwoWeeks, 6),
        (FundingDecision::Declined, DecisionTime::WithinEightWeeks, 11),
    ];
    let decisions = sizes.into_iter().enumerate().flat_map(|(place, (decision, time, size))| {
        (0..size).map(move |number| FirstDecision {
            board: BOARD.to_owned(),
            practitioner: person(place, number),
            decision,
            time,
        })
    });
    let money = |people: u32, pence: u64| -> Vec<BoardAmount> {
        (0..people).map(|number| BoardAmount { board: BOARD.to_owned(), practitioner: person(0, number), pence }).collect()
    };
    FundingFacts { decisions: decisions.collect(), committed: money(14 + growth, 76_000), used: money(12 + growth, 38_000) }
}

/// Registrations of a quarter, in the board of the demo and its neighbours.
pub(super) fn registrations(growth: u32) -> Vec<CountedRegistration> {
    let sizes = [
        (Profession::Doctor, BOARD, 24 + growth),
        (Profession::Dentist, "QNC", 12),
        (Profession::Nurse, "QHL", 16),
        (Profession::Pharmacist, "QUA", 3),
    ];
    let of_size = |(place, (profession, board, size)): (usize, (Profession, &'static str, u32))| {
        (0..size).map(move |number| CountedRegistration {
            practitioner: person(place, number),
            profession,
            nation: Nation::England,
            region: Some(Region::Midlands),
            icb_code: Some(board.to_owned()),
        })
    };
    sizes.into_iter().enumerate().flat_map(of_size).collect()
}

/// The id of a person who does not exist.
fn person(place: usize, number: u32) -> Id {
    Id(uuid::Uuid::from_u128(place as u128 * 100_000 + u128::from(number)))
}
