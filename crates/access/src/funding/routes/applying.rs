//! What is asked for: a request begun, written, handed in, argued for and taken back, by the person or by a coordinator for
//! them.

use actix_web::{post, put};

use super::{advance, locked, move_on, tell_coordinators, tell_deciders, tell_person, view};
use crate::funding::catalogue::figures;
use crate::funding::dto::{
    AppealFundingDecision, AskFundingReconsideration, BeginFundingRequest, CompleteFundingRequest, FundingRequestView,
    GiveFundingInformation, SubmitFundingRequest,
};
use crate::funding::model::{FundingEvent, Said, Told};
use crate::funding::rules;
use crate::registration::queries::awaiting;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::{Caller, FundingApplicant, Role};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IdempotencyKey, IfMatch, Json, Path};
use platform::ids::{Id, UtcTime};
use platform::private::said;
use platform::refusal::Code;
use reference::workforce;
use reference::workforce::rules::check_icb;

/// Begin a funding request
///
/// The first is begun when somebody registers who needs funding. Another may follow once none is under way: after an approval
/// is used up, or after one was declined, withdrawn or has expired.
#[utoipa::path(
    operation_id = "beginFundingRequest", tag = "access", request_body = BeginFundingRequest,
    extensions(("x-roles" = json!(["practitioner", "coordinator"])),
        ("x-problems" = json!(["not_found", "funding_not_needed", "not_eligible", "funding_request_open"]))),
    params(("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "Begun.", body = FundingRequestView,
        headers(("Location" = String, description = "The request."), ("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/funding-requests")]
pub async fn begin_funding_request(
    caller: FundingApplicant,
    key: IdempotencyKey,
    form: Json<BeginFundingRequest>,
    platform: Platform,
) -> Result<Answer> {
    let (now, work) = (platform.clock.now(), platform.clone());
    let practitioner = beneficiary(&caller, form.practitioner_id)?;
    platform
        .db
        .write(move |conn| {
            key.once(conn, &work.sealer, caller.id, &form.digest, now, |conn| {
                let id = begin(conn, &work, &caller, practitioner, now)?;
                Ok(view(conn, &work, &caller, id, now)?.at(format!("/v1/funding-requests/{id}")))
            })
        })
        .await
}

fn begin(conn: &mut Conn, platform: &Platform, caller: &Caller, practitioner: Id, now: UtcTime) -> Result<Id> {
    let pathway = registration::lock_pathway(conn, practitioner)?.ok_or_else(Error::not_found)?;
    conflicts::check_may_know(conn, practitioner, caller.id)?;
    let person = registration::open(conn, &platform.sealer, practitioner)?.ok_or_else(Error::not_found)?;
    let open = awaiting::open_funding(conn, practitioner)?.is_some();
    rules::check_beginning(person.decision, pathway, open)?;
    let board = person.told.icb_code.as_deref();
    let id = awaiting::begin_funding(conn, &platform.sealer, practitioner, board, caller.actor(), now)?;
    move_on(conn, practitioner, pathway, rules::pathway_while_waiting(pathway), now)?;
    audit::record(conn, caller.actor(), "funding_request.begun", ("funding_request", Some(id)), now)?;
    Ok(id)
}

/// For whom a request is begun.
fn beneficiary(caller: &Caller, named: Option<Id>) -> Result<Id> {
    match (caller.role, named) {
        (Role::Practitioner, None) => Ok(caller.id),
        (Role::Practitioner, Some(_)) => {
            Err(Error::field(Code::InvalidBody, "/practitioner_id", "not_allowed", "Practitioners ask for themselves."))
        }
        (_, Some(practitioner)) => Ok(practitioner),
        (_, None) => Err(Error::field(Code::InvalidBody, "/practitioner_id", "required", "Say for whom you ask.")),
    }
}

/// Write a funding request
///
/// While it is a draft: the board that is asked, the category of the reason, and what may be told.
#[utoipa::path(
    operation_id = "completeFundingRequest", tag = "access", request_body = CompleteFundingRequest,
    extensions(("x-roles" = json!(["practitioner", "coordinator"])), ("x-problems" = json!(["funding_state"]))),
    params(("id" = Id, Path, description = "The request."), ("If-Match" = String, Header, description = "The ETag of the request as it was read.")),
    responses((status = 200, description = "The request as it is now.", body = FundingRequestView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[put("/v1/funding-requests/{id}")]
pub async fn complete_funding_request(
    caller: FundingApplicant,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<CompleteFundingRequest>,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    platform
        .db
        .write(move |conn| {
            let (mut request, _) = locked(conn, &work, &caller, id, now)?;
            seen.check(request.version)?;
            advance(conn, &work, &caller, &mut request, FundingEvent::Completed, now, |request| {
                let board = form
                    .icb_code
                    .as_deref()
                    .map(|code| check_icb(workforce::boards()?, code, now.london_day()).map_err(Error::from));
                request.icb_code = board.transpose()?.map(|board| board.code.clone());
                request.told = Told {
                    reason: form.reason,
                    sessions: form.sessions,
                    statement: said(form.statement.as_ref()),
                    share_statement: form.share_statement,
                };
                Ok(Said::default())
            })?;
            view(conn, &work, &caller, id, now)
        })
        .await
}

/// Hand in a funding request
///
/// It must name the board and the category of the reason, and the person must agree that it be sent; that is recorded.
#[utoipa::path(
    operation_id = "submitFundingRequest", tag = "access", request_body = SubmitFundingRequest,
    extensions(("x-roles" = json!(["practitioner", "coordinator"])),
        ("x-problems" = json!(["funding_state", "funding_incomplete", "consent_required"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Handed in.", body = FundingRequestView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/funding-requests/{id}/submission")]
pub async fn submit_funding_request(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<SubmitFundingRequest>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    attempt
        .write(&platform, move |conn| {
            let (mut request, _) = locked(conn, &work, &caller, id, now)?;
            advance(conn, &work, &caller, &mut request, FundingEvent::Submitted, now, |request| {
                rules::check_submission(&request.told, request.icb_code.as_deref(), form.consent_to_send)?;
                request.consented_at = Some(now);
                request.submitted_at = Some(now);
                Ok(Said::default())
            })?;
            tell_coordinators(conn, &request, now)?;
            view(conn, &work, &caller, id, now)
        })
        .await
}

/// Tell more about a funding request
///
/// What was asked for. The request goes back to the coordinator.
#[utoipa::path(
    operation_id = "giveFundingInformation", tag = "access", request_body = GiveFundingInformation,
    extensions(("x-roles" = json!(["practitioner", "coordinator"])), ("x-problems" = json!(["funding_state"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Told.", body = FundingRequestView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/funding-requests/{id}/information")]
pub async fn give_funding_information(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<GiveFundingInformation>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    attempt
        .write(&platform, move |conn| {
            let (mut request, _) = locked(conn, &work, &caller, id, now)?;
            advance(conn, &work, &caller, &mut request, FundingEvent::InformationGiven, now, |_| {
                Ok(Said { text: said(Some(&form.text)), shared: form.share, ..Said::default() })
            })?;
            tell_coordinators(conn, &request, now)?;
            view(conn, &work, &caller, id, now)
        })
        .await
}

/// Put new facts forward
///
/// After a request was declined, within three months.
#[utoipa::path(
    operation_id = "askFundingReconsideration", tag = "access", request_body = AskFundingReconsideration,
    extensions(("x-roles" = json!(["practitioner", "coordinator"])),
        ("x-problems" = json!(["funding_state", "funding_too_late", "funding_request_open"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Before the commissioner again.", body = FundingRequestView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/funding-requests/{id}/reconsideration")]
pub async fn ask_funding_reconsideration(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<AskFundingReconsideration>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    attempt
        .write(&platform, move |conn| {
            let said = Said { text: said(Some(&form.text)), shared: form.share, ..Said::default() };
            ask_again(conn, &work, &caller, id, FundingEvent::ReconsiderationAsked, said, now)
        })
        .await
}

/// Appeal against a funding decision
///
/// On one of three grounds, within 28 days of it; for new facts there is the reconsideration.
#[utoipa::path(
    operation_id = "appealFundingDecision", tag = "access", request_body = AppealFundingDecision,
    extensions(("x-roles" = json!(["practitioner", "coordinator"])),
        ("x-problems" = json!(["funding_state", "funding_too_late", "funding_request_open"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Before the commissioner again.", body = FundingRequestView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/funding-requests/{id}/appeal")]
pub async fn appeal_funding_decision(
    caller: FundingApplicant,
    id: Path<Id>,
    form: Json<AppealFundingDecision>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    attempt
        .write(&platform, move |conn| {
            let said = Said { text: said(Some(&form.text)), shared: form.share, appeal: Some(form.ground), ..Said::default() };
            ask_again(conn, &work, &caller, id, FundingEvent::Appealed, said, now)
        })
        .await
}

fn ask_again(
    conn: &mut Conn,
    platform: &Platform,
    caller: &Caller,
    id: Id,
    event: FundingEvent,
    said: Said,
    now: UtcTime,
) -> Result<Answer> {
    let (mut request, pathway) = locked(conn, platform, caller, id, now)?;
    advance(conn, platform, caller, &mut request, event, now, |request| {
        let (today, decided) = (now.london_day(), request.decided_at.unwrap_or(now).london_day());
        rules::check_in_time(event, decided, today, figures()?.limits(today)?)?;
        Ok(said)
    })?;
    move_on(conn, request.practitioner, pathway, rules::pathway_while_waiting(pathway), now)?;
    tell_deciders(conn, &request, now)?;
    view(conn, platform, caller, id, now)
}

/// Take a funding request back
///
/// While it is under way.
#[utoipa::path(
    operation_id = "withdrawFundingRequest", tag = "access",
    extensions(("x-roles" = json!(["practitioner", "coordinator"])), ("x-problems" = json!(["funding_state"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Taken back.", body = FundingRequestView, headers(("ETag" = String, description = "The version, for If-Match."))))
)]
#[post("/v1/funding-requests/{id}/withdrawal")]
pub async fn withdraw_funding_request(
    caller: FundingApplicant,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Answer> {
    let (now, work, id) = (platform.clock.now(), platform.clone(), id.0);
    attempt
        .write(&platform, move |conn| {
            let (mut request, _) = locked(conn, &work, &caller, id, now)?;
            advance(conn, &work, &caller, &mut request, FundingEvent::Withdrawn, now, |_| Ok(Said::default()))?;
            tell_person(conn, &caller, &request, now)?;
            view(conn, &work, &caller, id, now)
        })
        .await
}
