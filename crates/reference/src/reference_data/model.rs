//! Sets of reference data, and what can be wrong with an entry.

use std::borrow::Cow;
use std::fmt;

use platform::refusal::{Reason, Refusal};

platform::string_enum! {
    /// A set of reference data. The program ships it, and administrators change its entries from a day on: one proposes a change, and
    /// another one approves it.
    pub enum ReferenceDataset {
        /// Bank holidays. The key is the day, such as `2027-06-04`.
        BankHolidays = "bank_holidays",
        /// Integrated care boards. The key is the ODS code, such as `QWE`.
        Boards = "boards",
        /// The medicines of the catalogue. The key is the id, such as `sertraline-50mg-tablets`.
        Medicines = "medicines",
        /// Maximum doses, with keys such as `dose:citalopram:oral`, or from an age `dose:citalopram:oral:65`, and age limits, with
        /// keys such as `age:hydroxyzine`.
        MedicineLimits = "medicine_limits",
        /// Substances and their schedules, also those that are not controlled, because they may become so. The key is the base name.
        ControlledSubstances = "controlled_substances",
        /// Prices of funded sessions. The key is the kind of session.
        FundingPrices = "funding_prices",
        /// Time limits of funding. The key is the name of the limit, such as `appeal_days`.
        FundingLimits = "funding_limits",
        /// Limits of every prescription. The key is the name of the limit, such as `controlled_supply_days`.
        PrescribingLimits = "prescribing_limits",
        /// Who may prescribe what. The key is the kind of prescriber, such as `independent_nurse`.
        Prescribers = "prescribers",
        /// Within how many minutes tasks of the contact line are due, with keys such as `call_back`, `need:immediate_danger` and
        /// `answer:yes`, and how often overdue ones are reported again, with keys such as `repeat:danger`.
        TriageTimes = "triage_times",
        /// When risk alerts are due and escalated. The key is the name of the time, such as `immediate:due_minutes`.
        AlertTimes = "alert_times",
        /// Limits, intervals and times of day of follow-ups. The key is the name of the value, such as `chase:1`.
        FollowUpPolicy = "follow_up_policy",
        /// Limits of outreach campaigns. The key is the name of the limit, such as `longest_days`.
        OutreachLimits = "outreach_limits",
        /// Standards of waiting times, as a share in per cent. The key is the wait in days, `42` or `126`.
        WaitingTimes = "waiting_times",
    }

    /// Where an entry comes from.
    pub enum ReferenceSource {
        /// The program ships it.
        Shipped = "shipped",
        /// An administrator added or changed it.
        Changed = "changed",
    }

    /// State of a change of reference data.
    pub enum ReferenceChangeState {
        /// It waits for a second administrator.
        Waiting = "waiting",
        /// It is in force from its first day on.
        Approved = "confirmed",
        /// An administrator withdrew it before it was approved.
        Withdrawn = "withdrawn",
        /// No second administrator approved it within 14 days.
        Expired = "expired",
    }
}

/// The name under which a transaction keeps the changes.
pub(super) const PINNED: &str = "reference_data";

impl ReferenceDataset {
    /// Whether an entry can be removed. Boards are ended by their last day, because records refer to them; figures are always needed.
    pub const fn can_lose_entries(self) -> bool {
        matches!(
            self,
            Self::BankHolidays | Self::Medicines | Self::MedicineLimits | Self::ControlledSubstances | Self::Prescribers
        )
    }
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer to the member inside the entry; empty for the entry as a whole, [`KEY`] for its key.
    pub member: String,
    /// What is wrong, in one stable word.
    pub code: &'static str,
    /// A sentence for people, without the value.
    pub detail: Cow<'static, str>,
}

/// The `member` of a fault of the key.
pub const KEY: &str = "key";

impl Fault {
    pub fn new(member: impl Into<String>, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { member: member.into(), code, detail: detail.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member.as_str() {
            "" => f.write_str(&self.detail),
            member => write!(f, "{member}: {}", self.detail),
        }
    }
}

/// Which entry of a dataset is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryFault {
    pub dataset: ReferenceDataset,
    pub key: String,
    pub fault: Fault,
}

impl EntryFault {
    pub fn new(dataset: ReferenceDataset, key: impl Into<String>, fault: Fault) -> Self {
        Self { dataset, key: key.into(), fault }
    }

    /// Whether it is about this entry.
    pub fn is_about(&self, dataset: ReferenceDataset, key: &str) -> bool {
        self.dataset == dataset && self.key == key
    }

    /// The refusal of a change that would make an entry wrong. `entry` is the pointer of the changed entry in the body; the fault of
    /// another entry is named there as a whole.
    pub fn refusal(&self, changed: (ReferenceDataset, &str), entry: &str) -> Refusal {
        let Fault { member, code, detail } = &self.fault;
        if !self.is_about(changed.0, changed.1) {
            let detail = format!("This does not fit the entry {} of {}: {detail}", self.key, self.dataset.as_str());
            return Refusal::new(Reason::InvalidBody, detail.clone()).field("/entry", "conflict", detail);
        }
        let pointer = if member == KEY { "/key".to_owned() } else { format!("{entry}{member}") };
        Refusal::new(Reason::InvalidBody, detail.clone()).field(pointer, code, detail.clone())
    }
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.dataset.as_str(), self.key, self.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_named_at_its_member_and_that_of_another_entry_at_the_entry() {
        let named = |fault: EntryFault| {
            let refusal = fault.refusal((ReferenceDataset::Boards, "QWE"), "/entry/board");
            (refusal.fields[0].pointer.clone(), refusal.fields[0].code)
        };
        let fault = |key: &str, member: &str| {
            EntryFault::new(ReferenceDataset::Boards, key, Fault::new(member, "unknown", "There is no such board."))
        };
        assert_eq!(named(fault("QWE", "/successors/0")), ("/entry/board/successors/0".to_owned(), "unknown"));
        assert_eq!(named(fault("QWE", KEY)), ("/key".to_owned(), "unknown"));
        assert_eq!(named(fault("QKK", "/successors/0")), ("/entry".to_owned(), "conflict"));
        assert_eq!(fault("QKK", "").to_string(), "boards QKK: There is no such board.");
    }
}
