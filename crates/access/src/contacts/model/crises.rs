//! Crises of callers: how severe they are, and the answers to the safety question.

use platform::ids::Id;
use platform::private::Private;

platform::string_enum! {
    /// How soon someone must act on an alert.
    pub enum RiskSeverity {
        /// A life may be in danger now: within minutes.
        Immediate = "immediate",
        /// Within hours, at any time of day.
        Urgent = "urgent",
        /// By the end of the working day, or within hours where that is over.
        SameDay = "same_day",
    }

    /// The answer to the safety question.
    pub enum SafetyAnswer {
        /// The person thinks of ending their life, or someone is in danger.
        Yes = "yes",
        /// Neither.
        No = "no",
        /// The person does not want to answer.
        PreferNotToSay = "prefer_not_to_say",
    }
}

impl RiskSeverity {
    /// The highest of these; `None` where there are none.
    pub fn highest(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().min()
    }

    /// Whether someone must act sooner than for the other.
    pub fn is_above(self, other: Self) -> bool {
        self < other
    }
}

/// A crisis of a caller who is a practitioner, for the clinicians who treat them.
#[derive(Debug, Clone)]
pub struct Crisis {
    /// The contact.
    pub contact: Id,
    pub severity: RiskSeverity,
    /// Whether the number or address comes from outside alone: no member of staff logged the contact or entered who it is from.
    pub is_anonymous: bool,
    /// What a member of staff wrote about it.
    pub note: Option<Private<String>>,
}
