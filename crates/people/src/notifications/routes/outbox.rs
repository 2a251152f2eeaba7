//! HTTP handlers of outgoing messages, for administrators. They show neither the recipient nor the text, and a message only while it
//! waits for a decision, with its day and without saying what it is about: otherwise someone who knows when a colleague registered,
//! asked for a password or had an appointment finds them in the list.

use actix_web::{get, post};

use crate::Administrator;
use crate::notifications::dto::{OutgoingMessage, OutgoingMessageQuery, ReplayMessages, ReplayMessagesResult};
use crate::notifications::rules;
use crate::notifications::shown::{message_id, shown_id};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::outbox::admin;

/// List messages that could not be sent
///
/// They wait for an administrator's decision. `state=dead` lists messages that failed too many times, `state=failed` those whose recipient
/// was refused, and `state=in_doubt` those that may have been delivered. Messages in other states are not shown.
#[utoipa::path(
    operation_id = "listMessages", tag = "System", params(OutgoingMessageQuery),
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("message.listed"))),
    responses((status = 200, description = "Messages, newest first.", body = Page<OutgoingMessage>))
)]
#[get("/v1/messages")]
pub async fn list_messages(
    caller: Administrator,
    query: Query<OutgoingMessageQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let OutgoingMessageQuery { state } = query.0;
    platform
        .write(move |tx| {
            let before = paging.after.map(|shown| message_id(tx.sealer, shown));
            let rows = admin::list_unsent(tx, state.map(Into::into), before, paging.rows())?;
            // A cursor can be read, so it has the id that is shown.
            let page = paging.page(rows, |message| shown_id(tx.sealer, message.id))?;
            audit::record(tx, caller.actor(), "message.listed", ("message", None))?;
            Response::ok(&page.map(|message| OutgoingMessage::new(tx.sealer, message)))
        })
        .await
}

/// Get a message that could not be sent
#[utoipa::path(
    operation_id = "getMessage", tag = "System",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("message.read"))),
    params(("id" = Id, Path, description = "The id of the message.")),
    responses((status = 200, description = "The status of the message.", body = OutgoingMessage))
)]
#[get("/v1/messages/{id}")]
pub async fn get_message(caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            let message = find_shown(tx, id.0)?;
            audit::record(tx, caller.actor(), "message.read", ("message", Some(id.0)))?;
            Response::ok(&OutgoingMessage::new(tx.sealer, message))
        })
        .await
}

/// Replay a message that could not be sent
///
/// Sends a message again that is dead, has failed or is in doubt. It keeps its id here and with the provider. A notification is decided
/// again: its text says what is true now, or it is dropped.
#[utoipa::path(
    operation_id = "replayMessage", tag = "System",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("message.replayed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The id of the message.")),
    responses((status = 200, description = "Queued.", body = OutgoingMessage))
)]
#[post("/v1/messages/{id}/replay")]
pub async fn replay_message(caller: Administrator, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let message = find_shown(tx, id.0)?.id;
            if !admin::replay(tx, message)? {
                return Err(Error::not_found());
            }
            audit::record(tx, caller.actor(), "message.replayed", ("message", Some(id.0)))?;
            let message = admin::find(tx, message)?.ok_or_else(Error::not_found)?;
            Response::ok(&OutgoingMessage::new(tx.sealer, message))
        })
        .await
}

/// Replay messages that could not be sent
///
/// Queues every message that matches the filter, as if each were sent again by itself. Each carrier sends a few at a time.
#[utoipa::path(
    operation_id = "replayMessages", tag = "System", request_body = ReplayMessages,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("messages.replayed"))),
    responses((status = 200, description = "Queued.", body = ReplayMessagesResult))
)]
#[post("/v1/message-replays")]
pub async fn replay_messages(
    caller: Administrator,
    form: Json<ReplayMessages>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let batch = admin::ReplayFilter::from(&*form);
    platform
        .write_once(attempt, move |tx| {
            let count = admin::replay_all(tx, &batch)?;
            audit::record(tx, caller.actor(), "messages.replayed", ("message", None))?;
            Response::ok(&ReplayMessagesResult { count: u64::try_from(count).unwrap_or(u64::MAX) })
        })
        .await
}

/// Drop a message that could not be sent
///
/// Drops a message that is dead, has failed or is in doubt. It is not sent again, and its text is deleted.
#[utoipa::path(
    operation_id = "dropMessage", tag = "System",
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("message.dropped")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The id of the message.")),
    responses((status = 200, description = "Dropped.", body = OutgoingMessage))
)]
#[post("/v1/messages/{id}/drop")]
pub async fn drop_message(caller: Administrator, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let message = find_shown(tx, id.0)?.id;
            if !admin::discard_unsent(tx, message)? {
                return Err(Error::not_found());
            }
            audit::record(tx, caller.actor(), "message.dropped", ("message", Some(id.0)))?;
            let message = admin::find(tx, message)?.ok_or_else(Error::not_found)?;
            Response::ok(&OutgoingMessage::new(tx.sealer, message))
        })
        .await
}

/// The message that is shown with that id, if it waits for a decision.
fn find_shown(tx: &mut Tx, shown: Id) -> Result<admin::MessageRecord> {
    let id = message_id(tx.sealer, shown);
    let message = admin::find(tx, id)?.filter(|message| rules::is_shown(message.state));
    message.ok_or_else(Error::not_found)
}
