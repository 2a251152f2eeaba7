//! First and latest scores of many practitioners at once. Answers that are not submitted do not count.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{DatedScore, scores_of};
use crate::schema::{assessment_answers, assessments};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// The latest and the first score of one practitioner on one questionnaire.
#[derive(Debug, Clone)]
pub struct ScoreChange {
    /// Code of the questionnaire.
    pub questionnaire: String,
    pub latest: DatedScore,
    /// None when it was answered only once.
    pub first: Option<DatedScore>,
}

/// The first and latest scores of each of these practitioners, by questionnaire.
pub fn score_changes(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, Vec<ScoreChange>>> {
    let scored = scores_of(tx, people)?;
    Ok(scored.into_iter().map(|(person, scores)| (person, by_questionnaire(scores))).collect())
}

/// `scores` are ordered oldest first.
fn by_questionnaire(scores: Vec<DatedScore>) -> Vec<ScoreChange> {
    let mut courses: BTreeMap<String, ScoreChange> = BTreeMap::new();
    for scored in scores {
        let questionnaire = scored.questionnaire.clone();
        let course = match courses.remove(&questionnaire) {
            Some(ScoreChange { latest, first, .. }) => {
                ScoreChange { questionnaire: questionnaire.clone(), first: first.or(Some(latest)), latest: scored }
            }
            None => ScoreChange { questionnaire: questionnaire.clone(), latest: scored, first: None },
        };
        courses.insert(questionnaire, course);
    }
    courses.into_values().collect()
}

/// When each of these practitioners last answered each questionnaire.
pub fn last_answered(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<(Id, String), UtcTime>> {
    let rows: Vec<(Id, String, UtcTime)> = assessment_answers::table
        .inner_join(assessments::table)
        .filter(assessments::practitioner_id.eq_any(people.to_vec()))
        .filter(assessments::submitted_at.is_not_null())
        .select((assessments::practitioner_id, assessment_answers::questionnaire, assessment_answers::answered_at))
        .order(assessment_answers::answered_at)
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(person, questionnaire, at)| ((person, questionnaire), at)).collect())
}
