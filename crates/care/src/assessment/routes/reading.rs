//! HTTP handlers for reading assessments.

use actix_web::get;

use super::assessment_view;
use crate::assessment::callers::CareParty;
use crate::assessment::dto::{AssessmentQuery, AssessmentSummary, AssessmentView, InstrumentCode, Reader};
use crate::assessment::queries;
use crate::assessment::queries::Assessment;
use people::Role;
use people::relationships::{Known, Permit, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Answer, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// List assessments
///
/// Practitioners see their own. Clinicians name a practitioner they treat; their reading is recorded.
#[utoipa::path(
    operation_id = "listAssessments", tag = "Assessments",
    extensions(("x-roles" = json!(CareParty::ROLES)), ("x-audit" = json!("assessment.listed")),
        ("x-problems" = json!(["not_found"]))),
    params(AssessmentQuery),
    responses((status = 200, description = "The assessments, the newest first.", body = Page<AssessmentSummary>))
)]
#[get("/v1/assessments")]
pub async fn list_assessments(
    caller: CareParty,
    query: Query<AssessmentQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
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
            let known = care_relationship::check_may_read(tx, &caller, practitioner)?;
            Known::record_listed(tx, "assessment.listed", "practitioner", &[(practitioner, known)])?;
            let rows = queries::list(tx, practitioner, purpose, paging.after, paging.rows())?;
            let page = paging.page(rows, |assessment| assessment.id)?;
            let page = page.try_map(|assessment| summary(tx, &assessment))?;
            Answer::ok(&page)
        })
        .await
}

fn summary(tx: &mut Tx, assessment: &Assessment) -> Result<AssessmentSummary> {
    Ok(AssessmentSummary {
        id: assessment.id,
        practitioner_id: assessment.practitioner_id,
        purpose: assessment.purpose,
        state: assessment.state,
        started_at: assessment.started_at,
        submitted_at: assessment.submitted_at,
        concluded_at: assessment.concluded_at,
        answered: queries::answered_codes(tx, assessment.id)?.into_iter().map(InstrumentCode).collect(),
    })
}

/// Get an assessment
///
/// Practitioners see their answers, the result in plain words, and what was agreed. Clinicians who treat them also see figures,
/// risk and findings. Every read is recorded.
#[utoipa::path(
    operation_id = "getAssessment", tag = "Assessments",
    extensions(("x-roles" = json!(CareParty::ROLES)), ("x-audit" = json!("assessment.read"))),
    params(("id" = Id, Path, description = "The assessment.")),
    responses((status = 200, description = "The assessment with answers and outcomes.", body = AssessmentView))
)]
#[get("/v1/assessments/{id}")]
pub async fn get_assessment(caller: CareParty, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (known, assessment) = queries::find(tx, id)?.permit(tx, &caller, Purpose::ReadRecord)?;
            known.record(tx, "assessment.read", ("assessment", Some(id)))?;
            Answer::ok(&assessment_view(tx, assessment, Reader::from(&known))?)
        })
        .await
}
