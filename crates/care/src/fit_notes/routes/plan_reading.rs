//! HTTP handlers for reading and downloading return-to-work plans.

use actix_web::get;

use super::reading::listed_practitioner;
use super::render_pdf;
use crate::assessment::callers::PractitionerOrClinician;
use crate::fit_notes::document;
use crate::fit_notes::dto::FitNoteQuery;
use crate::fit_notes::dto::plans::ReturnToWorkPlan;
use crate::fit_notes::queries::plans;
use crate::fit_notes::rules::plans::may_print;
use people::Practitioner;
use people::relationships::{PermitExt, Purpose};
use platform::Platform;
use platform::error::Result;
use platform::http::{Page, Paging, Path, PdfFile, Query, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// List return-to-work plans
///
/// Practitioners see their own. Clinicians name a practitioner they treat or treated recently. Every read is recorded.
#[utoipa::path(
    operation_id = "listReturnToWorkPlans", tag = "Fit notes",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("return_to_work.listed")), ("x-problems" = json!([
        "not_found"]))),
    params(FitNoteQuery),
    responses((status = 200, description = "The plans, the newest first.", body = Page<ReturnToWorkPlan>))
)]
#[get("/v1/return-to-work-plans")]
pub async fn list_return_to_work_plans(
    caller: PractitionerOrClinician,
    query: Query<FitNoteQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let FitNoteQuery { practitioner_id } = query.0;
    let practitioner = listed_practitioner(&caller, practitioner_id)?;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            let rows = plans::list(tx, practitioner, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            permit.record(tx, "return_to_work.listed", ("practitioner", Some(practitioner)))?;
            Response::ok(&page.map(ReturnToWorkPlan::from))
        })
        .await
}

/// Get a return-to-work plan
///
/// Every read is recorded.
#[utoipa::path(
    operation_id = "getReturnToWorkPlan", tag = "Fit notes",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("return_to_work.read"))),
    params(("id" = Id, Path, description = "The plan.")),
    responses((status = 200, description = "The plan.", body = ReturnToWorkPlan))
)]
#[get("/v1/return-to-work-plans/{id}")]
pub async fn get_return_to_work_plan(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, found) = plans::find(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            permit.record(tx, "return_to_work.read", ("return_to_work_plan", Some(id)))?;
            Response::ok(&ReturnToWorkPlan::from(found))
        })
        .await
}

/// Download a return-to-work plan as PDF
///
/// The printable plan, to be shown to an employer. Only for the practitioner, and only after they agreed. Every download is
/// recorded.
#[utoipa::path(
    operation_id = "getReturnToWorkPlanPdf", tag = "Fit notes",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("return_to_work.downloaded")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The plan.")),
    responses((status = 200, description = "The plan as PDF.", body = PdfFile, content_type = "application/pdf"))
)]
#[get("/v1/return-to-work-plans/{id}/pdf")]
pub async fn get_return_to_work_plan_pdf(caller: Practitioner, id: Path<Id>, platform: Platform) -> Result<PdfFile> {
    let id = id.0;
    let (plan, agreed_at) = platform
        .write(move |tx| {
            let (permit, found) = plans::find(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            let agreed_at = may_print(found.agreed_at.map(|at| at.get()))?;
            permit.record(tx, "return_to_work.downloaded", ("return_to_work_plan", Some(id)))?;
            Ok((found.plan, agreed_at))
        })
        .await?;
    render_pdf(move || document::plan_pdf(&plan, agreed_at)).await
}
