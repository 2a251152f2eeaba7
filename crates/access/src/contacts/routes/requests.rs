//! HTTP handlers of call-back requests, which need no account.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::current_routes;
use crate::contacts::call_backs::create_with_code;
use crate::contacts::dto::{ContactRequestReceived, ContactRequestStatus, CreateContactRequest, LookUpContactRequest};
use crate::contacts::model::{ContactChannel, ContactOrigin, SafetyAnswer};
use crate::contacts::queries;
use crate::contacts::queries::NewContact;
use crate::contacts::queries::tasks;
use crate::contacts::queries::tasks::Task;
use platform::Platform;
use platform::Tx;
use platform::audit::{self, Actor};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Response};
use platform::ids::Id;
use platform::seal::{Sealer, fill_random};
use platform::text::token;
use platform::throttle::Throttle;
use reference::signposts::model::Seeker;

/// Create a contact request
///
/// From the web or the app, without an account and without a name. Ask the safety question of `GET /v1/contact-routes` first, about
/// thoughts of suicide and danger: who answers it with yes is called sooner, and gets crisis help such as 999 first. The answer says which
/// channels are answered now, names the urgent routes, and has a code for looking up the status later. A repeat needs no Idempotency-Key:
/// the call handler sees both requests.
#[utoipa::path(
    operation_id = "createContactRequest", tag = "Contact line",
    extensions(("x-audit" = json!("contact.call_back_requested"))), security(()), request_body = CreateContactRequest,
    responses((status = 202, description = "Received; someone will call back.", body = ContactRequestReceived))
)]
#[post("/v1/contact-requests")]
pub async fn create_contact_request(
    form: Json<CreateContactRequest>,
    attempt: Attempt,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    throttle.contact_request(&request, &queries::indexes::phone_index(&platform.sealer, form.phone.reveal()))?;
    let new = NewContact { channel: ContactChannel::Web, origin: ContactOrigin::Requested, details: form.to_details() };
    let mut secret = [0; 16];
    fill_random(&mut secret);
    let code = URL_SAFE_NO_PAD.encode(secret);
    platform
        .clone()
        .write_once(attempt, move |tx| {
            let id = create_with_code(tx, &new, Some(&tag(tx.sealer, &code)), Actor::ANONYMOUS)?;
            let call_back_due_at = call_back_task(tx, id)?.due_at;
            let seeker = Seeker { nation: new.details.nation, ..Seeker::default() };
            let contact_routes = current_routes(tx, &seeker)?;
            let in_crisis = matches!(new.details.safety_answer, Some(SafetyAnswer::Yes | SafetyAnswer::PreferNotToSay));
            let crisis_help = if in_crisis { contact_routes.crisis_help.clone() } else { Vec::new() };
            Response::accepted(&ContactRequestReceived { crisis_help, code: code.clone(), call_back_due_at, contact_routes })
        })
        .await
}

/// Look up a contact request
#[utoipa::path(
    operation_id = "lookUpContactRequest", tag = "Contact line", security(()), request_body = LookUpContactRequest,
    extensions(("x-audit" = json!("contact.looked_up")), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "The status of the request.", body = ContactRequestStatus))
)]
#[post("/v1/contact-request-lookups")]
pub async fn look_up_contact_request(
    form: Json<LookUpContactRequest>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    throttle.secret(&request, None)?;
    platform
        .write(move |tx| {
            let contact = queries::by_code(tx, &tag(tx.sealer, form.code.reveal()))?.ok_or_else(Error::not_found)?;
            let task = call_back_task(tx, contact.id)?;
            audit::record(tx, Actor::ANONYMOUS, "contact.looked_up", ("contact", Some(contact.id)))?;
            Response::ok(&ContactRequestStatus {
                state: task.state,
                requested_at: contact.created_at,
                call_back_due_at: task.due_at,
            })
        })
        .await
}

/// The task of calling back the person who asked for it.
fn call_back_task(tx: &mut Tx, contact: Id) -> Result<Task> {
    tasks::first(tx, contact)?.ok_or_else(|| Error::internal("a call-back request has no task"))
}

/// What is stored of a code.
fn tag(sealer: &Sealer, code: &str) -> String {
    URL_SAFE_NO_PAD.encode(sealer.tag("contact_code", &[token(code).as_bytes()]))
}
