//! HTTP handlers of a practitioner's safety plan for clinicians. Those who treat the practitioner read all versions and write new ones
//! together with the practitioner; a clinician on duty reads the present one while a risk alert is open.

use actix_web::{get, put};

use super::{list_versions, no_plan, no_version, read_current, read_version, save};
use crate::safety_plans::dto::{ReplaceSafetyPlan, SafetyPlanHistoryEntry, SafetyPlanView};
use people::Clinician;
use people::relationships::{self, Purpose};
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Get a practitioner's safety plan
///
/// What the practitioner does when a crisis or thoughts of suicide begin. The present version, for clinicians who may read the record,
/// and for a clinician on duty while a risk alert about the practitioner is open. Until there is a plan the answer is 404. Every read is
/// recorded.
#[utoipa::path(
    operation_id = "getSafetyPlan", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("safety_plan.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The plan.", body = SafetyPlanView))
)]
#[get("/v1/practitioners/{id}/safety-plan")]
pub async fn get_safety_plan(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    let found = platform
        .write(move |tx| {
            let permit = relationships::permit(tx, &caller, id, Purpose::ReadSafetyPlan)?;
            read_current(tx, &permit)
        })
        .await?;
    found.ok_or_else(no_plan)
}

/// Replace a practitioner's safety plan
///
/// A new version, which a clinician who treats the practitioner writes together with them; earlier versions stay. The first one is written
/// without `If-Match`, every other one with the ETag of the present one. The practitioner reads it and can write the next one.
#[utoipa::path(
    operation_id = "replaceSafetyPlan", tag = "Clinical record", request_body = ReplaceSafetyPlan,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("safety_plan.changed")),
        ("x-problems" = json!(["care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner."),
        ("If-Match" = Option<String>, Header, nullable = false,
            description = "The ETag of the plan as you read it, if there is one.")),
    responses((status = 200, description = "The new version.", body = SafetyPlanView))
)]
#[put("/v1/practitioners/{id}/safety-plan")]
pub async fn replace_safety_plan(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<ReplaceSafetyPlan>,
    platform: Platform,
) -> Result<Response> {
    let (id, seen, steps) = (id.0, attempt.if_match(), form.steps());
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_write(tx, &caller, id)?;
            save(tx, &permit, caller.id, seen.as_ref(), &steps)
        })
        .await
}

/// List the history of a practitioner's safety plan
///
/// Without their content. A version that is damaged is in `unreadable`; the others can be read. For clinicians who may read the record.
/// Every read is recorded.
#[utoipa::path(
    operation_id = "listSafetyPlanHistory", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("safety_plan.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The versions, the newest first.", body = Page<SafetyPlanHistoryEntry>))
)]
#[get("/v1/practitioners/{id}/safety-plan/history")]
pub async fn list_safety_plan_history(
    caller: Clinician,
    id: Path<Id>,
    paging: Paging<(i32, Id)>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            list_versions(tx, &permit, &paging)
        })
        .await
}

/// Get a version of a practitioner's safety plan
///
/// For clinicians who may read the record. Every read is recorded.
#[utoipa::path(
    operation_id = "getSafetyPlanVersion", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("safety_plan.read"))),
    params(("id" = Id, Path, description = "The practitioner."),
        ("version" = i32, Path, description = "The number of the version.", minimum = 1, maximum = 1_000_000)),
    responses((status = 200, description = "The version.", body = SafetyPlanView))
)]
#[get("/v1/practitioners/{id}/safety-plan/history/{version}")]
pub async fn get_safety_plan_version(caller: Clinician, path: Path<(Id, i32)>, platform: Platform) -> Result<Response> {
    let (id, version) = path.0;
    let found = platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            read_version(tx, &permit, version)
        })
        .await?;
    found.ok_or_else(no_version)
}
