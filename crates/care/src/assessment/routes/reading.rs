//! HTTP handlers for reading assessments.

use actix_web::get;

use super::assessment_view;
use crate::assessment::callers::PractitionerOrClinician;
use crate::assessment::dto::{AssessmentQuery, AssessmentSummary, AssessmentView, InstrumentCode, Reader};
use crate::assessment::queries;
use crate::assessment::queries::Assessment;
use people::Role;
use people::relationships::{Permit, PermitExt, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// List assessments
///
/// Practitioners see their own. Clinicians name a practitioner they treat; their reading is recorded.
#[utoipa::path(
    operation_id = "listAssessments", tag = "Assessments",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("assessment.listed")),
        ("x-problems" = json!(["not_found"]))),
    params(AssessmentQuery),
    responses((status = 200, description = "The assessments, the newest first.", body = Page<AssessmentSummary>))
)]
#[get("/v1/assessments")]
pub async fn list_assessments(
    caller: PractitionerOrClinician,
    query: Query<AssessmentQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let AssessmentQuery { practitioner_id, purpose } = query.0;
    let practitioner = match (caller.role, practitioner_id) {
        (Role::Practitioner, None) => caller.id,
        (_, Some(id)) => id,
        (_, None) => {
            return Err(Error::field(Reason::InvalidParameter, "practitioner_id", "required", "Name the practitioner."));
        }
    };
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, practitioner)?;
            Permit::record_listed(tx, "assessment.listed", "practitioner", &[(practitioner, permit)])?;
            let rows = queries::list(tx, practitioner, purpose, paging.after, paging.rows())?;
            let page = paging.page(rows, |assessment| assessment.id)?;
            let page = page.try_map(|assessment| summary(tx, &assessment))?;
            Response::ok(&page)
        })
        .await
}

fn summary(tx: &mut Tx, assessment: &Assessment) -> Result<AssessmentSummary> {
    Ok(AssessmentSummary {
        progress: (*assessment).into(),
        answered: queries::answered_codes(tx, assessment.id)?.into_iter().map(InstrumentCode).collect(),
    })
}

/// Get an assessment
///
/// Practitioners see their answers, the result in plain words, and what was agreed. Clinicians who treat them also see figures,
/// risk and findings. What is damaged is named, and the rest is shown. Every read is recorded.
#[utoipa::path(
    operation_id = "getAssessment", tag = "Assessments",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("assessment.read"))),
    params(("id" = Id, Path, description = "The assessment.")),
    responses((status = 200, description = "The assessment with answers and outcomes.", body = AssessmentView))
)]
#[get("/v1/assessments/{id}")]
pub async fn get_assessment(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, assessment) = queries::find(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            permit.record(tx, "assessment.read", ("assessment", Some(id)))?;
            Response::ok(&assessment_view(tx, assessment, Reader::from(&permit))?)
        })
        .await
}
