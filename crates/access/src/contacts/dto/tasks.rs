//! What somebody must take and finish.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contacts::model::{ContactTaskKind, ContactTaskState};
use crate::contacts::queries::tasks::Task;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// Something about a contact that somebody must take and finish.
#[derive(Serialize, ToSchema)]
pub struct ContactTask {
    /// Names the task.
    pub id: Id,
    /// The contact.
    pub contact_id: Id,
    /// What is to be seen to.
    pub kind: ContactTaskKind,
    /// Where it stands.
    pub state: ContactTaskState,
    /// When it arose.
    pub raised_at: UtcTime,
    /// Until when it is to be done.
    pub due_at: UtcTime,
    /// Whether that has passed without its being done.
    pub overdue: bool,
    /// When somebody took it.
    pub taken_at: Option<UtcTime>,
    /// Who did.
    pub taken_by: Option<Id>,
    /// When it was done.
    pub done_at: Option<UtcTime>,
    /// By whom.
    pub done_by: Option<Id>,
    /// What was done. Not shown in lists.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

impl ContactTask {
    /// A task as it stands at `now`.
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

    /// The same as a list shows it.
    pub fn in_list(task: Task, now: UtcTime) -> Self {
        Self { note: None, ..Self::new(task, now) }
    }
}

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactTaskQuery {
    /// Only those that stand so.
    #[param(nullable = false)]
    pub state: Option<ContactTaskState>,
    /// Only those of this kind.
    #[param(nullable = false)]
    pub kind: Option<ContactTaskKind>,
}

/// That the caller sees to a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeContactTask {
    /// Take it over from whoever has it. False when left out.
    #[serde(default)]
    pub take_over: bool,
}

/// That a task is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteContactTask {
    /// What was done.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub note: Private<String>,
}
