//! Types of the figures for commissioners: decisions about funding requests, and money.

use access::funding::model::FundingDecision;
use platform::ids::Id;

platform::string_enum! {
    /// A band of times from the submission of a funding request to its first decision. Forty working days are eight weeks.
    pub enum DecisionTime {
        /// Up to two weeks.
        WithinTwoWeeks = "within_14_days",
        /// More than two and up to four weeks.
        WithinFourWeeks = "15_to_28_days",
        /// More than four and up to eight weeks.
        WithinEightWeeks = "29_to_56_days",
        /// More than eight weeks.
        Longer = "over_56_days",
    }
}

/// The first decision about a funding request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstDecision {
    /// The code of the board.
    pub board: String,
    pub practitioner: Id,
    pub decision: FundingDecision,
    /// How long it took.
    pub time: DecisionTime,
}

/// A part of a board's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardAmount {
    /// The code of the board.
    pub board: String,
    pub practitioner: Id,
    pub pence: u64,
}

/// What is counted of funding in one period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FundingFacts {
    /// The first decisions.
    pub decisions: Vec<FirstDecision>,
    /// What the approvals of the period commit.
    pub committed: Vec<BoardAmount>,
    /// The price of the sessions of the period.
    pub used: Vec<BoardAmount>,
}
