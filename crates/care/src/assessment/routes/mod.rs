//! HTTP handlers of assessments and progress.

pub mod intake;
pub mod progress;
pub mod reading;
pub mod requests;
pub mod self_checks;

use super::dto::self_checks::PriorResult;
use super::dto::{AnsweredQuestionnaire, AssessmentOutcomeView, AssessmentView, Reader, UnreadableParts};
use super::model::{AssessmentPurpose, AssessmentState, PathwayFacts, QuestionnaireAnswers};
use super::queries::{self, Assessment};
use super::{catalogue, rules};
use crate::safety_plans::dto::MyCrisisHelp;
use crate::safety_plans::views as safety_plans;
use access::self_check::queries as taken_over;
use people::Practitioner;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::practitioners::queries::pathway_changes;
use people::relationships::{Permit, PermitExt, Purpose};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{readable, readable_or_none};
use reference::{questionnaires, signposts};

/// The assessment, if it belongs to this practitioner.
fn own_assessment(tx: &mut Tx, practitioner: &Practitioner, id: Id) -> Result<(Permit, Assessment)> {
    queries::find(tx, id)?.permit(tx, practitioner, Purpose::AddToRecord)
}

/// What starting and submitting depend on. Locks the practitioner's row.
fn pathway_facts(tx: &mut Tx, practitioner: Id) -> Result<PathwayFacts> {
    let pathway = registration::lock_practitioner(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let discharged_at = match pathway {
        Pathway::Discharged => pathway_changes::last_entered(tx, practitioner, pathway)?.map(|(_, at)| at.get()),
        _ => None,
    };
    Ok(PathwayFacts { pathway, discharged_at })
}

/// An assessment with everything that this reader may see.
fn assessment_view(tx: &mut Tx, assessment: Assessment, reader: Reader) -> Result<AssessmentView> {
    let known = questionnaires::catalogue();
    let (mut answered, mut unreadable) = (Vec::new(), UnreadableParts::default());
    for (code, one) in queries::answers(tx, assessment.id)? {
        match readable_or_none(one)? {
            Some(one) => answered.push(one),
            None => unreadable.questionnaires.push(code),
        }
    }
    let measures = catalogue::measures(assessment.purpose)?;
    // What was submitted before a total led to another questionnaire is complete.
    let counted = if assessment.state == AssessmentState::Draft { answered.as_slice() } else { &[] };
    let required: Vec<String> = rules::required(measures, counted, known).into_iter().map(str::to_owned).collect();
    let calls_for_help =
        |answered: &QuestionnaireAnswers| rules::shown_risk(known.get(&answered.questionnaire), &answered.score).is_some();
    // What cannot be read may show a danger.
    let may_need_help = answered.iter().any(calls_for_help) || !unreadable.questionnaires.is_empty();
    let help = if may_need_help && reader == Reader::Practitioner {
        safety_plans::crisis_help(tx, assessment.practitioner_id)?
    } else {
        MyCrisisHelp::default()
    };
    let answered = answered.into_iter().map(|answered| {
        let definition = known.get(&answered.questionnaire);
        AnsweredQuestionnaire::new(answered, definition, reader)
    });
    let answered = answered.collect();
    let (prior_results, self_checks) = prior_results(tx, &assessment, reader)?;
    unreadable.self_checks = self_checks;
    let (outcomes, damaged_outcomes) = readable(queries::outcomes(tx, assessment.id)?.into_iter().map(|(_, outcome)| outcome))?;
    unreadable.outcomes = damaged_outcomes;
    let outcomes = outcomes
        .into_iter()
        .map(|outcome| {
            let signposts = signposts::by_ids(tx, &outcome.details.signpost_ids)?;
            Ok(AssessmentOutcomeView::new(outcome, signposts, reader))
        })
        .collect::<Result<_>>()?;
    Ok(AssessmentView::new(assessment, &required, answered, prior_results, outcomes, help, unreadable))
}

/// How many self-checks are searched for prior results.
const MAX_SELF_CHECKS: i64 = 10;

/// The results of earlier self-checks that the practitioner added to their record, for an intake, and the ids of
/// the self-checks that cannot be read.
fn prior_results(tx: &mut Tx, assessment: &Assessment, reader: Reader) -> Result<(Vec<PriorResult>, Vec<Id>)> {
    if assessment.purpose != AssessmentPurpose::Intake {
        return Ok((Vec::new(), Vec::new()));
    }
    let (known, required) = (questionnaires::catalogue(), &catalogue::measures(assessment.purpose)?.required);
    let (began_on, submitted_on) = (assessment.started_at.london_day(), assessment.submitted_at.map(UtcTime::london_day));
    let mut found = Vec::new();
    let claimed = taken_over::claimed_by(tx, assessment.practitioner_id, None, MAX_SELF_CHECKS)?;
    let (claimed, unreadable) = readable(claimed.into_iter().map(|(_, taken)| taken))?;
    for taken in claimed {
        if !rules::is_prior_result(taken.taken_on, began_on, submitted_on) {
            continue;
        }
        let reusable = assessment.state == AssessmentState::Draft && rules::is_reusable(taken.taken_on, tx.now.london_day());
        for result in taken.results {
            let same = known.get(&result.questionnaire).is_some_and(|definition| definition.version == result.version);
            let again = reusable && same && required.contains(&result.questionnaire);
            found.push(PriorResult::new(taken.id, taken.taken_on, result, again, known, reader));
        }
    }
    Ok((found, unreadable))
}
