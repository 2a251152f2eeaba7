//! The review of a record whose retention has ended, what stops its destruction, and what remains of it.

use chrono::NaiveDate;

use platform::ids::{Id, UtcTime};
use platform::private::Private;

platform::string_enum! {
    /// When the retention of a record ends.
    pub enum RetentionRule {
        /// Twenty years after the last entry or contact.
        AfterLastEntry = "after_last_entry",
        /// Ten years after death.
        AfterDeath = "after_death",
    }

    /// State of a retention review.
    pub enum RetentionReviewState {
        /// It waits for a decision.
        Due = "due",
        /// A privacy officer decided that the record is destroyed, and another one has not approved it yet.
        DestructionProposed = "destruction_proposed",
        /// The record is kept longer.
        Kept = "kept",
        /// The record is in use again, or something was added to it.
        Lapsed = "lapsed",
    }

    /// Why a record must not be destroyed.
    pub enum RetentionHoldGround {
        /// Legal proceedings are under way, or a claim is expected.
        LegalProceedings = "legal_proceedings",
        /// A public inquiry, an inquest or an investigation needs it.
        Inquiry = "inquiry",
        /// A complaint is being dealt with.
        Complaint = "complaint",
        /// The person has asked for their record.
        SubjectAccess = "subject_access",
        /// Another reason, in the officer's words.
        Other = "other",
    }
}

/// When the retention of a record ends, and by which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionEnd {
    pub rule: RetentionRule,
    /// The day of the last entry or contact.
    pub last_entry_on: NaiveDate,
    /// The first day on which the record is reviewed. It is kept until two privacy officers have it destroyed.
    pub due_on: NaiveDate,
}

/// A record whose retention has ended.
#[derive(Debug, Clone)]
pub struct RetentionReview {
    pub id: Id,
    pub practitioner: Id,
    pub state: RetentionReviewState,
    pub end: RetentionEnd,
    pub decision: Option<RetentionDecision>,
    /// Until when privacy officers decided to keep it; then it is reviewed again.
    pub kept_until: Option<NaiveDate>,
    /// When it was listed.
    pub created_at: UtcTime,
}

/// What a privacy officer decided about a record.
#[derive(Debug, Clone)]
pub struct RetentionDecision {
    pub by: Id,
    pub at: UtcTime,
    pub reason: Private<String>,
}

/// What stops the destruction of a record.
#[derive(Debug, Clone)]
pub struct RetentionHold {
    pub id: Id,
    pub practitioner: Id,
    pub ground: RetentionHoldGround,
    pub reason: Private<String>,
    pub set_by: Id,
    pub set_at: UtcTime,
    /// By which it was lifted; none while it is in force.
    pub lifting: Option<RetentionDecision>,
}

/// What remains of a destroyed record.
#[derive(Debug, Clone)]
pub struct DestructionCertificate {
    pub id: Id,
    /// The id that the practitioner had.
    pub practitioner: Id,
    /// The reference that the practitioner had.
    pub reference: String,
    pub end: RetentionEnd,
    pub decided_by: Id,
    pub decided_at: UtcTime,
    pub approved_by: Id,
    pub destroyed_at: UtcTime,
    /// How many rows of each table.
    pub counts: Vec<(String, usize)>,
}
