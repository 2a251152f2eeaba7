//! The course of scores across a person's assessments, for many people at once: what was scored last, and what at first.
//! Answers that were not handed in count for nothing yet.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{SCORE, SealedScore};
use crate::access::questionnaires::model::Score;
use crate::platform::db::Conn;
use crate::platform::db::schema::{assessment_answers, assessments};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{Id, UtcTime};
use crate::platform::seal::{Place, Sealer};

/// A questionnaire as somebody answered it, without the answers.
#[derive(Debug, Clone)]
pub struct Scored {
    /// What the answers come to.
    pub score: Score,
    /// When they were given.
    pub answered_at: UtcTime,
}

/// One questionnaire of one person: the last time that they answered it, and the first.
#[derive(Debug, Clone)]
pub struct Course {
    /// The questionnaire's code.
    pub questionnaire: String,
    /// The last time.
    pub latest: Scored,
    /// The first time; none when it was answered once only.
    pub first: Option<Scored>,
}

/// What each of these people answered, by questionnaire. Only first and last scores are opened.
pub fn courses(conn: &mut Conn, sealer: &Sealer, people: &[Id]) -> Result<BTreeMap<Id, Vec<Course>>> {
    let rows: Vec<(Id, String, Id, Vec<u8>, UtcTime)> = assessment_answers::table
        .inner_join(assessments::table)
        .filter(assessments::practitioner_id.eq_any(people.to_vec()))
        .filter(assessments::submitted_at.is_not_null())
        .select((
            assessments::practitioner_id,
            assessment_answers::questionnaire,
            assessment_answers::assessment_id,
            assessment_answers::score,
            assessment_answers::answered_at,
        ))
        .load(conn)?;
    let mut answered: BTreeMap<(Id, String), Vec<(UtcTime, Id, Vec<u8>)>> = BTreeMap::new();
    for (person, questionnaire, assessment, score, at) in rows {
        answered.entry((person, questionnaire)).or_default().push((at, assessment, score));
    }
    let mut courses: BTreeMap<Id, Vec<Course>> = BTreeMap::new();
    for ((person, questionnaire), mut times) in answered {
        times.sort();
        let (Some(last), first) = (times.pop(), times.into_iter().next()) else { continue };
        let latest = open(sealer, &questionnaire, &last)?;
        let first = first.map(|first| open(sealer, &questionnaire, &first)).transpose()?;
        courses.entry(person).or_default().push(Course { questionnaire, latest, first });
    }
    Ok(courses)
}

fn open(sealer: &Sealer, questionnaire: &str, (at, assessment, sealed): &(UtcTime, Id, Vec<u8>)) -> Result<Scored> {
    let score: SealedScore = sealer.open_json(Place(SCORE, *assessment), sealed)?;
    if score.questionnaire != questionnaire {
        return Err(Error::internal("a score stands under another questionnaire"));
    }
    let risk = !score.risk_items.is_empty();
    let score = Score { total: score.total, band: score.band, caseness: score.caseness, risk, risk_items: score.risk_items };
    Ok(Scored { score, answered_at: *at })
}

/// When each of these people last answered each questionnaire.
pub fn last_answered(conn: &mut Conn, people: &[Id]) -> Result<BTreeMap<(Id, String), UtcTime>> {
    let rows: Vec<(Id, String, UtcTime)> = assessment_answers::table
        .inner_join(assessments::table)
        .filter(assessments::practitioner_id.eq_any(people.to_vec()))
        .filter(assessments::submitted_at.is_not_null())
        .select((assessments::practitioner_id, assessment_answers::questionnaire, assessment_answers::answered_at))
        .order(assessment_answers::answered_at)
        .load(conn)?;
    Ok(rows.into_iter().map(|(person, questionnaire, at)| ((person, questionnaire), at)).collect())
}
