//! HTTP handlers of the tasks of the contact line.

use actix_web::{get, post};

use super::lock_contact;
use crate::contacts::callers::ContactStaff;
use crate::contacts::dto::{CompleteContactTask, ContactTask, ContactTaskQuery, TakeContactTask};
use crate::contacts::model::ContactTaskKind;
use crate::contacts::queries::tasks;
use crate::contacts::queries::tasks::Task;
use crate::contacts::visibility;
use crate::contacts::visibility::check_may_know;
use crate::contacts::{queries, rules};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::db::load_full_page;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Page, Paging, Path, Query};
use platform::ids::{Id, UtcTime};

/// List contact tasks
///
/// Danger, people who need someone today, and people waiting to be called back.
#[utoipa::path(
    operation_id = "listContactTasks", tag = "Contact line", params(ContactTaskQuery),
    extensions(("x-roles" = json!(ContactStaff::ROLES))),
    responses((status = 200, description = "The tasks, earliest due first.", body = Page<ContactTask>))
)]
#[get("/v1/contact-tasks")]
pub async fn list_contact_tasks(
    caller: ContactStaff,
    query: Query<ContactTaskQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Answer> {
    let ContactTaskQuery { state, kind } = query.0;
    platform
        .read(move |tx| {
            let limit = paging.rows();
            let read = |tx: &mut Tx, after| tasks::list(tx, state, kind, after, limit);
            let rows = load_full_page(
                tx,
                limit,
                paging.after,
                |task: &Task| (task.due_at, task.id),
                read,
                |tx, rows| {
                    let contacts: Vec<Id> = rows.iter().map(|task| task.contact).collect();
                    let hidden = visibility::hidden_from(tx, &contacts, caller.id)?;
                    rows.retain(|task| !hidden.contains(&task.contact));
                    Ok(())
                },
            )?;
            let page = paging.page(rows, |task| (task.due_at, task.id))?;
            Answer::ok(&page.map(|task| ContactTask::in_list(task, tx.now)))
        })
        .await
}

/// Get a contact task
#[utoipa::path(
    operation_id = "getContactTask", tag = "Contact line", extensions(("x-roles" = json!(ContactStaff::ROLES))),
    params(("id" = Id, Path, description = "The task.")),
    responses((status = 200, description = "The task.", body = ContactTask))
)]
#[get("/v1/contact-tasks/{id}")]
pub async fn get_contact_task(caller: ContactStaff, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .clone()
        .write(move |tx| {
            let contact = tasks::contact_of(tx, id)?.ok_or_else(Error::not_found)?;
            check_may_know(tx, contact, caller.id)?;
            let answer = view(tx, id)?;
            audit::record(tx, caller.actor(), "contact_task.read", ("contact_task", Some(id)))?;
            Ok(answer)
        })
        .await
}

/// Take a contact task
///
/// A task stays with the member of staff who took it, unless `take_over` is set.
#[utoipa::path(
    operation_id = "takeContactTask", tag = "Contact line", request_body = TakeContactTask,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-problems" = json!(["task_taken", "state_conflict"]))),
    params(("id" = Id, Path, description = "The task.")),
    responses((status = 200, description = "Taken.", body = ContactTask))
)]
#[post("/v1/contact-tasks/{id}/take")]
pub async fn take_contact_task(
    caller: ContactStaff,
    id: Path<Id>,
    form: Json<TakeContactTask>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let task = lock_task(tx, caller.id, id)?;
            rules::check_take(task.state, task.taken_by, caller.id, form.take_over)?;
            if task.taken_by != Some(caller.id) {
                tasks::take(tx, id, caller.id)?;
                audit::record(tx, caller.actor(), "contact_task.taken", ("contact_task", Some(id)))?;
            }
            view(tx, id)
        })
        .await
}

/// Complete a contact task
///
/// Records what was done.
#[utoipa::path(
    operation_id = "completeContactTask", tag = "Contact line", request_body = CompleteContactTask,
    extensions(("x-roles" = json!(ContactStaff::ROLES)),
        ("x-problems" = json!(["task_taken", "state_conflict"]))),
    params(("id" = Id, Path, description = "The task.")),
    responses((status = 200, description = "Completed.", body = ContactTask))
)]
#[post("/v1/contact-tasks/{id}/complete")]
pub async fn complete_contact_task(
    caller: ContactStaff,
    id: Path<Id>,
    form: Json<CompleteContactTask>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let task = lock_task(tx, caller.id, id)?;
            rules::check_complete(task.state, task.taken_by, caller.id)?;
            tasks::complete(tx, id, caller.id, form.note.reveal().trim())?;
            let others = tasks::open_kinds(tx, task.contact)?;
            if task.kind != ContactTaskKind::CallBack && others.iter().all(|kind| *kind == ContactTaskKind::CallBack) {
                queries::set_needs_today(tx, task.contact, false)?;
            }
            audit::record(tx, caller.actor(), "contact_task.completed", ("contact_task", Some(id)))?;
            view(tx, id)
        })
        .await
}

/// A task to be changed; the row of its contact is locked.
fn lock_task(tx: &mut Tx, caller: Id, id: Id) -> Result<Task> {
    let contact = tasks::contact_of(tx, id)?.ok_or_else(Error::not_found)?;
    check_may_know(tx, contact, caller)?;
    lock_contact(tx, contact)?;
    tasks::find(tx, id)?.ok_or_else(Error::not_found)
}

fn view(tx: &mut Tx, id: Id) -> Result<Answer> {
    let task = tasks::find(tx, id)?.ok_or_else(Error::not_found)?;
    Answer::ok(&ContactTask::new(task, tx.now))
}
