//! HTTP handlers of a clinician's preference for messages about changes in their calendar.

use actix_web::{get, put};

use crate::calendar::dto::messages::CalendarMessagePreferences;
use crate::calendar::queries::messages as queries;
use people::Clinician;
use people::accounts::queries::lock_account;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{IfMatch, Json, Response};

/// Get my calendar message preferences
///
/// When the caller gets messages about changes that others made: bookings, moves, cancellations, places and sessions of groups,
/// follow-ups, and the caseload.
#[utoipa::path(
    operation_id = "getMyCalendarMessagePreferences", tag = "Account", extensions(("x-roles" = json!(Clinician::ROLES))),
    responses((status = 200, description = "The message preferences.", body = CalendarMessagePreferences))
)]
#[get("/v1/me/calendar-message-preferences")]
pub async fn get_my_calendar_message_preferences(caller: Clinician, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let (calendar, version) = queries::preference(tx, caller.id)?;
            Ok(Response::ok(&CalendarMessagePreferences { calendar })?.with_version(version))
        })
        .await
}

/// Replace my calendar message preferences
///
/// It also applies to changes that have not been sent yet. What starts before the next daily summary is reported at once.
#[utoipa::path(
    operation_id = "replaceMyCalendarMessagePreferences", tag = "Account", request_body = CalendarMessagePreferences,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("calendar_message_preferences.changed")),
        ("x-problems" = json!(["not_found"]))),
    params(IfMatch),
    responses((status = 200, description = "The message preferences as they are now.", body = CalendarMessagePreferences))
)]
#[put("/v1/me/calendar-message-preferences")]
pub async fn replace_my_calendar_message_preferences(
    caller: Clinician,
    seen: IfMatch,
    form: Json<CalendarMessagePreferences>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write(move |tx| {
            lock_account(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let (_, version) = queries::preference(tx, caller.id)?;
            seen.check(version)?;
            queries::set_preference(tx, caller.id, form.calendar, version)?;
            audit::record(tx, caller.actor(), "calendar_message_preferences.changed", ("account", Some(caller.id)))?;
            Ok(Response::ok(&CalendarMessagePreferences { calendar: form.calendar })?.with_version(version + 1))
        })
        .await
}
