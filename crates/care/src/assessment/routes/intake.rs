//! HTTP handlers for starting, answering and submitting an assessment.

use actix_web::{post, put};

use super::{assessment_view, own_assessment, pathway_facts};
use crate::assessment::dto::{AnsweredQuestionnaire, AnswersReceived, CreateAssessmentQuery, Reader, ReplaceAnswers};
use crate::assessment::model::{AssessmentPurpose, ItemAnswer, QuestionnaireAnswers};
use crate::assessment::{catalogue, queries, risks, rules};
use crate::risk::model::RiskEventSource;
use crate::safety_plans::dto::MyCrisisHelp;
use crate::safety_plans::views as safety_plans;
use access::registration::signposting;
use people::Practitioner;
use people::practitioners::queries as registration;
use people::relationships::{self, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, IdempotencyKey, Json, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};
use platform::seal::readable_or_none;
use reference::questionnaires;
use reference::questionnaires::model::Definition;
use reference::questionnaires::rules::score;

/// Start an assessment
///
/// Without a purpose it is an intake. Another intake can be started once a clinician has concluded the previous one. A review can
/// be started at any time during care, the end-of-care assessment during care and up to six weeks after care has ended.
#[utoipa::path(
    operation_id = "startAssessment", tag = "Assessments",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("assessment.started")),
        ("x-problems" = json!(["not_eligible", "already_exists",
        "review_not_open"]))),
    params(CreateAssessmentQuery),
    responses((status = 201, description = "Created.", body = crate::assessment::dto::AssessmentView))
)]
#[post("/v1/assessments")]
pub async fn start_assessment(
    caller: Practitioner,
    key: IdempotencyKey,
    query: Query<CreateAssessmentQuery>,
    platform: Platform,
) -> Result<Response> {
    let purpose = query.0.purpose.unwrap_or(AssessmentPurpose::Intake);
    let measures = catalogue::measures(purpose)?;
    // The purpose distinguishes requests with the same idempotency key, as a body would.
    let mut fingerprint = [0; 32];
    fingerprint[0] = purpose as u8;
    platform
        .write(move |tx| {
            key.once(tx, caller.id, &fingerprint, |tx| {
                let facts = pathway_facts(tx, caller.id)?;
                signposting::with_signposts(tx, caller.id, tx.now.london_day(), |tx| {
                    Ok(rules::may_start(measures, facts, queries::has_open(tx, caller.id, purpose)?, tx.now.get())?)
                })?;
                let assessment = queries::start(tx, caller.id, purpose, None)?;
                let permit = relationships::permit(tx, &caller, caller.id, Purpose::AddToRecord)?;
                permit.record(tx, "assessment.started", ("assessment", Some(assessment.id)))?;
                let view = assessment_view(tx, assessment, Reader::Practitioner)?;
                Response::created(format!("/v1/assessments/{}", assessment.id), &view)
            })
        })
        .await
}

/// Replace the answers to a questionnaire
///
/// Every item that counts needs an answer. Answers can be replaced until the assessment is submitted. If an answer shows risk (such as
/// that about suicide and self-harm in item 9 of the PHQ-9) or the total is severe, the response lists where to get help now, with the
/// safety plan, and the service's staff are alerted at once.
#[utoipa::path(
    operation_id = "replaceAnswers", tag = "Assessments", request_body = ReplaceAnswers,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("assessment.answered")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The assessment."), ("questionnaire" = String, Path, description = "The questionnaire's code.", min_length = 1, max_length = 50)),
    responses((status = 200, description = "Saved.", body = AnswersReceived))
)]
#[put("/v1/assessments/{id}/answers/{questionnaire}")]
pub async fn replace_answers(
    caller: Practitioner,
    path: Path<(Id, String)>,
    form: Json<ReplaceAnswers>,
    platform: Platform,
) -> Result<Response> {
    let (id, code) = path.0;
    let definition =
        questionnaires::catalogue().get(&code).filter(|found| found.entered.is_none()).ok_or_else(Error::not_found)?;
    platform
        .write(move |tx| {
            registration::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let (permit, assessment) = own_assessment(tx, &caller, id)?;
            rules::may_answer(assessment.state)?;
            let given = score_answers(definition, &form, tx.now)?;
            let before = queries::answers(tx, id)?.into_iter().find(|(code, _)| *code == given.questionnaire);
            // Earlier answers that cannot be read count as none: a danger is alerted again rather than not at all.
            let before = before.map(|(_, before)| readable_or_none(before)).transpose()?.flatten();
            queries::save_answers(tx, id, &given)?;
            permit.record(tx, "assessment.answered", ("assessment", Some(id)))?;
            if let Some(kind) = rules::new_risk(definition, before.as_ref(), &given) {
                let risky = given.risky_answers().into_iter().map(|answer| (answer.item.as_str(), answer.value));
                risks::raise(tx, caller.id, kind, RiskEventSource::Assessment(id), &given.questionnaire, risky)?;
            }
            let calls_for_help = definition.calls_for_help(&given.score);
            let help = if calls_for_help { safety_plans::crisis_help(tx, caller.id)? } else { MyCrisisHelp::default() };
            let MyCrisisHelp { crisis_help, safety_plan } = help;
            let answered = AnsweredQuestionnaire::new(given, Some(definition), Reader::Practitioner);
            Response::ok(&AnswersReceived { answered, crisis_help, safety_plan })
        })
        .await
}

fn score_answers(definition: &Definition, form: &ReplaceAnswers, now: UtcTime) -> Result<QuestionnaireAnswers> {
    let pairs: Vec<(&str, i64)> =
        form.answers.iter().map(|answer| (answer.item.as_str(), i64::from(*answer.value.reveal()))).collect();
    let score = score(definition, &pairs)?;
    let answers = form.answers.iter().map(|answer| ItemAnswer { item: answer.item.clone(), value: *answer.value.reveal() });
    Ok(QuestionnaireAnswers {
        questionnaire: definition.code.clone(),
        version: definition.version,
        answers: answers.collect(),
        score,
        answered_at: now.get(),
    })
}

/// Submit an assessment
///
/// PHQ-9 and GAD-7 must be answered, and a questionnaire to which the answers to another one lead: five points on the AUDIT-C lead to
/// the AUDIT. Answers cannot be changed afterwards. After an intake an assessment appointment can be booked; any other assessment is
/// concluded.
#[utoipa::path(
    operation_id = "submitAssessment", tag = "Assessments",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("assessment.submitted")),
        ("x-problems" = json!(["state_conflict", "incomplete",
        "not_eligible", "review_not_open"]))),
    params(("id" = Id, Path, description = "The assessment.")),
    responses((status = 200, description = "Submitted. `crisis_help` lists where to get help now, and `safety_plan` is beside it, if the answers call for it.", body = crate::assessment::dto::AssessmentView))
)]
#[post("/v1/assessments/{id}/submit")]
pub async fn submit_assessment(caller: Practitioner, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let facts = pathway_facts(tx, caller.id)?;
            let (permit, assessment) = own_assessment(tx, &caller, id)?;
            let measures = catalogue::measures(assessment.purpose)?;
            rules::may_answer(assessment.state)?;
            let answered = readable_answers(tx, id)?;
            let known_questionnaires = questionnaires::catalogue();
            let after = rules::submit(assessment.state, measures, facts, &answered, known_questionnaires, tx.now.get())?;
            queries::set_state(tx, id, after.state)?;
            if after.pathway != facts.pathway {
                registration::set_pathway(tx, caller.id, after.pathway)?;
            }
            permit.record(tx, "assessment.submitted", ("assessment", Some(id)))?;
            let (_, assessment) = own_assessment(tx, &caller, id)?;
            Response::ok(&assessment_view(tx, assessment, Reader::Practitioner)?)
        })
        .await
}

/// The answers of an assessment that is to be submitted.
///
/// # Errors
/// [`Reason::IntakeIncomplete`] naming each questionnaire whose answers cannot be read: they may show a danger or lead to another
/// questionnaire, so they are given again first.
fn readable_answers(tx: &mut Tx, assessment: Id) -> Result<Vec<QuestionnaireAnswers>> {
    let (mut answered, mut refusal) = (Vec::new(), Refusal::from(Reason::IntakeIncomplete));
    for (code, one) in queries::answers(tx, assessment)? {
        match readable_or_none(one)? {
            Some(one) => answered.push(one),
            None => {
                let detail = format!("The answers to the questionnaire {code} cannot be read. Answer it again first.");
                refusal = refusal.field(code, "required", detail);
            }
        }
    }
    if refusal.fields.is_empty() { Ok(answered) } else { Err(refusal.into()) }
}
