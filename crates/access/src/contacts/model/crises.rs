//! Crises of callers: how severe they are, and the answers to the safety question.

use platform::ids::Id;
use platform::private::Private;

platform::string_enum! {
    /// How soon someone must act on an alert that a contact raises, the most urgent first.
    pub enum ContactRiskSeverity {
        /// At once: life may be in danger.
        Immediate = "immediate",
        /// Within hours.
        Urgent = "urgent",
        /// On the same day.
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

/// A crisis of a caller who is a practitioner, for the clinicians who treat them.
#[derive(Debug, Clone)]
pub struct Crisis {
    /// The contact.
    pub contact: Id,
    pub severity: ContactRiskSeverity,
    /// What a member of staff wrote about it.
    pub note: Option<Private<String>>,
}
