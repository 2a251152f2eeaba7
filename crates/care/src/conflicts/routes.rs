//! HTTP handlers of conflicts, for coordinators.

use actix_web::{get, post};

use super::detection::detect_conflicts;
use super::dto::{CompleteConflictTask, ConflictTaskQuery, ConflictTaskView};
use super::model::ConflictTask;
use super::queries::ConflictScope;
use super::queries::tasks;
use super::{notifications, rules, store};
use people::accounts::queries as accounts;
use people::practitioners::queries as registration;
use people::relationships::{Basis, Permit, PermitExt, Protected, Purpose, conflicts};
use people::{Coordinator, Role};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::{Platform, Tx, audit};

/// List conflict tasks
///
/// A task for each arrangement between two people who must not meet: appointments, group places, led care, follow-ups, and unsigned
/// prescriptions and notes of practitioners who have since blocked the other person or work for the same employer. Each must be given
/// to another person or ended. A task closes by itself when the two no longer share the arrangement. Practitioners the caller has a
/// conflict with are left out. Every read is recorded.
#[utoipa::path(
    operation_id = "listConflictTasks", tag = "Practitioners", params(ConflictTaskQuery),
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!(["conflict_tasks.read", "conflict_task.listed"]))),
    responses((status = 200, description = "The tasks, the earliest due first.", body = Page<ConflictTaskView>))
)]
#[get("/v1/conflict-tasks")]
pub async fn list_conflict_tasks(
    caller: Coordinator,
    query: Query<ConflictTaskQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let ConflictTaskQuery { state } = query.0;
    platform
        .write(move |tx| {
            store::update_all_tasks(tx)?;
            let hidden = conflicts::everyone_excluded_from(tx, caller.id)?;
            let rows = tasks::list(tx, state, &hidden, paging.after, paging.rows())?;
            let page = paging.page(rows, |task| (task.due_at, task.id))?;
            let since = tx.now - tx.policy.read_after_care;
            let rows = page.items.into_iter().map(|task| with_reason(since, Protected::new(task.practitioner, task))).collect();
            let action = ("conflict_task.listed", "conflict_task");
            let items = Protected::show_each(tx, &caller, rows, Purpose::Know, action, |task: &ConflictTask| task.id)?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            let people: Vec<Id> = page.items.iter().map(|task| task.practitioner).collect();
            let references = registration::references(tx, &people)?;
            audit::record(tx, caller.actor(), "conflict_tasks.read", ("practitioner", None))?;
            Response::ok(&page.map(|task| {
                let reference = references.get(&task.practitioner).cloned().unwrap_or_default();
                ConflictTaskView::new(task, reference)
            }))
        })
        .await
}

/// Take a conflict task
///
/// It stays with the coordinator who took it, unless they have left or must no longer know of the practitioner.
#[utoipa::path(
    operation_id = "takeConflictTask", tag = "Practitioners",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("conflict_task.taken")), ("x-problems" = json!(["task_taken", "state_conflict"]))),
    params(("id" = Id, Path, description = "The task.")),
    responses((status = 200, description = "Taken.", body = ConflictTaskView))
)]
#[post("/v1/conflict-tasks/{id}/take")]
pub async fn take_conflict_task(caller: Coordinator, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, task) = lock_task(tx, &caller, id)?;
            let others_may = taker_may_act(tx, &task)?;
            rules::check_take(&task, caller.id, others_may)?;
            if task.taken_by != Some(caller.id) {
                tasks::take(tx, id, caller.id)?;
                permit.record(tx, "conflict_task.taken", ("conflict_task", Some(id)))?;
            }
            view(tx, &permit, id)
        })
        .await
}

/// Complete a conflict task
///
/// Records how it was settled; the practitioner is informed. Move or end the arrangement first. `kept_apart` is for an arrangement that
/// stays, where the two do not meet in it. A task that closed by itself can be completed to say what was done.
#[utoipa::path(
    operation_id = "completeConflictTask", tag = "Practitioners", request_body = CompleteConflictTask,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("conflict_task.completed")),
        ("x-problems" = json!(["task_taken", "state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The task.")),
    responses((status = 200, description = "Completed.", body = ConflictTaskView))
)]
#[post("/v1/conflict-tasks/{id}/complete")]
pub async fn complete_conflict_task(
    caller: Coordinator,
    id: Path<Id>,
    form: Json<CompleteConflictTask>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (id, outcome) = (id.0, form.outcome);
    platform
        .write_once(attempt, move |tx| {
            let (permit, task) = lock_task(tx, &caller, id)?;
            let others_may = taker_may_act(tx, &task)?;
            rules::check_complete(&task, caller.id, others_may)?;
            let found = detect_conflicts(tx, ConflictScope::Practitioner(task.practitioner))?;
            let still_shared = found.iter().any(|one| one.kind == task.kind && one.id == task.arrangement);
            rules::check_outcome(task.kind, outcome, still_shared)?;
            tasks::close(tx, &task, Some(caller.id), outcome)?;
            permit.record(tx, "conflict_task.completed", ("conflict_task", Some(id)))?;
            // When the service has closed it, the practitioner was informed if there was something to tell.
            if task.outcome != Some(outcome) {
                notifications::notify_settled(tx, &task, outcome)?;
            }
            view(tx, &permit, id)
        })
        .await
}

/// A task to be changed, if the caller may know of its practitioner, whose row is locked.
fn lock_task(tx: &mut Tx, caller: &Coordinator, id: Id) -> Result<(Permit, ConflictTask)> {
    let since = tx.now - tx.policy.read_after_care;
    let (permit, _) = tasks::find(tx, id)?.map(|task| with_reason(since, task)).permit(tx, caller, Purpose::Act)?;
    registration::lock_practitioner(tx, permit.practitioner())?.ok_or_else(Error::not_found)?;
    let task = tasks::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
    Ok((permit, task))
}

/// A task is itself a reason for coordinators to know of its practitioner, until some time after it was done.
fn with_reason(since: UtcTime, task: Protected<ConflictTask>) -> Protected<ConflictTask> {
    task.while_open(|task| task.done_at.is_none_or(|at| at > since), Basis::ConflictTask)
}

/// Whether the coordinator who has taken a task can still deal with it.
fn taker_may_act(tx: &mut Tx, task: &ConflictTask) -> Result<bool> {
    let Some(taker) = task.taken_by else { return Ok(false) };
    let is_active = !accounts::active_among(tx, &[taker], Role::Coordinator)?.is_empty();
    Ok(is_active && !conflicts::are_in_conflict(tx, task.practitioner, taker)?)
}

fn view(tx: &mut Tx, permit: &Permit, id: Id) -> Result<Response> {
    let task = tasks::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let reference = registration::references(tx, &[task.practitioner])?.remove(&task.practitioner).unwrap_or_default();
    Response::ok(&ConflictTaskView::new(task, reference))
}
