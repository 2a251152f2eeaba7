//! HTTP handlers of a practitioner's own safety plan. They read and write it wherever they are on the pathway, also while they wait for an
//! assessment and after care has ended.

use actix_web::{get, put};

use super::{list_versions, no_plan, no_version, read_current, read_version, save};
use crate::safety_plans::dto::{MyCrisisHelp, ReplaceSafetyPlan, SafetyPlanHistoryEntry, SafetyPlanView};
use crate::safety_plans::views;
use people::Practitioner;
use people::relationships::{self, Purpose};
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Get my safety plan
///
/// What I do when a crisis or thoughts of suicide begin: the present version. Until there is a plan the answer is 404.
#[utoipa::path(
    operation_id = "getMySafetyPlan", tag = "Clinical record",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("safety_plan.read")),
        ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "My plan.", body = SafetyPlanView))
)]
#[get("/v1/me/safety-plan")]
pub async fn get_my_safety_plan(caller: Practitioner, platform: Platform) -> Result<Response> {
    let found = platform
        .write(move |tx| {
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::ReadSafetyPlan)?;
            read_current(tx, &permit)
        })
        .await?;
    found.ok_or_else(no_plan)
}

/// Replace my safety plan
///
/// A new version; earlier versions stay, and none can be deleted. The first one is written without `If-Match`, every other one with the
/// ETag of the present one. Clinicians who treat me can read it, and so can a clinician on duty who answers a risk alert about me.
#[utoipa::path(
    operation_id = "replaceMySafetyPlan", tag = "Clinical record", request_body = ReplaceSafetyPlan,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("safety_plan.changed")),
        ("x-problems" = json!(["not_found"]))),
    params(("If-Match" = Option<String>, Header, nullable = false,
        description = "The ETag of the plan as you read it, if there is one.")),
    responses((status = 200, description = "The new version.", body = SafetyPlanView))
)]
#[put("/v1/me/safety-plan")]
pub async fn replace_my_safety_plan(
    caller: Practitioner,
    attempt: Attempt,
    form: Json<ReplaceSafetyPlan>,
    platform: Platform,
) -> Result<Response> {
    let (seen, steps) = (attempt.if_match(), form.steps());
    platform
        .write(move |tx| {
            let (permit, _) = care_relationship::lock_and_permit(tx, &caller, caller.id, Purpose::AddToRecord)?;
            save(tx, &permit, caller.id, seen.as_ref(), &steps)
        })
        .await
}

/// List the history of my safety plan
///
/// Without their content, which each version shows on its own. A version that is damaged is in `unreadable`; the others can be read.
#[utoipa::path(
    operation_id = "listMySafetyPlanHistory", tag = "Clinical record",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("safety_plan.read"))),
    responses((status = 200, description = "The versions, the newest first.", body = Page<SafetyPlanHistoryEntry>))
)]
#[get("/v1/me/safety-plan/history")]
pub async fn list_my_safety_plan_history(
    caller: Practitioner,
    paging: Paging<(i32, Id)>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write(move |tx| {
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::ReadRecord)?;
            list_versions(tx, &permit, &paging)
        })
        .await
}

/// Get a version of my safety plan
#[utoipa::path(
    operation_id = "getMySafetyPlanVersion", tag = "Clinical record",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("safety_plan.read"))),
    params(("version" = i32, Path, description = "The number of the version.", minimum = 1, maximum = 1_000_000)),
    responses((status = 200, description = "The version.", body = SafetyPlanView))
)]
#[get("/v1/me/safety-plan/history/{version}")]
pub async fn get_my_safety_plan_version(caller: Practitioner, version: Path<i32>, platform: Platform) -> Result<Response> {
    let version = version.0;
    let found = platform
        .write(move |tx| {
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::ReadRecord)?;
            read_version(tx, &permit, version)
        })
        .await?;
    found.ok_or_else(no_version)
}

/// Get help in a crisis
///
/// The services for a crisis in my area, the emergency routes first, then my safety plan. It is answered also while nothing can be written.
#[utoipa::path(
    operation_id = "getMyCrisisHelp", tag = "Signposts",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "Where to get help now.", body = MyCrisisHelp))
)]
#[get("/v1/me/crisis-help")]
pub async fn get_my_crisis_help(caller: Practitioner, platform: Platform) -> Result<Response> {
    platform.read(move |tx| Response::ok(&views::crisis_help(tx, caller.id)?)).await
}
