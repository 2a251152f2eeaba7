//! The limits of every prescription, and which values of them make sense.

use std::ops::RangeInclusive;

use serde::Deserialize;

use reference::reference_data::figures::{Figure, Figures};

/// A limit and its source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub value: u16,
    /// Where the value comes from.
    pub source: String,
}

/// The limits that rules apply.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Days' supply of a drug of schedule 2, 3 or 4.
    pub controlled_supply_days: Limit,
    /// Days for which a prescription of such a drug is valid.
    pub controlled_validity_days: Limit,
    /// Months for which any other prescription is valid.
    pub validity_months: Limit,
    /// Months after which no repeat is issued.
    pub repeat_months: Limit,
    /// Days between two issues when the prescription does not state them.
    pub repeat_interval_days: Limit,
    pub most_issues: Limit,
    /// How many days before its interval is over the next issue is allowed.
    pub early_issue_days: Limit,
    /// Days' supply where the quantity must be limited.
    pub limited_supply_days: Limit,
    /// How far a quantity may differ from what the dosage needs, in per cent.
    pub quantity_tolerance_percent: Limit,
    /// How many days in the future the start may be.
    pub latest_start_days: Limit,
    /// Days' supply of a prescription in instalments.
    pub instalment_supply_days: Limit,
    /// For how many days an answer about pregnancy holds.
    pub pregnancy_answer_days: Limit,
}

impl Figures for Limits {
    /// No limit of the law can be exceeded: 28 days and six months (SI 2001/3998, regulation 16; SI 2012/1916, regulation 217), 14 days of
    /// instalments. The other ranges are the service's own choice (`docs/clinical-rules.md#reference-data`).
    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![
            figure("controlled_supply_days", &mut self.controlled_supply_days, 1..=30),
            figure("controlled_validity_days", &mut self.controlled_validity_days, 1..=28),
            figure("validity_months", &mut self.validity_months, 1..=6),
            figure("repeat_months", &mut self.repeat_months, 1..=12),
            figure("repeat_interval_days", &mut self.repeat_interval_days, 1..=92),
            figure("most_issues", &mut self.most_issues, 1..=26),
            figure("early_issue_days", &mut self.early_issue_days, 0..=14),
            figure("limited_supply_days", &mut self.limited_supply_days, 1..=14),
            figure("quantity_tolerance_percent", &mut self.quantity_tolerance_percent, 0..=25),
            figure("latest_start_days", &mut self.latest_start_days, 0..=183),
            figure("instalment_supply_days", &mut self.instalment_supply_days, 1..=14),
            figure("pregnancy_answer_days", &mut self.pregnancy_answer_days, 1..=92),
        ]
    }
}

fn figure<'a>(key: &str, limit: &'a mut Limit, allowed: RangeInclusive<u16>) -> Figure<'a> {
    let Limit { value, source } = limit;
    Figure::number(key, value, allowed, source)
}
