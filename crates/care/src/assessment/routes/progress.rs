//! HTTP handlers of progress: scores over time, and totals of questionnaires answered on paper.

use std::collections::BTreeMap;

use actix_web::{get, post};

use crate::assessment::callers::PractitionerOrClinician;
use crate::assessment::dto::Reader;
use crate::assessment::dto::progress::{Progress, ProgressMeasure, ProgressVerdict, RecordScore, UnreadableScore, has_both_ends};
use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries;
use crate::assessment::queries::{DatedScore, ScoreKey};
use crate::assessment::{catalogue, risks, rules};
use crate::risk::model::RiskEventSource;
use people::Clinician;
use people::practitioners::model::Pathway;
use people::practitioners::queries::pathway_changes;
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};
use reference::questionnaires;
use reference::questionnaires::model::Recovery;
use reference::questionnaires::rules as scoring;
use scheduling::booking::care_relationship;

/// The two questionnaires that decide recovery.
const RECOVERY_MEASURES: [&str; 2] = ["phq-9", "gad-7"];

/// Get a practitioner's progress
///
/// All scores of the current period of care, and the change since its start. Practitioners read their own in plain words;
/// clinicians who treat them also see figures and recovery. A score that is damaged is named in `unreadable`, and no change is calculated
/// without it. Every read is recorded.
#[utoipa::path(
    operation_id = "getProgress", tag = "Assessments",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("progress.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The measures.", body = Progress))
)]
#[get("/v1/practitioners/{id}/progress")]
pub async fn get_progress(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "progress.read", ("practitioner", Some(id)))?;
            Response::ok(&progress(tx, id, Reader::from(&permit))?)
        })
        .await
}

fn progress(tx: &mut Tx, practitioner: Id, reader: Reader) -> Result<Progress> {
    let (scores, unreadable) = current_scores(tx, practitioner)?;
    let mut by_code: BTreeMap<&str, Vec<&DatedScore>> = BTreeMap::new();
    for scored in &scores {
        by_code.entry(&scored.questionnaire).or_default().push(scored);
    }
    let catalogue = questionnaires::catalogue();
    let known = by_code.iter().filter_map(|(code, scores)| catalogue.get(code).map(|definition| (definition, scores)));
    Ok(Progress {
        practitioner_id: practitioner,
        measures: known.map(|(definition, scores)| ProgressMeasure::new(definition, scores, &unreadable, reader)).collect(),
        verdict: verdict(&by_code, &unreadable)?.filter(|_| reader == Reader::Clinician).map(ProgressVerdict::from),
        unreadable: unreadable.into_iter().map(UnreadableScore::from).collect(),
    })
}

/// The scores of the current period of care, or of the last one if care has ended, and those of them that cannot be read.
fn current_scores(tx: &mut Tx, practitioner: Id) -> Result<(Vec<DatedScore>, Vec<ScoreKey>)> {
    let (mut scores, mut unreadable) = queries::scores(tx, practitioner)?;
    let ends: Vec<_> =
        pathway_changes::times_entered(tx, practitioner, Pathway::Discharged)?.into_iter().map(UtcTime::get).collect();
    let readable_times = scores.iter().map(|scored| (scored.purpose, scored.answered_at));
    let all_times = readable_times.chain(unreadable.iter().map(|scored| (scored.purpose, scored.answered_at)));
    let intake = all_times.filter(|(purpose, _)| *purpose == Some(AssessmentPurpose::Intake)).map(|(_, at)| at.get()).max();
    let since = rules::previous_care_end(&ends, intake);
    let days = catalogue::measures(AssessmentPurpose::End)?.days_after_discharge;
    let belongs = |purpose, at: UtcTime| rules::belongs_to_current_care(since, purpose, at.get(), days);
    scores.retain(|scored| belongs(scored.purpose, scored.answered_at));
    unreadable.retain(|scored| belongs(scored.purpose, scored.answered_at));
    Ok((scores, unreadable))
}

fn verdict(by_code: &BTreeMap<&str, Vec<&DatedScore>>, unreadable: &[ScoreKey]) -> Result<Option<Recovery>> {
    let catalogue = questionnaires::catalogue();
    let pair = |code: &&str| match by_code.get(code).map(Vec::as_slice) {
        Some([first, .., last]) if has_both_ends(first, last, unreadable) => {
            catalogue.get(code).map(|definition| (definition, first.score.total, last.score.total))
        }
        _ => None,
    };
    let pairs: Option<Vec<_>> = RECOVERY_MEASURES.iter().map(pair).collect();
    Ok(pairs.map(|pairs| scoring::recovery(&pairs)))
}

/// Record a score taken on paper
///
/// For clinicians who treat the practitioner, and for questionnaires whose licence does not allow showing the questions here. The
/// total counts towards progress. Where a question is about risk, `risk` must be given; if it is true, or the total is severe, a risk
/// alert is raised.
#[utoipa::path(
    operation_id = "recordScore", tag = "Assessments", request_body = RecordScore,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("score.entered"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Saved.", body = Progress))
)]
#[post("/v1/practitioners/{id}/scores")]
pub async fn record_score(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RecordScore>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    let unknown = || {
        let detail = "This questionnaire does not exist. Choose one from the list of questionnaires.";
        Refusal::new(Reason::InvalidBody, detail).field("/questionnaire", "unknown", detail)
    };
    platform
        .write_once(attempt, move |tx| {
            let permit = care_relationship::check_may_act_for(tx, &caller, id)?;
            let definition = questionnaires::catalogue().get(&form.questionnaire).ok_or_else(unknown)?;
            let risk = form.risk.as_ref().map(|risk| *risk.reveal());
            let score = scoring::score_entered_total(definition, *form.total.reveal(), risk)?;
            let of = (definition.code.as_str(), definition.version);
            let entered = queries::insert_entered_score(tx, id, caller.id, of, &score)?;
            permit.record(tx, "score.entered", ("entered_score", Some(entered)))?;
            if let Some(kind) = rules::shown_risk(Some(definition), &score) {
                let risky = score.risk_items.iter().map(|item| (item.as_str(), 1));
                risks::raise(tx, id, kind, RiskEventSource::Score(entered), &definition.code, risky)?;
            }
            let view = progress(tx, id, Reader::Clinician)?;
            Response::created(format!("/v1/practitioners/{id}/progress"), &view)
        })
        .await
}
