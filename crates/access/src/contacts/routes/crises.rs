//! HTTP handler with which staff of the contact line raise a risk alert.

use actix_web::post;

use super::{HISTORY_LIMIT, lock_contact, seeker};
use crate::contacts::callers::ContactStaff;
use crate::contacts::dto::{ContactRiskAlertReceived, ContactTask, CreateContactRiskAlert};
use crate::contacts::model::ContactState;
use crate::contacts::queries::crises::{self, CrisisDetails, NewCrisis};
use crate::contacts::queries::{self, tasks};
use crate::contacts::visibility::permit_contact;
use crate::contacts::{in_force, own_alerts, rules};
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::{trimmed, trimmed_non_empty};
use reference::signposts;

/// Create a risk alert from a contact
///
/// If the caller is a practitioner, their clinicians get a risk alert with the note. They are recognised by the reference that they
/// state, or else by their number or address. The answer is the same for every caller, also for a reference that no one has. In any case
/// it raises a task of the contact line: about danger, of which the clinicians on duty are notified, or for today. A coordinator raises at
/// most ten a day from contacts whose caller they recorded themselves, and is flagged for review; where life is in danger now none is
/// refused.
#[utoipa::path(
    operation_id = "createContactRiskAlert", tag = "Contact line", request_body = CreateContactRiskAlert,
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.risk_alert_raised"))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 202, description = "Received.", body = ContactRiskAlertReceived))
)]
#[post("/v1/contacts/{id}/risk-alerts")]
pub async fn create_contact_risk_alert(
    caller: ContactStaff,
    id: Path<Id>,
    form: Json<CreateContactRiskAlert>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let permit = permit_contact(tx, &caller, id)?;
            let contact = lock_contact(tx, &permit)?;
            let reference = trimmed_non_empty(form.stated_reference.as_ref());
            own_alerts::check_limit(tx, &caller, &contact, form.severity, reference.is_some())?;
            let reference_readable = reference.as_deref().map(rules::reference_is_readable);
            let details = CrisisDetails {
                stated_by_staff: reference.is_some(),
                reference,
                note: Some(trimmed(&form.note)),
                by_address: true,
                on_purpose: true,
                ..CrisisDetails::default()
            };
            crises::insert(tx, &NewCrisis { contact: id, severity: form.severity, reported_by: Some(caller.id), details })?;
            own_alerts::flag(tx, &caller, &contact)?;
            if let Some(task) = in_force::triage(tx)?.task_of(rules::need_of(form.severity)) {
                tasks::raise(tx, id, task)?;
            }
            if contact.state == ContactState::Closed {
                queries::reopen(tx, id)?;
            }
            if !contact.needs_today {
                queries::set_needs_today(tx, id, true)?;
            }
            permit.record(tx, "contact.risk_alert_raised", ("contact", Some(id)))?;
            let today = tx.now.london_day();
            let seeker = seeker(tx, &contact.details, today)?;
            let open = tasks::for_contact(tx, &permit, HISTORY_LIMIT)?.into_iter().filter(|task| task.done_at.is_none());
            let received = ContactRiskAlertReceived {
                crisis_help: signposts::crisis_help(tx, &seeker, today)?,
                received_at: tx.now,
                reference_readable,
                tasks: open.map(|task| ContactTask::new(task, tx.now)).collect(),
            };
            Response::accepted(&received)
        })
        .await
}
