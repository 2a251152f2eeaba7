//! The types of conflict tasks.

use people::relationships::model::ArrangementKind;
use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// The state of a conflict task.
    pub enum ConflictTaskState {
        /// No one has taken it.
        Open = "open",
        /// A coordinator deals with it.
        Taken = "taken",
        /// It is settled.
        Done = "done",
    }

    /// How a conflict task was settled.
    pub enum ConflictOutcome {
        /// It was given to another person or moved to another time.
        Rebooked = "rebooked",
        /// Another clinician leads the care.
        NewLead = "new_lead",
        /// It was cancelled together with the practitioner.
        CancelledWithPractitioner = "cancelled_with_practitioner",
        /// It stays, and the two do not meet in it.
        KeptApart = "kept_apart",
        /// The two are no longer kept apart. Set by the service.
        NoLongerInConflict = "no_longer_in_conflict",
        /// The arrangement ended in another way. Set by the service.
        ArrangementOver = "arrangement_over",
    }
}

/// A task about an arrangement between two people who must be kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConflictTask {
    pub id: Id,
    pub kind: ArrangementKind,
    /// The appointment, enrolment, episode of care, follow-up, prescription or note.
    pub arrangement: Id,
    pub practitioner: Id,
    /// The clinician it is with; none if it is with another member of a group.
    pub clinician: Option<Id>,
    /// When the arrangement begins, if it has a time.
    pub starts_at: Option<UtcTime>,
    pub opened_at: UtcTime,
    pub due_at: UtcTime,
    /// The coordinator who took it, and when.
    pub taken_by: Option<Id>,
    pub taken_at: Option<UtcTime>,
    pub done_at: Option<UtcTime>,
    /// The coordinator who completed it; none when the service closed it.
    pub done_by: Option<Id>,
    pub outcome: Option<ConflictOutcome>,
}

impl ConflictTask {
    /// Its state.
    pub fn state(&self) -> ConflictTaskState {
        match (self.done_at, self.taken_by) {
            (Some(_), _) => ConflictTaskState::Done,
            (None, Some(_)) => ConflictTaskState::Taken,
            (None, None) => ConflictTaskState::Open,
        }
    }
}
