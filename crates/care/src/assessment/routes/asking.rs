//! A clinician asks for the questionnaires again.

use actix_web::post;

use super::{standing, whole};
use crate::assessment::dto::{AskForAssessment, Reader};
use crate::assessment::{catalogue, notices, queries, rules};
use people::Clinician;
use platform::Platform;
use platform::audit;
use platform::error::Result;
use platform::http::{Answer, IdempotencyKey, Json, Path};
use platform::ids::Id;
use scheduling::booking::treating;

/// Ask for questionnaires
///
/// A clinician who treats asks for the questionnaires of a review, or for those at the end. The practitioner is told that
/// questions wait; what they answer is read as any other assessment.
#[utoipa::path(
    operation_id = "askForAssessment", tag = "care", request_body = AskForAssessment,
    extensions(("x-roles" = json!(["clinician"])), ("x-problems" = json!(["review_not_open", "review_exists"]))),
    params(("id" = Id, Path, description = "The practitioner."), ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "Asked.", body = crate::assessment::dto::AssessmentView, headers(("Location" = String, description = "The assessment."))))
)]
#[post("/v1/practitioners/{id}/assessments")]
pub async fn ask_for_assessment(
    caller: Clinician,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<AskForAssessment>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let measures = catalogue::measures(form.purpose)?;
    platform
        .db
        .write(move |conn| {
            key.once(conn, &sealer, caller.id, &form.digest, now, |conn| {
                treating::check_treats(conn, caller.id, id)?;
                let standing = standing(conn, id)?;
                rules::may_ask(measures, standing, queries::has_open(conn, id, form.purpose)?, now.get())?;
                let assessment = queries::start(conn, id, form.purpose, Some(caller.id), now)?;
                notices::asked(conn, assessment.id, id, now)?;
                audit::record(conn, caller.actor(), "assessment.asked", ("assessment", Some(assessment.id)), now)?;
                let view = whole(conn, &sealer, assessment, Reader::Clinician, now)?;
                Answer::created(format!("/v1/assessments/{}", assessment.id), &view)
            })
        })
        .await
}
