//! Request and response bodies of conflicts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{ConflictOutcome, ConflictTask, ConflictTaskState};
use people::relationships::model::ArrangementKind;
use platform::ids::{Id, UtcTime};

/// Filter of conflict tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConflictTaskQuery {
    /// Only tasks in this state; all that are not done when left out.
    #[param(nullable = false)]
    pub state: Option<ConflictTaskState>,
}

/// A task: an arrangement between a practitioner and a person they must not meet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictTaskView {
    /// Names the task.
    pub id: Id,
    /// The state of the task.
    pub state: ConflictTaskState,
    /// The kind of arrangement that two people in conflict still share.
    pub kind: ArrangementKind,
    /// The appointment, group enrolment, episode of care, follow-up, prescription or note.
    pub arrangement_id: Id,
    /// The practitioner it belongs to.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The clinician it is with. Null if the conflict is with another member of the group.
    pub clinician_id: Option<Id>,
    /// When the arrangement begins, if it has a time.
    pub starts_at: Option<UtcTime>,
    /// When the task was opened.
    pub opened_at: UtcTime,
    /// When it should be settled: before the appointment, and otherwise a working day after it was opened.
    pub due_at: UtcTime,
    /// The coordinator who took it.
    pub taken_by: Option<Id>,
    /// When it was taken.
    pub taken_at: Option<UtcTime>,
    /// When it was completed or closed.
    pub done_at: Option<UtcTime>,
    /// How it was settled.
    pub outcome: Option<ConflictOutcome>,
}

impl ConflictTaskView {
    /// The view of a task, with the practitioner's reference.
    pub fn new(task: ConflictTask, reference: String) -> Self {
        Self {
            id: task.id,
            state: task.state(),
            kind: task.kind,
            arrangement_id: task.arrangement,
            practitioner_id: task.practitioner,
            reference,
            clinician_id: task.clinician,
            starts_at: task.starts_at,
            opened_at: task.opened_at,
            due_at: task.due_at,
            taken_by: task.taken_by,
            taken_at: task.taken_at,
            done_at: task.done_at,
            outcome: task.outcome,
        }
    }
}

/// How a conflict task was settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteConflictTask {
    /// The outcome; not one that the service sets itself.
    pub outcome: ConflictOutcome,
}
