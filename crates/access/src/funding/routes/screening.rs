//! HTTP handlers with which coordinators screen a request before the commissioner sees it, and with which more information is
//! requested.

use actix_web::post;

use super::{advance, locked, notify_deciders, notify_practitioner, view};
use crate::funding::callers::FundingStaff;
use crate::funding::dto::{FundingRequestView, RequestFundingInformation, SendFundingRequestToPanel};
use crate::funding::model::{EventDetails, FundingEvent};
use crate::funding::queries::FundingRequest;
use crate::funding::{in_force, rules};
use people::Coordinator;
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::{Id, UtcTime};
use platform::private::trimmed_non_empty;
use platform::refusal::Reason;
use platform::text::code;
use reference::workforce::model::Icb;
use reference::workforce::rules::successor_boards;
use reference::workforce::{self, bank_holidays};

/// Screen a funding request
#[utoipa::path(
    operation_id = "screenFundingRequest", tag = "Funding",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("funding_request.screening_started")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Screening started.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/screen")]
pub async fn screen_funding_request(caller: Coordinator, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (known, mut request, _) = locked(tx, &caller, id)?;
            advance(tx, (&caller, &known), &mut request, FundingEvent::ScreeningStarted, |_, _| Ok(EventDetails::default()))?;
            view(tx, &caller, &known, id)
        })
        .await
}

/// Request more information about a funding request
///
/// For coordinators while screening, and for commissioners while the panel decides. The answer goes through the coordinator
/// again.
#[utoipa::path(
    operation_id = "requestFundingInformation", tag = "Funding", request_body = RequestFundingInformation,
    extensions(("x-roles" = json!(FundingStaff::ROLES)), ("x-audit" = json!("funding_request.information_requested")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Requested.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/request-information")]
pub async fn request_funding_information(
    caller: FundingStaff,
    id: Path<Id>,
    form: Json<RequestFundingInformation>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (known, mut request, _) = locked(tx, &caller, id)?;
            advance(tx, (&caller, &known), &mut request, FundingEvent::InformationRequested, |_, _| {
                Ok(EventDetails { text: trimmed_non_empty(Some(&form.question)), ..EventDetails::default() })
            })?;
            notify_practitioner(tx, &caller, &request)?;
            view(tx, &caller, &known, id)
        })
        .await
}

/// Send a funding request to the panel
///
/// From then on the commissioner of the area can see it. Where the named board was dissolved and its area divided, the
/// coordinator chooses which successor to ask.
#[utoipa::path(
    operation_id = "sendFundingRequestToPanel", tag = "Funding", request_body = SendFundingRequestToPanel,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("funding_request.sent_to_panel")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Sent.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/send-to-panel")]
pub async fn send_funding_request_to_panel(
    caller: Coordinator,
    id: Path<Id>,
    form: Json<SendFundingRequestToPanel>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (known, mut request, _) = locked(tx, &caller, id)?;
            let now = tx.now;
            advance(tx, (&caller, &known), &mut request, FundingEvent::SentToPanel, |tx, request| {
                let limits = in_force::limits(tx)?;
                rules::check_panel(form.panel_on, now.london_day(), &limits, &bank_holidays(tx)?)?;
                request.icb_code = Some(board_to_ask(&workforce::boards(tx)?, request, form.icb_code.as_deref(), now)?);
                request.panel_on = Some(form.panel_on);
                request.sent_at = request.sent_at.or(Some(now));
                Ok(EventDetails::default())
            })?;
            notify_deciders(tx, &request)?;
            view(tx, &caller, &known, id)
        })
        .await
}

/// The board to ask: the named one while it exists, otherwise its successor, which must be chosen where there are several.
fn board_to_ask(boards: &[Icb], request: &FundingRequest, named: Option<&str>, now: UtcTime) -> Result<String> {
    let successors = successor_boards(boards, request.icb_code.as_deref().unwrap_or_default(), now.london_day());
    let refuse = |word, detail: String| Err(Error::field(Reason::InvalidBody, "/icb_code", word, detail));
    match (named.map(code), &successors[..]) {
        (Some(code), successors) if successors.contains(&code.as_str()) => Ok(code),
        (None, [only]) => Ok((*only).to_owned()),
        (Some(_), successors) => {
            refuse("not_allowed", format!("This board does not decide the request. Choose {}.", successors.join(" or ")))
        }
        (None, successors) => refuse("required", format!("The board was dissolved. Choose {}.", successors.join(" or "))),
    }
}
