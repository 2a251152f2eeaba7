//! JSON forms about the tasks of the contact line.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contacts::model::{ContactTaskKind, ContactTaskState};
use crate::contacts::queries::tasks::Task;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A task about a contact, which a member of staff takes and completes.
#[derive(Serialize, ToSchema)]
pub struct ContactTask {
    /// Identifies the task.
    pub id: Id,
    /// The contact it is about.
    pub contact_id: Id,
    /// What the task is about.
    pub kind: ContactTaskKind,
    /// Whether the task is waiting, taken or done.
    pub state: ContactTaskState,
    /// When the task was raised.
    pub raised_at: UtcTime,
    /// When it must be done by.
    pub due_at: UtcTime,
    /// Whether it is overdue.
    pub overdue: bool,
    /// When it was taken.
    pub taken_at: Option<UtcTime>,
    /// The member of staff who took it.
    pub taken_by: Option<Id>,
    /// When it was done.
    pub done_at: Option<UtcTime>,
    /// The member of staff who completed it.
    pub done_by: Option<Id>,
    /// What was done. Not shown in lists.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

impl ContactTask {
    /// A task and its status at `now`.
    pub fn new(task: Task, now: UtcTime) -> Self {
        Self {
            id: task.id,
            contact_id: task.contact,
            kind: task.kind,
            state: task.state,
            raised_at: task.raised_at,
            due_at: task.due_at,
            overdue: task.done_at.is_none() && task.due_at < now,
            taken_at: task.taken_at,
            taken_by: task.taken_by,
            done_at: task.done_at,
            done_by: task.done_by,
            note: task.note.map(Private::into_revealed),
        }
    }

    /// The task without its note, for lists.
    pub fn in_list(task: Task, now: UtcTime) -> Self {
        Self { note: None, ..Self::new(task, now) }
    }
}

/// Filters of the list of tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactTaskQuery {
    /// Only tasks in this state.
    #[param(nullable = false)]
    pub state: Option<ContactTaskState>,
    /// Only tasks of this kind.
    #[param(nullable = false)]
    pub kind: Option<ContactTaskKind>,
}

/// The caller takes a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeContactTask {
    /// Take over a task that someone else has taken. False when left out.
    #[serde(default)]
    pub take_over: bool,
}

/// A task is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteContactTask {
    /// What was done.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub note: Private<String>,
}
