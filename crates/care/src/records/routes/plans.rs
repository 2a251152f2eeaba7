//! HTTP handlers of the care plan: goals, interventions and the review date.

use actix_web::{get, put};
use chrono::{Days, NaiveDate};

use crate::records::dto::plan::{CarePlanDue, CarePlanQuery, CarePlanView, ReplaceCarePlan};
use crate::records::queries::plans as records;
use crate::records::queries::plans::NewCarePlan;
use crate::records::rules;
use people::Clinician;
use people::relationships::{self, Permit, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::http::{IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Get a practitioner's care plan
///
/// For clinicians who treat the practitioner. Every read is recorded.
#[utoipa::path(
    operation_id = "getCarePlan", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("care_plan.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The plan; empty if there is none.", body = CarePlanView))
)]
#[get("/v1/practitioners/{id}/care-plan")]
pub async fn get_care_plan(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "care_plan.read", ("practitioner", Some(id)))?;
            plan_response(tx, id)
        })
        .await
}

/// Replace a practitioner's care plan
///
/// For clinicians who treat the practitioner. Replaces the whole plan; earlier versions stay in the history. The practitioner
/// can read the plan.
#[utoipa::path(
    operation_id = "replaceCarePlan", tag = "Clinical record", request_body = ReplaceCarePlan,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("care_plan.changed")),
        ("x-problems" = json!(["care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner."), IfMatch),
    responses((status = 200, description = "The plan as it is now.", body = CarePlanView))
)]
#[put("/v1/practitioners/{id}/care-plan")]
pub async fn replace_care_plan(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceCarePlan>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let new = NewCarePlan { review_on: form.review_on, content: form.content() };
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_write(tx, &caller, id)?;
            let before = records::current_version(tx, id)?;
            seen.check(before)?;
            rules::check_review_date(new.review_on, tx.now.london_day())?;
            records::insert_version(tx, id, before, &new, caller.id)?;
            permit.record(tx, "care_plan.changed", ("practitioner", Some(id)))?;
            plan_response(tx, id)
        })
        .await
}

/// List the history of a care plan
///
/// For clinicians who treat the practitioner. Every read is recorded.
#[utoipa::path(
    operation_id = "listCarePlanHistory", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("care_plan.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The versions, the newest first.", body = Page<CarePlanView>))
)]
#[get("/v1/practitioners/{id}/care-plan/history")]
pub async fn list_care_plan_history(
    caller: Clinician,
    id: Path<Id>,
    paging: Paging<(i32, Id)>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "care_plan.read", ("practitioner", Some(id)))?;
            let rows = records::history(tx, id, paging.after.map(|(version, _)| version), paging.rows())?;
            let page = paging.readable(rows)?;
            Response::ok(&page.map(CarePlanView::from))
        })
        .await
}

/// List care plans that are due for review
///
/// The plans of all practitioners the caller treats, without their content. What the caller sees is recorded.
#[utoipa::path(
    operation_id = "listCarePlans", tag = "Clinical record",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("care_plan.listed"))), params(CarePlanQuery),
    responses((status = 200, description = "The plans, the longest overdue first.", body = Page<CarePlanDue>))
)]
#[get("/v1/care-plans")]
pub async fn list_care_plans(
    caller: Clinician,
    query: Query<CarePlanQuery>,
    paging: Paging<(NaiveDate, Id)>,
    platform: Platform,
) -> Result<Response> {
    let now = platform.clock.now();
    let CarePlanQuery { review_due_before } = query.0;
    let today = now.london_day();
    let day = review_due_before.unwrap_or_else(|| today.checked_add_days(Days::new(1)).unwrap_or(today));
    platform
        .write(move |tx| {
            let among = care_relationship::practitioners_treated_by(tx, caller.id, Purpose::ReadRecord)?;
            let rows = records::due(tx, among, day, paging.after, paging.rows())?;
            let page = paging.page(rows, |due| (due.review_on, due.practitioner))?;
            let people: Vec<Id> = page.items.iter().map(|due| due.practitioner).collect();
            let shown: Vec<(Id, Permit)> =
                relationships::permits_among(tx, &caller, &people, Purpose::Know)?.into_iter().collect();
            Permit::record_listed(tx, "care_plan.listed", "practitioner", &shown)?;
            Response::ok(&page.map(CarePlanDue::from))
        })
        .await
}

fn plan_response(tx: &mut Tx, practitioner: Id) -> Result<Response> {
    let plan = records::current(tx, practitioner)?;
    let version = plan.as_ref().map_or(0, |plan| plan.version);
    Ok(Response::ok(&plan.map_or_else(CarePlanView::none, CarePlanView::from))?.with_version(version))
}
