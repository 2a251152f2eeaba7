//! HTTP handlers of risk assessments in the clinical record.

use actix_web::{get, post};

use crate::risk::dto::assessments::{RecordRiskAssessment, RiskAssessmentView};
use crate::risk::queries::assessments;
use crate::risk::{recording, rules};
use people::Clinician;
use people::relationships::{PermitExt, Purpose};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Record a risk assessment
///
/// The risk of suicide and self-harm, and the risks to and from others, with a plan. For clinicians who treat the practitioner, where
/// there is no alert to close. In the morning of `next_review_on` the clinicians who treat
/// the practitioner then are notified, and once more on the next working day, unless there is a later assessment.
#[utoipa::path(
    operation_id = "recordRiskAssessment", tag = "Risk alerts", request_body = RecordRiskAssessment,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("risk_assessment.recorded")),
        ("x-problems" = json!(["invalid_body", "care_ended"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Recorded.", body = RiskAssessmentView))
)]
#[post("/v1/practitioners/{id}/risk-assessments")]
pub async fn record_risk_assessment(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RecordRiskAssessment>,
    platform: Platform,
) -> Result<Response> {
    let practitioner = id.0;
    platform
        .write_once(attempt, move |tx| {
            let permit = care_relationship::check_may_write(tx, &caller, practitioner)?;
            let content = form.content();
            rules::check_assessment(&content, tx.now.london_day())?;
            let id = recording::record(tx, practitioner, None, caller.id, &content)?;
            permit.record(tx, "risk_assessment.recorded", ("risk_assessment", Some(id)))?;
            let assessment = assessments::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            Response::created(format!("/v1/risk-assessments/{id}"), &RiskAssessmentView::from(assessment))
        })
        .await
}

/// List a practitioner's risk assessments
///
/// For clinicians who may read the record. Every read is recorded.
#[utoipa::path(
    operation_id = "listRiskAssessments", tag = "Risk alerts",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("risk_assessments.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The assessments, the newest first.", body = Page<RiskAssessmentView>))
)]
#[get("/v1/practitioners/{id}/risk-assessments")]
pub async fn list_risk_assessments(caller: Clinician, id: Path<Id>, paging: Paging, platform: Platform) -> Result<Response> {
    let practitioner = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            permit.record(tx, "risk_assessments.read", ("practitioner", Some(practitioner)))?;
            let rows = assessments::list(tx, practitioner, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            Response::ok(&page.map(RiskAssessmentView::from))
        })
        .await
}

/// Get a risk assessment
///
/// For clinicians who may read the record. Every read is recorded.
#[utoipa::path(
    operation_id = "getRiskAssessment", tag = "Risk alerts",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("risk_assessment.read"))),
    params(("id" = Id, Path, description = "The assessment.")),
    responses((status = 200, description = "The assessment.", body = RiskAssessmentView))
)]
#[get("/v1/risk-assessments/{id}")]
pub async fn get_risk_assessment(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, ()) = assessments::exists(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            let assessment = assessments::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            permit.record(tx, "risk_assessment.read", ("risk_assessment", Some(id)))?;
            Response::ok(&RiskAssessmentView::from(assessment))
        })
        .await
}
