//! HTTP handlers of the caller's message preferences.

use actix_web::{get, put};

use crate::Practitioner;
use crate::notifications::dto::{MessagePreferences, ReplaceMyMessagePreferences};
use crate::notifications::{queries, rules};
use crate::practitioners::queries as registration;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{IfMatch, Json, Response};

/// Get my message preferences
#[utoipa::path(
    operation_id = "getMyMessagePreferences", tag = "Account",
    extensions(("x-roles" = json!(Practitioner::ROLES))),
    responses((status = 200, description = "My message preferences.", body = MessagePreferences))
)]
#[get("/v1/me/message-preferences")]
pub async fn get_my_message_preferences(caller: Practitioner, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let stored = queries::stored_preferences(tx, caller.id)?;
            Ok(Response::ok(&MessagePreferences::from(stored.preferences))?.with_version(stored.version))
        })
        .await
}

/// Replace my message preferences
///
/// They apply to every message that has not been sent yet. A new mobile number must be confirmed before text messages are sent to
/// it.
#[utoipa::path(
    operation_id = "replaceMyMessagePreferences", tag = "Account", request_body = ReplaceMyMessagePreferences,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("message_preferences.changed")),
        ("x-problems" = json!(["invalid_body", "consent_required", "not_found"]))),
    params(IfMatch),
    responses((status = 200, description = "My new message preferences.", body = MessagePreferences))
)]
#[put("/v1/me/message-preferences")]
pub async fn replace_my_message_preferences(
    caller: Practitioner,
    seen: IfMatch,
    form: Json<ReplaceMyMessagePreferences>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write(move |tx| {
            registration::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let before = queries::stored_preferences(tx, caller.id)?;
            seen.check(before.version)?;
            let preferences = form.to_preferences(&before.preferences)?;
            let registered = registration::find(tx, caller.id)?.ok_or_else(Error::not_found)?;
            rules::check_preferences(&preferences, registered.details.consents.service_name_in_messages)?;
            queries::replace(tx, caller.id, &before, &preferences)?;
            audit::record(tx, caller.actor(), "message_preferences.changed", ("practitioner", Some(caller.id)))?;
            Ok(Response::ok(&MessagePreferences::from(preferences))?.with_version(before.version + 1))
        })
        .await
}
