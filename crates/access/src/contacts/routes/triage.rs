//! HTTP handlers of the triage and closing of contacts.

use actix_web::post;

use super::{HISTORY_LIMIT, lock_contact, seeker, view};
use crate::contacts::callers::ContactStaff;
use crate::contacts::dto::{CloseContact, ContactTask, ContactView, TriageAdvice, TriageContact};
use crate::contacts::model::{ContactState, ContactTaskKind};
use crate::contacts::queries;
use crate::contacts::queries::{tasks, triages};
use crate::contacts::visibility::permit_contact;
use crate::contacts::{crises, in_force, own_alerts, rules};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use reference::signposts;

/// Triage a contact
///
/// The answer says what to do now. In immediate danger it always contains the emergency routes, such as 999. Danger (such as
/// suicide), needing someone today, safeguarding and other needs raise tasks that a member of staff must take and complete. In danger the
/// clinicians on duty are notified. If a caller in danger, or who needs someone today, is a practitioner, their clinicians get a risk
/// alert; the answer does not depend on it. A closed contact is opened again.
#[utoipa::path(
    operation_id = "triageContact", tag = "Contact line", request_body = TriageContact,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.triaged"))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 200, description = "What to do now.", body = TriageAdvice))
)]
#[post("/v1/contacts/{id}/triage")]
pub async fn triage_contact(
    caller: ContactStaff,
    id: Path<Id>,
    form: Json<TriageContact>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (now, id) = (platform.clock.now(), id.0);
    let today = now.london_day();
    let needs = form.needs.clone();
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let advice = rules::advise(&in_force::triage(tx)?.rules, &needs).ok_or_else(|| {
                Error::field(Reason::InvalidBody, "/needs", "required", "Choose at least one need that applies.")
            })?;
            let permit = permit_contact(tx, &caller, id)?;
            let contact = lock_contact(tx, &permit)?;
            triages::insert(tx, id, caller.id, &needs, advice.step)?;
            for task in &advice.tasks {
                tasks::raise(tx, id, *task)?;
            }
            if contact.state == ContactState::Closed {
                queries::reopen(tx, id)?;
            }
            if advice.tasks.iter().any(|task| task.kind.is_for_today()) && !contact.needs_today {
                queries::set_needs_today(tx, id, true)?;
            }
            if let Some(severity) = rules::crisis_of_needs(&needs) {
                crises::record(tx, id, severity, Some(caller.id), rules::is_about_the_caller(&needs))?;
                own_alerts::flag(tx, &caller, &contact)?;
            }
            permit.record(tx, "contact.triaged", ("contact", Some(id)))?;
            let seeker = seeker(tx, &contact.details, today)?;
            let open = tasks::for_contact(tx, &permit, HISTORY_LIMIT)?.into_iter().filter(|task| task.done_at.is_none());
            Response::ok(&TriageAdvice {
                next_step: advice.step,
                next_step_text: advice.next_step_text.clone(),
                to_do: advice.to_do.clone(),
                signposts: signposts::for_seeker(tx, &advice.signposts, &seeker, today)?,
                tasks: open.map(|task| ContactTask::new(task, tx.now)).collect(),
            })
        })
        .await
}

/// Close a contact
///
/// Refused while the contact has open tasks.
#[utoipa::path(
    operation_id = "closeContact", tag = "Contact line", request_body = CloseContact,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.closed")),
        ("x-problems" = json!(["contact_closed", "contact_tasks_open"]))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 200, description = "Closed.", body = ContactView))
)]
#[post("/v1/contacts/{id}/close")]
pub async fn close_contact(
    caller: ContactStaff,
    id: Path<Id>,
    form: Json<CloseContact>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let permit = permit_contact(tx, &caller, id)?;
            let contact = lock_contact(tx, &permit)?;
            rules::check_open(contact.state, contact.erased_at.is_some())?;
            let open: Vec<ContactTaskKind> = tasks::open_kinds(tx, id)?;
            if !open.is_empty() {
                let detail = "This contact has open tasks. Take and complete them first.";
                return Err(Refusal::new(Reason::ContactTasksOpen, detail).into());
            }
            queries::close(tx, id, form.reason)?;
            permit.record(tx, "contact.closed", ("contact", Some(id)))?;
            view(tx, &permit)
        })
        .await
}
