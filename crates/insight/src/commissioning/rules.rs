//! What is published of funding and of registrations, by the rules of small numbers.
//!
//! Each board has tables of its own about its own requests, so no figure of one board is a part of another's, and there is no total of
//! several boards from which one could be subtracted. Registrations are counted by region, and in each region by board: the boards of a
//! region are hidden where the region is ([`hidden`]).

use std::collections::BTreeSet;

use super::model::{BoardAmount, DecisionTime, FundingFacts};
use crate::disclosure::model::{Dataset, Period, Published, Table};
use crate::disclosure::rules::{hidden, publish, publish_amount};
use access::funding::model::FundingDecision;
use people::practitioners::model::CountedRegistration;
use platform::ids::Id;
use reference::workforce::model::{Icb, Nation, Profession, Region};

/// Funding requests by their first decision.
pub const DECISION: &str = "decision";
/// Funding requests by the time to their first decision.
pub const DAYS_TO_DECIDE: &str = "days_to_decide";
/// What approvals commit, in pence.
pub const COMMITTED: &str = "committed";
/// What sessions cost, in pence.
pub const USED: &str = "used";
/// Registrations by profession.
pub const PROFESSION: &str = "profession";
/// Registrations by region.
pub const REGION: &str = "region";
/// Registrations of a region by board.
const BOARDS: &str = "boards";
/// The category of those who work outside England.
const OUTSIDE_ENGLAND: &str = "outside_england";
/// The category of those whose region or board is not known.
const NOT_KNOWN: &str = "not_known";

/// The band of a time to decide.
pub fn decision_time(days: i64) -> DecisionTime {
    match days {
        ..=14 => DecisionTime::WithinTwoWeeks,
        15..=28 => DecisionTime::WithinFourWeeks,
        29..=56 => DecisionTime::WithinEightWeeks,
        _ => DecisionTime::Longer,
    }
}

/// The name under which a breakdown of a board, or of a region, is stored.
pub fn stored_name(area: &str, breakdown: &str) -> String {
    format!("{area}/{breakdown}")
}

/// The stored name of the boards of a region.
pub fn boards_of(region: Region) -> String {
    stored_name(region.as_str(), BOARDS)
}

/// What is published of funding: the tables of each board that existed in the period or was asked, also of those that no one asked. So
/// a board without requests looks like one with few.
pub fn publish_funding(facts: &FundingFacts, boards: &[Icb], period: Period) -> Vec<Published> {
    let amounts = facts.committed.iter().chain(&facts.used);
    let asked: BTreeSet<&str> =
        facts.decisions.iter().map(|one| one.board.as_str()).chain(amounts.map(|amount| amount.board.as_str())).collect();
    let existed = |board: &&Icb| board.valid_from < period.until && board.valid_to.is_none_or(|last| last >= period.first);
    let of_period = boards.iter().filter(|board| existed(board) || asked.contains(board.code.as_str()));
    of_period.flat_map(|board| publish_board(facts, &board.code)).collect()
}

fn publish_board(facts: &FundingFacts, board: &str) -> Vec<Published> {
    let of_board = || facts.decisions.iter().filter(|one| one.board == board);
    let decisions = Table {
        breakdown: DECISION,
        categories: FundingDecision::ALL.iter().map(|one| one.as_str()).collect(),
        facts: of_board().map(|one| (position(FundingDecision::ALL, &one.decision), one.practitioner)).collect(),
        sensitive: Dataset::Funding.is_sensitive(),
    };
    let times = Table {
        breakdown: DAYS_TO_DECIDE,
        categories: DecisionTime::ALL.iter().map(|one| one.as_str()).collect(),
        facts: of_board().map(|one| (position(DecisionTime::ALL, &one.time), one.practitioner)).collect(),
        sensitive: Dataset::Funding.is_sensitive(),
    };
    vec![
        of_area(board, publish(&decisions)),
        of_area(board, publish(&times)),
        sum_of(board, COMMITTED, &facts.committed),
        sum_of(board, USED, &facts.used),
    ]
}

fn of_area(area: &str, published: Published) -> Published {
    Published { breakdown: stored_name(area, &published.breakdown), ..published }
}

fn sum_of(board: &str, breakdown: &str, amounts: &[BoardAmount]) -> Published {
    let of_board = amounts.iter().filter(|amount| amount.board == board);
    let parts: Vec<(u64, Id)> = of_board.map(|amount| (amount.pence, amount.practitioner)).collect();
    Published { breakdown: stored_name(board, breakdown), total: publish_amount(&parts), cells: Vec::new() }
}

/// What is published of registrations: by profession, by region, and in each region by board.
pub fn publish_registrations(registrations: &[CountedRegistration], boards: &[Icb]) -> Vec<Published> {
    let professions = Table {
        breakdown: PROFESSION,
        categories: Profession::ALL.iter().map(|one| one.as_str()).collect(),
        facts: registrations.iter().map(|one| (position(Profession::ALL, &one.profession), one.practitioner)).collect(),
        sensitive: Dataset::Registrations.is_sensitive(),
    };
    let areas: Vec<&'static str> = Region::ALL.iter().map(|region| region.as_str()).chain([OUTSIDE_ENGLAND, NOT_KNOWN]).collect();
    let regions = publish(&Table {
        breakdown: REGION,
        facts: registrations.iter().map(|one| (position(&areas, &area_of(one)), one.practitioner)).collect(),
        categories: areas,
        sensitive: Dataset::Registrations.is_sensitive(),
    });
    let by_board = Region::ALL.iter().map(|region| {
        let is_shown = regions.cells.iter().any(|(name, count)| name == region.as_str() && count.is_some());
        let published = publish_region(registrations, boards, *region);
        if is_shown { published } else { hidden(published) }
    });
    let by_board: Vec<Published> = by_board.collect();
    [publish(&professions), regions].into_iter().chain(by_board).collect()
}

fn area_of(registration: &CountedRegistration) -> &'static str {
    match (registration.nation, registration.region) {
        (Nation::England, Some(region)) => region.as_str(),
        (Nation::England, None) => NOT_KNOWN,
        _ => OUTSIDE_ENGLAND,
    }
}

fn publish_region(registrations: &[CountedRegistration], boards: &[Icb], region: Region) -> Published {
    let of_region = boards.iter().filter(|board| board.region == region).map(|board| board.code.as_str());
    let categories: Vec<&str> = of_region.chain([NOT_KNOWN]).collect();
    let category = |registration: &CountedRegistration| {
        let code = registration.icb_code.as_deref().unwrap_or(NOT_KNOWN);
        categories.iter().position(|known| *known == code).unwrap_or(categories.len() - 1)
    };
    let people = registrations.iter().filter(|one| area_of(one) == region.as_str());
    let table = Table {
        breakdown: BOARDS,
        facts: people.map(|one| (category(one), one.practitioner)).collect(),
        categories: categories.clone(),
        sensitive: Dataset::Registrations.is_sensitive(),
    };
    of_area(region.as_str(), publish(&table))
}

fn position<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or_default()
}

#[cfg(test)]
mod tests;
