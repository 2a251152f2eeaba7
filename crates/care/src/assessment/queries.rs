//! Database queries about assessments, their answers and their outcomes.

mod outcomes;
pub mod score_changes;
mod scores;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use crate::assessment::queries::outcomes::{
    OUTCOME, Outcome, OutcomeDetails, insert_outcome, outcome_of_appointment, outcomes,
};
pub use crate::assessment::queries::scores::{
    DatedScore, LatestScore, ScoreKey, insert_entered_score, latest_scores, readable_scores_of, scores, scores_of,
};

use scores::{SCORE, SealedScore};

use super::model::{AssessmentPurpose, AssessmentState, ItemAnswer, QuestionnaireAnswers};
use crate::schema::{assessment_answers, assessments};
use people::relationships::Protected;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const ANSWERS: &str = "assessment_answers.answers";

#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = assessments)]
pub struct Assessment {
    pub id: Id,
    pub practitioner_id: Id,
    pub state: AssessmentState,
    pub started_at: UtcTime,
    /// When the answers were submitted.
    pub submitted_at: Option<UtcTime>,
    /// When it was concluded.
    pub concluded_at: Option<UtcTime>,
    pub purpose: AssessmentPurpose,
    /// The clinician who requested it.
    pub requested_by: Option<Id>,
}

/// Starts an assessment. `requested_by` is the clinician who requested it, if one did.
pub fn start(tx: &mut Tx, practitioner: Id, purpose: AssessmentPurpose, requested_by: Option<Id>) -> Result<Assessment> {
    let id = Id::new(tx.now);
    diesel::insert_into(assessments::table)
        .values((
            assessments::id.eq(id),
            assessments::practitioner_id.eq(practitioner),
            assessments::state.eq(AssessmentState::Draft),
            assessments::started_at.eq(tx.now),
            assessments::version.eq(1),
            assessments::purpose.eq(purpose),
            assessments::requested_by.eq(requested_by),
        ))
        .execute(tx.conn)?;
    Ok(Assessment {
        id,
        practitioner_id: practitioner,
        state: AssessmentState::Draft,
        started_at: tx.now,
        submitted_at: None,
        concluded_at: None,
        purpose,
        requested_by,
    })
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<Assessment>>> {
    let found: Option<Assessment> = assessments::table.find(id).select(Assessment::as_select()).get_result(tx.conn).optional()?;
    Ok(found.map(|assessment| Protected::new(assessment.practitioner_id, assessment)))
}

/// Whether this practitioner has an assessment for this purpose that is not concluded.
pub fn has_open(tx: &mut Tx, practitioner: Id, purpose: AssessmentPurpose) -> Result<bool> {
    let open = assessments::table
        .filter(assessments::practitioner_id.eq(practitioner))
        .filter(assessments::purpose.eq(purpose))
        .filter(assessments::state.ne(AssessmentState::Concluded))
        .select(assessments::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(open.is_some())
}

/// A practitioner's assessments, newest first; `purpose` limits them to one purpose.
pub fn list(
    tx: &mut Tx,
    practitioner: Id,
    purpose: Option<AssessmentPurpose>,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Assessment>> {
    let mut query =
        assessments::table.filter(assessments::practitioner_id.eq(practitioner)).select(Assessment::as_select()).into_boxed();
    if let Some(purpose) = purpose {
        query = query.filter(assessments::purpose.eq(purpose));
    }
    if let Some(before) = before {
        query = query.filter(assessments::id.lt(before));
    }
    Ok(query.order(assessments::id.desc()).limit(limit).load(tx.conn)?)
}

/// Deletes a practitioner's assessments without answers; returns how many.
pub fn delete_unanswered(tx: &mut Tx, practitioner: Id) -> Result<usize> {
    let answered = assessment_answers::table.select(assessment_answers::assessment_id);
    let empty = assessments::table
        .filter(assessments::practitioner_id.eq(practitioner))
        .filter(assessments::state.eq(AssessmentState::Draft))
        .filter(assessments::id.ne_all(answered));
    Ok(diesel::delete(empty).execute(tx.conn)?)
}

/// Changes the state of an assessment and records the time. One that is concluded without an outcome is submitted at the same
/// time.
pub fn set_state(tx: &mut Tx, id: Id, state: AssessmentState) -> Result<()> {
    diesel::update(assessments::table.find(id))
        .set((assessments::state.eq(state), assessments::version.eq(assessments::version + 1)))
        .execute(tx.conn)?;
    match state {
        AssessmentState::Draft => {}
        AssessmentState::Submitted => {
            diesel::update(assessments::table.find(id)).set(assessments::submitted_at.eq(Some(tx.now))).execute(tx.conn)?;
        }
        AssessmentState::Concluded => {
            diesel::update(assessments::table.find(id)).set(assessments::concluded_at.eq(Some(tx.now))).execute(tx.conn)?;
            diesel::update(assessments::table.find(id).filter(assessments::submitted_at.is_null()))
                .set(assessments::submitted_at.eq(Some(tx.now)))
                .execute(tx.conn)?;
        }
    }
    Ok(())
}

/// The codes of the answered questionnaires.
pub fn answered_codes(tx: &mut Tx, assessment: Id) -> Result<Vec<String>> {
    Ok(assessment_answers::table
        .filter(assessment_answers::assessment_id.eq(assessment))
        .select(assessment_answers::questionnaire)
        .order(assessment_answers::questionnaire)
        .load(tx.conn)?)
}

// Answers and score are sealed for their assessment. Each contains the code of its questionnaire, so that it cannot be passed
// off as that of another questionnaire of the same assessment.
#[derive(Serialize, Deserialize)]
struct SealedAnswers {
    questionnaire: String,
    answers: Vec<ItemAnswer>,
}

/// Saves the answers to one questionnaire, replacing earlier ones.
pub fn save_answers(tx: &mut Tx, assessment: Id, given: &QuestionnaireAnswers) -> Result<()> {
    let questionnaire = given.questionnaire.clone();
    let answers = SealedAnswers { questionnaire: questionnaire.clone(), answers: given.answers.clone() };
    let score = SealedScore::of(&questionnaire, &given.score);
    diesel::delete(assessment_answers::table.find((assessment, &questionnaire))).execute(tx.conn)?;
    diesel::insert_into(assessment_answers::table)
        .values((
            assessment_answers::assessment_id.eq(assessment),
            assessment_answers::questionnaire.eq(questionnaire),
            assessment_answers::questionnaire_version.eq(given.version.to_string()),
            assessment_answers::answers.eq(tx.sealer.seal_json(Place(ANSWERS, assessment), &answers)?),
            assessment_answers::score.eq(tx.sealer.seal_json(Place(SCORE, assessment), &score)?),
            assessment_answers::answered_at.eq(UtcTime::from(given.answered_at)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type AnswersRow = (String, String, Vec<u8>, Vec<u8>, UtcTime);

/// All answers of an assessment, by the code of their questionnaire.
pub fn answers(tx: &mut Tx, assessment: Id) -> Result<Opened<String, QuestionnaireAnswers>> {
    let rows: Vec<AnswersRow> = assessment_answers::table
        .filter(assessment_answers::assessment_id.eq(assessment))
        .select((
            assessment_answers::questionnaire,
            assessment_answers::questionnaire_version,
            assessment_answers::answers,
            assessment_answers::score,
            assessment_answers::answered_at,
        ))
        .order(assessment_answers::questionnaire)
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.0.clone(), unseal(tx.sealer, assessment, row))).collect())
}

fn unseal(sealer: &Sealer, assessment: Id, row: AnswersRow) -> Result<QuestionnaireAnswers> {
    let (questionnaire, version, answers, score, answered_at) = row;
    let answers: SealedAnswers = sealer.open_json(Place(ANSWERS, assessment), &answers)?;
    let score: SealedScore = sealer.open_json(Place(SCORE, assessment), &score)?;
    if answers.questionnaire != questionnaire || score.questionnaire != questionnaire {
        return Err(Error::internal("stored answers belong to another questionnaire"));
    }
    Ok(QuestionnaireAnswers {
        questionnaire,
        version: version.parse().map_err(|_| Error::internal("the version of a questionnaire cannot be read"))?,
        answers: answers.answers,
        score: score.into(),
        answered_at: answered_at.get(),
    })
}
