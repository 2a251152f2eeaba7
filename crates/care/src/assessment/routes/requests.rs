//! HTTP handler with which a clinician requests questionnaires.

use actix_web::post;

use super::{assessment_view, pathway_facts};
use crate::assessment::dto::{Reader, RequestAssessment};
use crate::assessment::{catalogue, notifications, queries, rules};
use people::Clinician;
use people::practitioners::queries as registration;
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Request an assessment of a practitioner
///
/// A clinician who treats the practitioner requests the questionnaires of a review or of the end of care. The practitioner is
/// notified. Their answers are read like those of any other assessment. Not of someone who is recorded as dead.
#[utoipa::path(
    operation_id = "requestAssessment", tag = "Assessments", request_body = RequestAssessment,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("assessment.asked")),
        ("x-problems" = json!(["review_not_open", "already_exists", "recorded_as_dead"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Asked.", body = crate::assessment::dto::AssessmentView))
)]
#[post("/v1/practitioners/{id}/assessments")]
pub async fn request_assessment(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RequestAssessment>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let measures = catalogue::measures(form.purpose)?;
    platform
        .write_once(attempt, move |tx| {
            let permit = care_relationship::check_may_act_for(tx, &caller, id)?;
            registration::lock_practitioner(tx, id)?;
            registration::deaths::check_alive(tx, id)?;
            let facts = pathway_facts(tx, id)?;
            rules::may_request(measures, facts, queries::has_open(tx, id, form.purpose)?, tx.now.get())?;
            let assessment = queries::start(tx, id, form.purpose, Some(caller.id))?;
            notifications::notify_assessment_requested(tx, assessment.id, id)?;
            permit.record(tx, "assessment.asked", ("assessment", Some(assessment.id)))?;
            let view = assessment_view(tx, assessment, Reader::Clinician)?;
            Response::created(format!("/v1/assessments/{}", assessment.id), &view)
        })
        .await
}
