//! HTTP handlers of the rota.

use actix_web::{get, post};

use super::callers::{DutyApprover, RotaEditor, RotaReader};
use super::dto::{DutyPeriodQuery, DutyPeriodView, ProposeDutyPeriod};
use super::notifications;
use super::queries::{self, DutyPeriod};
use super::rules::{self, ApprovalFacts, ClinicianState};
use people::relationships::same_person::same_person;
use people::{Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use scheduling::clinicians::queries as clinicians;

/// Propose a period on duty
///
/// It counts once a second person has approved it: the clinician, or another coordinator or administrator. While on duty, a clinician
/// sees all open risk alerts, the practitioner's page with the emergency contact and their safety plan, and may close the alert with a risk
/// assessment, except where the two must not meet.
#[utoipa::path(
    operation_id = "proposeDutyPeriod", tag = "Risk alerts", request_body = ProposeDutyPeriod,
    extensions(("x-roles" = json!(RotaEditor::ROLES)), ("x-audit" = json!("duty_period.proposed")), ("x-problems" = json!(["invalid_body", "state_conflict"]))),
    responses((status = 201, description = "Proposed.", body = DutyPeriodView))
)]
#[post("/v1/duty-periods")]
pub async fn propose_duty_period(
    caller: RotaEditor,
    attempt: Attempt,
    form: Json<ProposeDutyPeriod>,
    platform: Platform,
) -> Result<Response> {
    let ProposeDutyPeriod { clinician_id, starts_at, ends_at } = form.form.clone();
    platform
        .write_once(attempt, move |tx| {
            rules::check_period(starts_at.get(), ends_at.get(), tx.now.get())?;
            rules::check_clinician(state_of(tx, clinician_id)?)?;
            let id = queries::insert(tx, clinician_id, (starts_at, ends_at), caller.id)?;
            record(tx, &caller, "duty_period.proposed", clinician_id)?;
            Response::created(format!("/v1/duty-periods/{id}"), &view(tx, id)?)
        })
        .await
}

/// List periods on duty
#[utoipa::path(
    operation_id = "listDutyPeriods", tag = "Risk alerts", params(DutyPeriodQuery),
    extensions(("x-roles" = json!(RotaReader::ROLES))),
    responses((status = 200, description = "The periods, in the order in which they begin.", body = Page<DutyPeriodView>))
)]
#[get("/v1/duty-periods")]
pub async fn list_duty_periods(
    _caller: RotaReader,
    query: Query<DutyPeriodQuery>,
    paging: Paging<(UtcTime, Id)>,
    platform: Platform,
) -> Result<Response> {
    let DutyPeriodQuery { from } = query.0;
    platform
        .read(move |tx| {
            let rows = queries::list(tx, from.unwrap_or(tx.now), paging.after, paging.rows())?;
            let page = paging.page(rows, |period| (period.starts_at, period.id))?;
            Response::ok(&page.map(DutyPeriodView::from))
        })
        .await
}

/// Get a period on duty
#[utoipa::path(
    operation_id = "getDutyPeriod", tag = "Risk alerts", extensions(("x-roles" = json!(RotaReader::ROLES))),
    params(("id" = Id, Path, description = "The period.")),
    responses((status = 200, description = "The period.", body = DutyPeriodView))
)]
#[get("/v1/duty-periods/{id}")]
pub async fn get_duty_period(_caller: RotaReader, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform.read(move |tx| Response::ok(&view(tx, id.0)?)).await
}

/// Approve a period on duty
///
/// By a second person: the clinician who will be on duty, or another coordinator or administrator than the one who proposed it. From
/// now on the period counts. Privacy officers are informed if it begins within a day.
#[utoipa::path(
    operation_id = "approveDutyPeriod", tag = "Risk alerts",
    extensions(("x-roles" = json!(DutyApprover::ROLES)), ("x-audit" = json!("duty_period.approved")), ("x-problems" = json!(["second_person_required", "state_conflict"]))),
    params(("id" = Id, Path, description = "The period.")),
    responses((status = 200, description = "Approved.", body = DutyPeriodView))
)]
#[post("/v1/duty-periods/{id}/approve")]
pub async fn approve_duty_period(caller: DutyApprover, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let period = queries::find_locked(tx, id)?.ok_or_else(Error::not_found)?;
            rules::check_approval(&approval_facts(tx, &caller, &period)?)?;
            queries::approve(tx, id, caller.id)?;
            record(tx, &caller, "duty_period.approved", period.clinician_id)?;
            notifications::notify_privacy_officers(tx, &period)?;
            Response::ok(&view(tx, id)?)
        })
        .await
}

/// End a period on duty
///
/// Before its time, or before it is approved. The period stays in the rota with who ended it and when.
#[utoipa::path(
    operation_id = "endDutyPeriod", tag = "Risk alerts",
    extensions(("x-roles" = json!(RotaEditor::ROLES)), ("x-audit" = json!("duty_period.ended")), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The period.")),
    responses((status = 200, description = "Ended.", body = DutyPeriodView))
)]
#[post("/v1/duty-periods/{id}/end")]
pub async fn end_duty_period(caller: RotaEditor, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let period = queries::find_locked(tx, id)?.ok_or_else(Error::not_found)?;
            rules::check_not_over(period.state(), period.ends_at.get(), tx.now.get())?;
            queries::end(tx, id, caller.id)?;
            record(tx, &caller, "duty_period.ended", period.clinician_id)?;
            Response::ok(&view(tx, id)?)
        })
        .await
}

/// Whether a clinician has an open account, and an approved registration.
fn state_of(tx: &mut Tx, clinician: Id) -> Result<ClinicianState> {
    let is_active = clinicians::find(tx, clinician)?.is_some_and(|entry| entry.active);
    Ok(ClinicianState { is_active, is_registered: clinicians::is_registered(tx, clinician)? })
}

fn approval_facts(tx: &mut Tx, caller: &Caller, period: &DutyPeriod) -> Result<ApprovalFacts> {
    let may_be_proposer = same_person(tx, caller.id, period.proposed_by)?;
    Ok(ApprovalFacts {
        state: period.state(),
        ends_at: period.ends_at.get(),
        now: tx.now.get(),
        may_be_proposer,
        is_party: caller.role != Role::Clinician || caller.id == period.clinician_id,
        clinician: state_of(tx, period.clinician_id)?,
    })
}

/// Records what was done, about the clinician who gets or loses access. The times are in the rota.
fn record(tx: &mut Tx, caller: &Caller, action: &'static str, clinician: Id) -> Result<()> {
    audit::record(tx, caller.actor(), action, ("clinician", Some(clinician)))
}

fn view(tx: &mut Tx, id: Id) -> Result<DutyPeriodView> {
    queries::find(tx, id)?.map(DutyPeriodView::from).ok_or_else(Error::not_found)
}
