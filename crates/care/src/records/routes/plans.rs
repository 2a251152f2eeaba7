//! The care plan: goals, what is done for them, and when all of it is looked at again.

use actix_web::{get, put};
use chrono::{Days, NaiveDate};

use super::{may_read, treats};
use crate::records::dto::plan::{CarePlanDue, CarePlanDuePage, CarePlanQuery, CarePlanVersionPage, CarePlanView, PutCarePlan};
use crate::records::queries::plans as records;
use crate::records::queries::plans::NewPlan;
use crate::records::rules;
use people::Clinician;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::Result;
use platform::http::page::PageQuery;
use platform::http::{Answer, IfMatch, Json, Page, Path, Query};
use platform::ids::Id;
use scheduling::booking::treating;

/// Read somebody's care plan
///
/// By clinicians who treat them. Every reading is recorded.
#[utoipa::path(
    operation_id = "getCarePlan", tag = "care", extensions(("x-roles" = json!(Clinician::ROLES))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The plan; empty while there is none.", body = CarePlanView))
)]
#[get("/v1/practitioners/{id}/care-plan")]
pub async fn get_care_plan(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            may_read(tx, &caller, id)?;
            audit::record(tx, caller.actor(), "care_plan.read", ("practitioner", Some(id)))?;
            answer(tx, id)
        })
        .await
}

/// Write somebody's care plan
///
/// By clinicians who treat them, and all of it: what it was before stays among its versions. The practitioner reads it.
#[utoipa::path(
    operation_id = "putCarePlan", tag = "care", request_body = PutCarePlan,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner."), IfMatch),
    responses((status = 200, description = "The plan as it is now.", body = CarePlanView))
)]
#[put("/v1/practitioners/{id}/care-plan")]
pub async fn put_care_plan(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<PutCarePlan>,
    platform: Platform,
) -> Result<Answer> {
    let id = id.0;
    let new = NewPlan { review_on: form.review_on, words: form.words() };
    platform
        .write(move |tx| {
            treats(tx, &caller, id)?;
            let before = records::present(tx, id)?.map_or(0, |plan| plan.version);
            seen.check(before)?;
            rules::check_review(new.review_on, tx.now.london_day())?;
            records::write(tx, id, before, &new, caller.id)?;
            audit::record(tx, caller.actor(), "care_plan.changed", ("practitioner", Some(id)))?;
            answer(tx, id)
        })
        .await
}

/// Read every version of somebody's care plan
///
/// By clinicians who treat them. Every reading is recorded.
#[utoipa::path(
    operation_id = "listCarePlanVersions", tag = "care", extensions(("x-roles" = json!(Clinician::ROLES))),
    params(("id" = Id, Path, description = "The practitioner."), PageQuery),
    responses((status = 200, description = "The versions, the newest first.", body = CarePlanVersionPage))
)]
#[get("/v1/practitioners/{id}/care-plan/versions")]
pub async fn list_care_plan_versions(
    caller: Clinician,
    id: Path<Id>,
    query: Query<PageQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "care_plan_versions";
    let (sealer, id) = (platform.sealer.clone(), id.0);
    let PageQuery { limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.open::<(i32, Id)>(&sealer, LIST)).transpose()?.map(|(version, _)| version);
    platform
        .write(move |tx| {
            may_read(tx, &caller, id)?;
            audit::record(tx, caller.actor(), "care_plan.read", ("practitioner", Some(id)))?;
            let rows = records::history(tx, id, before, limit.plus_one())?;
            let (page, unreadable) = Page::cut_readable(rows, limit, tx.sealer, LIST)?;
            let unreadable = unreadable.into_iter().map(|(_, id)| id).collect();
            let items = page.items.into_iter().map(CarePlanView::from).collect();
            Answer::ok(&CarePlanVersionPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// List care plans that are to be looked at again
///
/// Those of everybody whom the calling clinician treats. What the plans say is not in the list.
#[utoipa::path(
    operation_id = "listCarePlansDue", tag = "care", extensions(("x-roles" = json!(Clinician::ROLES))),
    params(CarePlanQuery),
    responses((status = 200, description = "The plans, the longest overdue first.", body = CarePlanDuePage))
)]
#[get("/v1/care-plans")]
pub async fn list_care_plans_due(caller: Clinician, query: Query<CarePlanQuery>, platform: Platform) -> Result<Answer> {
    const LIST: &str = "care_plans_due";
    let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
    let CarePlanQuery { review_due_before, limit, cursor } = query.0;
    let today = now.london_day();
    let day = review_due_before.unwrap_or_else(|| today.checked_add_days(Days::new(1)).unwrap_or(today));
    let after = cursor.map(|cursor| cursor.open::<(NaiveDate, Id)>(&sealer, LIST)).transpose()?;
    platform
        .read(move |tx| {
            let among = treating::treated_by(tx, caller.id)?;
            let rows = records::due(tx, among, day, after, limit.plus_one())?;
            let page = Page::cut(rows, limit, tx.sealer, LIST, |due| (due.review_on, due.practitioner))?;
            let items = page.items.into_iter().map(CarePlanDue::from).collect();
            Answer::ok(&CarePlanDuePage { items, next_cursor: page.next_cursor })
        })
        .await
}

fn answer(tx: &mut Tx, practitioner: Id) -> Result<Answer> {
    let plan = records::present(tx, practitioner)?;
    let version = plan.as_ref().map_or(0, |plan| plan.version);
    Ok(Answer::ok(&plan.map_or_else(CarePlanView::none, CarePlanView::from))?.version(version))
}
