//! HTTP handlers of the tasks of the contact line.

use actix_web::{get, post};

use super::lock_contact;
use crate::contacts::callers::ContactStaff;
use crate::contacts::dto::{CompleteContactTask, ContactTask, ContactTaskQuery, TakeContactTask};
use crate::contacts::queries::tasks;
use crate::contacts::queries::tasks::Task;
use crate::contacts::visibility::{ContactPermit, OfContact};
use crate::contacts::{queries, rules};
use people::Caller;
use platform::Platform;
use platform::Tx;
use platform::db::load_full_page;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};

/// List contact tasks
///
/// Danger, people who need someone today, safeguarding, concerns about the safety of patients, and people waiting to be called back.
#[utoipa::path(
    operation_id = "listContactTasks", tag = "Contact line", params(ContactTaskQuery),
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact_task.listed"))),
    responses((status = 200, description = "The tasks, earliest due first.", body = Page<ContactTask>))
)]
#[get("/v1/contact-tasks")]
pub async fn list_contact_tasks(
    caller: ContactStaff,
    query: Query<ContactTaskQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let ContactTaskQuery { state, kind } = query.0;
    platform
        .write(move |tx| {
            let limit = paging.rows();
            let read = |tx: &mut Tx, after| tasks::list(tx, state, kind, after, limit);
            let rows = load_full_page(
                tx,
                limit,
                paging.after,
                |(place, _): &((UtcTime, Id), OfContact<Task>)| *place,
                read,
                |tx, rows| OfContact::retain_known(tx, &caller, rows),
            )?;
            let rows = OfContact::permit_each(tx, &caller, rows)?;
            let page = paging.page(rows, |(place, ..)| *place)?;
            let shown: Vec<_> = page.items.iter().map(|(_, permit, _)| (permit.id(), *permit)).collect();
            ContactPermit::record_listed(tx, "contact_task.listed", "contact", &shown)?;
            Response::ok(&page.map(|(_, _, task)| ContactTask::in_list(task, tx.now)))
        })
        .await
}

/// Get a contact task
#[utoipa::path(
    operation_id = "getContactTask", tag = "Contact line",
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact_task.read"))),
    params(("id" = Id, Path, description = "The task.")),
    responses((status = 200, description = "The task.", body = ContactTask))
)]
#[get("/v1/contact-tasks/{id}")]
pub async fn get_contact_task(caller: ContactStaff, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write(move |tx| {
            let (permit, task) = OfContact::permit_found(tasks::find(tx, id)?, tx, &caller)?;
            permit.record(tx, "contact_task.read", ("contact_task", Some(id)))?;
            Response::ok(&ContactTask::new(task, tx.now))
        })
        .await
}

/// Take a contact task
///
/// A task stays with the member of staff who took it, unless `take_over` is set.
#[utoipa::path(
    operation_id = "takeContactTask", tag = "Contact line", request_body = TakeContactTask,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact_task.taken")),
        ("x-problems" = json!(["task_taken", "state_conflict"]))),
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
) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let (permit, task) = lock_task(tx, &caller, id)?;
            rules::check_take(task.state, task.taken_by, caller.id, form.take_over)?;
            if task.taken_by != Some(caller.id) {
                tasks::take(tx, id, caller.id)?;
                permit.record(tx, "contact_task.taken", ("contact_task", Some(id)))?;
            }
            view(tx, &permit, id)
        })
        .await
}

/// Complete a contact task
///
/// Records what was done.
#[utoipa::path(
    operation_id = "completeContactTask", tag = "Contact line", request_body = CompleteContactTask,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact_task.completed")),
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
) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let (permit, task) = lock_task(tx, &caller, id)?;
            rules::check_complete(task.state, task.taken_by, caller.id)?;
            tasks::complete(tx, id, caller.id, form.note.reveal().trim())?;
            let others = tasks::open_kinds(tx, task.contact)?;
            if task.kind.is_for_today() && !others.iter().any(|kind| kind.is_for_today()) {
                queries::set_needs_today(tx, task.contact, false)?;
            }
            permit.record(tx, "contact_task.completed", ("contact_task", Some(id)))?;
            view(tx, &permit, id)
        })
        .await
}

/// A task to be changed; the row of its contact is locked.
fn lock_task(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(ContactPermit, Task)> {
    let (permit, _) = OfContact::permit_found(tasks::find(tx, id)?, tx, caller)?;
    lock_contact(tx, &permit)?;
    Ok((permit, find_task(tx, id)?.open(&permit)?))
}

fn find_task(tx: &mut Tx, id: Id) -> Result<OfContact<Task>> {
    tasks::find(tx, id)?.ok_or_else(Error::not_found)
}

fn view(tx: &mut Tx, permit: &ContactPermit, id: Id) -> Result<Response> {
    let task = find_task(tx, id)?.open(permit)?;
    Response::ok(&ContactTask::new(task, tx.now))
}
