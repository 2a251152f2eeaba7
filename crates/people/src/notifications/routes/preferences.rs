//! How I want to be written to.

use actix_web::{get, put};

use crate::Practitioner;
use crate::notifications::dto::{MessagePreferences, ReplaceMessagePreferences};
use crate::notifications::{queries, rules};
use crate::practitioners::queries as registration;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, IfMatch, Json};

/// Get my message preferences
#[utoipa::path(
    operation_id = "getMessagePreferences", tag = "Account",
    extensions(("x-roles" = json!(Practitioner::ROLES))),
    responses((status = 200, description = "How I am written to.", body = MessagePreferences))
)]
#[get("/v1/me/message-preferences")]
pub async fn get_message_preferences(caller: Practitioner, platform: Platform) -> Result<Answer> {
    platform
        .read(move |tx| {
            let kept = queries::kept(tx, caller.id)?;
            Ok(Answer::ok(&MessagePreferences::from(kept.wishes))?.version(kept.version))
        })
        .await
}

/// Replace my message preferences
///
/// It holds for whatever is not sent yet. Another mobile number has to be verified before texts go to it.
#[utoipa::path(
    operation_id = "replaceMessagePreferences", tag = "Account", request_body = ReplaceMessagePreferences,
    extensions(("x-roles" = json!(Practitioner::ROLES)),
        ("x-problems" = json!(["invalid_body", "consent_required", "not_found"]))),
    params(IfMatch),
    responses((status = 200, description = "How I am written to from now on.", body = MessagePreferences))
)]
#[put("/v1/me/message-preferences")]
pub async fn replace_message_preferences(
    caller: Practitioner,
    seen: IfMatch,
    form: Json<ReplaceMessagePreferences>,
    platform: Platform,
) -> Result<Answer> {
    platform
        .write(move |tx| {
            registration::lock_pathway(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let before = queries::kept(tx, caller.id)?;
            seen.check(before.version)?;
            let wishes = form.wishes(&before.wishes)?;
            let registered = registration::open(tx, caller.id)?.ok_or_else(Error::not_found)?;
            rules::check(&wishes, registered.told.consents.service_name_in_messages)?;
            queries::replace(tx, caller.id, &before, &wishes)?;
            audit::record(tx, caller.actor(), "message_preferences.changed", ("practitioner", Some(caller.id)))?;
            Ok(Answer::ok(&MessagePreferences::from(wishes))?.version(before.version + 1))
        })
        .await
}
