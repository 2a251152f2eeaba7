//! HTTP handlers of the problem list. Problems are never deleted; a mistake is set to `entered_in_error`.

use actix_web::{get, patch, post};

use crate::records::dto::problems::{CreateProblem, ProblemHistoryEntry, ProblemView, UpdateProblem};
use crate::records::queries::problems as records;
use crate::records::queries::problems::ProblemUpdate;
use crate::records::rules;
use people::practitioners::queries as registration;
use people::relationships::{Permit, PermitExt, Protected, Purpose};
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Create a problem
///
/// For clinicians who treat the practitioner.
#[utoipa::path(
    operation_id = "createProblem", tag = "Clinical record", request_body = CreateProblem,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("problem.added")),
        ("x-problems" = json!(["invalid_body", "limit_reached", "care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Added.", body = ProblemView))
)]
#[post("/v1/practitioners/{id}/problems")]
pub async fn create_problem(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateProblem>,
    platform: Platform,
) -> Result<Response> {
    let practitioner = id.0;
    platform
        .write_once(attempt, move |tx| {
            let permit = care_relationship::check_may_write(tx, &caller, practitioner)?;
            let content = form.content();
            rules::may_add_problem(&content, records::count(tx, practitioner)?, tx.now.london_day())?;
            let id = records::insert(tx, practitioner, &content, form.shared, caller.id)?;
            permit.record(tx, "problem.added", ("problem", Some(id)))?;
            let (view, version) = problem_view(tx, &permit, id)?;
            Ok(Response::created(format!("/v1/problems/{id}"), &view)?.with_version(version))
        })
        .await
}

/// List a practitioner's problems
///
/// For clinicians who treat the practitioner. Every read is recorded.
#[utoipa::path(
    operation_id = "listProblems", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("problems.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The problems, the newest first.", body = Page<ProblemView>))
)]
#[get("/v1/practitioners/{id}/problems")]
pub async fn list_problems(caller: Clinician, id: Path<Id>, paging: Paging, platform: Platform) -> Result<Response> {
    let practitioner = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            permit.record(tx, "problems.read", ("practitioner", Some(practitioner)))?;
            let rows = records::list(tx, practitioner, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            Response::ok(&page.map(ProblemView::from))
        })
        .await
}

/// Get a problem
///
/// For clinicians who treat the practitioner. Every read is recorded.
#[utoipa::path(
    operation_id = "getProblem", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("problem.read"))),
    params(("id" = Id, Path, description = "The problem.")),
    responses((status = 200, description = "The problem.", body = ProblemView))
)]
#[get("/v1/problems/{id}")]
pub async fn get_problem(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = permitted(tx, &caller, id, Purpose::ReadRecord)?;
            permit.record(tx, "problem.read", ("problem", Some(id)))?;
            let (view, version) = problem_view(tx, &permit, id)?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await
}

/// Update a problem
///
/// For clinicians who treat the practitioner. A problem that before entered in error cannot be changed; earlier versions stay
/// in the history.
#[utoipa::path(
    operation_id = "updateProblem", tag = "Clinical record", request_body = UpdateProblem,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("problem.changed")),
        ("x-problems" = json!(["state_conflict", "care_ended"]))),
    params(("id" = Id, Path, description = "The problem."), IfMatch),
    responses((status = 200, description = "The problem as it is now.", body = ProblemView))
)]
#[patch("/v1/problems/{id}")]
pub async fn update_problem(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<UpdateProblem>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            // The practitioner's row is locked, so that care does not end meanwhile.
            let practitioner = records::practitioner_of(tx, id)?.unwrap_or(Id::NO_RECORD);
            registration::lock_practitioner(tx, practitioner)?;
            let permit = permitted(tx, &caller, id, Purpose::AddToRecord)?;
            let before = records::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            rules::may_change_problem(before.state)?;
            seen.check(before.version)?;
            let update = ProblemUpdate {
                state: form.state.unwrap_or(before.state),
                shared: form.shared.unwrap_or(before.shared),
                content: form.updated_content(&before.content),
            };
            records::update(tx, &before, &update, caller.id)?;
            permit.record(tx, "problem.changed", ("problem", Some(id)))?;
            let (view, version) = problem_view(tx, &permit, id)?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await
}

/// List the history of a problem
///
/// For clinicians who treat the practitioner. Every read is recorded.
#[utoipa::path(
    operation_id = "listProblemHistory", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("problem.read"))),
    params(("id" = Id, Path, description = "The problem.")),
    responses((status = 200, description = "The earlier versions, newest first.", body = Page<ProblemHistoryEntry>))
)]
#[get("/v1/problems/{id}/history")]
pub async fn list_problem_history(
    caller: Clinician,
    id: Path<Id>,
    paging: Paging<(i32, Id)>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = permitted(tx, &caller, id, Purpose::ReadRecord)?;
            permit.record(tx, "problem.read", ("problem", Some(id)))?;
            let rows = records::history(tx, id, paging.after.map(|(version, _)| version), paging.rows())?;
            let rows = rows.into_iter().map(|(version, row)| ((version, id), row)).collect();
            let page = paging.readable(rows)?;
            Response::ok(&page.map(ProblemHistoryEntry::from))
        })
        .await
}

/// Asks whether the caller may know of the practitioner of a problem for this purpose.
fn permitted(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<Permit> {
    let owner = records::practitioner_of(tx, id)?.map(|practitioner| Protected::new(practitioner, ()));
    Ok(owner.permit(tx, caller, purpose)?.0)
}

fn problem_view(tx: &mut Tx, permit: &Permit, id: Id) -> Result<(ProblemView, i32)> {
    let problem = records::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let version = problem.version;
    Ok((problem.into(), version))
}
