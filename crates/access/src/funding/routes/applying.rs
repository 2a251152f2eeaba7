//! HTTP handlers for applicants: creating, replacing, submitting, arguing and withdrawing a request, by the practitioner or by a
//! coordinator for them.

use actix_web::{post, put};

use super::{advance, locked, notify_coordinators, notify_deciders, notify_practitioner, update_pathway, view, with_reason};
use crate::funding::callers::FundingApplicant;
use crate::funding::dto::{
    AppealFundingRequest, CreateFundingRequest, FundingRequestView, ProvideFundingInformation, ReplaceFundingRequest,
    RequestFundingReconsideration, SubmitFundingRequest,
};
use crate::funding::model::{EventDetails, FundingApplication, FundingEvent};
use crate::funding::{in_force, rules};
use crate::registration::queries::funding_requests;
use people::Caller;
use people::practitioners::queries as practitioners;
use people::relationships::{Permit, Protected, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;
use reference::workforce;
use reference::workforce::rules::check_icb;

/// Create a funding request
///
/// An individual funding request (IFR) to the local commissioner. The first one is created when someone who needs funding registers.
/// Another can follow once none is under way: after an approval is used up, or after a request was declined, withdrawn or has expired.
#[utoipa::path(
    operation_id = "createFundingRequest", tag = "Funding", request_body = CreateFundingRequest,
    extensions(("x-roles" = json!(FundingApplicant::ROLES)), ("x-audit" = json!("funding_request.created")),
        ("x-problems" = json!(["not_found", "funding_not_required", "not_eligible", "funding_request_open"]))),
    responses((status = 201, description = "Created.", body = FundingRequestView))
)]
#[post("/v1/funding-requests")]
pub async fn create_funding_request(
    caller: FundingApplicant,
    attempt: Attempt,
    form: Json<CreateFundingRequest>,
    platform: Platform,
) -> Result<Response> {
    let practitioner = caller.target_practitioner(form.practitioner_id)?;
    platform
        .write_once(attempt, move |tx| {
            let (permit, id) = create(tx, &caller, practitioner)?;
            Ok(view(tx, &caller, &permit, id)?.with_location(format!("/v1/funding-requests/{id}")))
        })
        .await
}

fn create(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<(Permit, Id)> {
    let pathway = practitioners::lock_practitioner(tx, practitioner)?;
    let (permit, ()) = with_reason(caller, Protected::new(practitioner, ())).permit(tx, caller, Purpose::Act)?;
    let pathway = pathway.ok_or_else(Error::not_found)?;
    let registered = practitioners::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let open = funding_requests::open_request(tx, practitioner)?.is_some();
    rules::check_can_create(registered.decision, pathway, open)?;
    let board = registered.details.icb_code.as_deref();
    let id = funding_requests::create_request(tx, practitioner, board, caller.actor())?;
    // A practitioner who awaits funding is known to coordinators without an end, so a coordinator's draft does not make them one.
    if permit.is_own() {
        update_pathway(tx, practitioner, pathway, rules::pathway_while_waiting(pathway))?;
    }
    permit.record(tx, "funding_request.created", ("funding_request", Some(id)))?;
    Ok((permit, id))
}

/// Replace a draft funding request
///
/// Only while it is a draft. Sets the board to ask, the reason category, and the statement.
#[utoipa::path(
    operation_id = "replaceFundingRequest", tag = "Funding", request_body = ReplaceFundingRequest,
    extensions(("x-roles" = json!(FundingApplicant::ROLES)), ("x-audit" = json!("funding_request.updated")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request."), IfMatch),
    responses((status = 200, description = "The request as it is now.", body = FundingRequestView))
)]
#[put("/v1/funding-requests/{id}")]
pub async fn replace_funding_request(
    caller: FundingApplicant,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceFundingRequest>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, mut request, _) = locked(tx, &caller, id)?;
            seen.check(request.version)?;
            let now = tx.now;
            advance(tx, (&caller, &permit), &mut request, FundingEvent::Updated, |tx, request| {
                let boards = workforce::boards(tx)?;
                let board = form.icb_code.as_deref().map(|code| check_icb(&boards, code, now.london_day()).map_err(Error::from));
                request.icb_code = board.transpose()?.map(|board| board.code.clone());
                request.application = FundingApplication {
                    reason: form.reason,
                    sessions: form.sessions,
                    statement: trimmed_non_empty(form.statement.as_ref()),
                    share_statement: form.share_statement,
                };
                Ok(EventDetails::default())
            })?;
            view(tx, &caller, &permit, id)
        })
        .await
}

/// Submit a funding request
///
/// It must name the board and the reason category, and the practitioner must consent to sending it; the consent is recorded.
#[utoipa::path(
    operation_id = "submitFundingRequest", tag = "Funding", request_body = SubmitFundingRequest,
    extensions(("x-roles" = json!(FundingApplicant::ROLES)), ("x-audit" = json!("funding_request.submitted")),
        ("x-problems" = json!(["state_conflict", "incomplete", "consent_required"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Submitted.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/submit")]
pub async fn submit_funding_request(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<SubmitFundingRequest>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, mut request, pathway) = locked(tx, &caller, id)?;
            let now = tx.now;
            advance(tx, (&caller, &permit), &mut request, FundingEvent::Submitted, |_, request| {
                rules::check_submission(&request.application, request.icb_code.as_deref(), form.consent_to_send)?;
                request.consented_at = Some(now);
                request.submitted_at = Some(now);
                Ok(EventDetails::default())
            })?;
            update_pathway(tx, request.practitioner, pathway, rules::pathway_while_waiting(pathway))?;
            notify_coordinators(tx, &request)?;
            view(tx, &caller, &permit, id)
        })
        .await
}

/// Provide more information about a funding request
///
/// Answers a request for information. The funding request goes back to the coordinator.
#[utoipa::path(
    operation_id = "provideFundingInformation", tag = "Funding", request_body = ProvideFundingInformation,
    extensions(("x-roles" = json!(FundingApplicant::ROLES)), ("x-audit" = json!("funding_request.information_provided")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Recorded.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/provide-information")]
pub async fn provide_funding_information(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<ProvideFundingInformation>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, mut request, _) = locked(tx, &caller, id)?;
            advance(tx, (&caller, &permit), &mut request, FundingEvent::InformationProvided, |_, _| {
                Ok(EventDetails { text: trimmed_non_empty(Some(&form.text)), shared: form.share, ..EventDetails::default() })
            })?;
            notify_coordinators(tx, &request)?;
            view(tx, &caller, &permit, id)
        })
        .await
}

/// Request reconsideration of a funding decision
///
/// Within three calendar months after a request was declined.
#[utoipa::path(
    operation_id = "requestFundingReconsideration", tag = "Funding", request_body = RequestFundingReconsideration,
    extensions(("x-roles" = json!(FundingApplicant::ROLES)), ("x-audit" = json!("funding_request.reconsideration_requested")),
        ("x-problems" = json!(["state_conflict", "too_late", "funding_request_open"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The commissioner must decide again.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/request-reconsideration")]
pub async fn request_funding_reconsideration(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<RequestFundingReconsideration>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let details =
                EventDetails { text: trimmed_non_empty(Some(&form.text)), shared: form.share, ..EventDetails::default() };
            reopen(tx, &caller, id, FundingEvent::ReconsiderationRequested, details)
        })
        .await
}

/// Appeal against a funding decision
///
/// On one of three grounds, within 28 days of the decision. For new facts, request a reconsideration instead.
#[utoipa::path(
    operation_id = "appealFundingRequest", tag = "Funding", request_body = AppealFundingRequest,
    extensions(("x-roles" = json!(FundingApplicant::ROLES)), ("x-audit" = json!("funding_request.appealed")),
        ("x-problems" = json!(["state_conflict", "too_late", "funding_request_open"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The commissioner must decide again.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/appeal")]
pub async fn appeal_funding_request(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<AppealFundingRequest>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let details = EventDetails {
                text: trimmed_non_empty(Some(&form.text)),
                shared: form.share,
                appeal: Some(form.ground),
                ..EventDetails::default()
            };
            reopen(tx, &caller, id, FundingEvent::Appealed, details)
        })
        .await
}

fn reopen(tx: &mut Tx, caller: &Caller, id: Id, event: FundingEvent, details: EventDetails) -> Result<Response> {
    let (permit, mut request, pathway) = locked(tx, caller, id)?;
    let now = tx.now;
    advance(tx, (caller, &permit), &mut request, event, |tx, request| {
        let (today, decided) = (now.london_day(), request.decided_at.unwrap_or(now).london_day());
        let limits = in_force::limits(tx)?;
        rules::check_in_time(event, decided, today, &limits)?;
        Ok(details)
    })?;
    update_pathway(tx, request.practitioner, pathway, rules::pathway_while_waiting(pathway))?;
    notify_deciders(tx, &request)?;
    view(tx, caller, &permit, id)
}

/// Withdraw a funding request
///
/// Only while it is under way.
#[utoipa::path(
    operation_id = "withdrawFundingRequest", tag = "Funding",
    extensions(("x-roles" = json!(FundingApplicant::ROLES)), ("x-audit" = json!("funding_request.withdrawn")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Withdrawn.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/withdraw")]
pub async fn withdraw_funding_request(
    caller: FundingApplicant,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, mut request, _) = locked(tx, &caller, id)?;
            advance(tx, (&caller, &permit), &mut request, FundingEvent::Withdrawn, |_, _| Ok(EventDetails::default()))?;
            notify_practitioner(tx, &caller, &request)?;
            view(tx, &caller, &permit, id)
        })
        .await
}
