//! Scores without their answers: one person's over time, and the latest of a page of people.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{SCORE, SealedScore};
use crate::access::questionnaires::model::Score;
use crate::care::assessment::model::Purpose;
use crate::platform::db::Conn;
use crate::platform::db::schema::{assessment_answers, assessments};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{Id, UtcTime};
use crate::platform::seal::{Place, Sealer};

/// What somebody scored, and when.
#[derive(Debug, Clone)]
pub struct Scored {
    /// The questionnaire's code.
    pub questionnaire: String,
    /// The version that was answered.
    pub version: u16,
    /// What the answers came to.
    pub score: Score,
    /// When they were given.
    pub answered_at: UtcTime,
    /// What they were given for.
    pub purpose: Purpose,
    /// The assessment that holds them.
    pub assessment: Id,
}

/// The last score on one questionnaire.
pub type LatestScore = Scored;

struct Sealed {
    practitioner: Id,
    assessment: Id,
    purpose: Purpose,
    questionnaire: String,
    version: String,
    score: Vec<u8>,
    answered_at: UtcTime,
}

/// The scores of these practitioners, the oldest first, still sealed. Answers that were not handed in count for nothing yet.
fn sealed(conn: &mut Conn, practitioners: &[Id]) -> Result<Vec<Sealed>> {
    type Row = (Id, Id, Purpose, String, String, Vec<u8>, UtcTime);
    let rows: Vec<Row> = assessments::table
        .inner_join(assessment_answers::table)
        .filter(assessments::practitioner_id.eq_any(practitioners.to_vec()))
        .filter(assessments::submitted_at.is_not_null())
        .select((
            assessments::practitioner_id,
            assessments::id,
            assessments::purpose,
            assessment_answers::questionnaire,
            assessment_answers::questionnaire_version,
            assessment_answers::score,
            assessment_answers::answered_at,
        ))
        .order((assessment_answers::answered_at, assessments::id, assessment_answers::questionnaire))
        .load(conn)?;
    let named = |(practitioner, assessment, purpose, questionnaire, version, score, answered_at)| Sealed {
        practitioner,
        assessment,
        purpose,
        questionnaire,
        version,
        score,
        answered_at,
    };
    Ok(rows.into_iter().map(named).collect())
}

fn unseal(sealer: &Sealer, row: Sealed) -> Result<Scored> {
    let score: SealedScore = sealer.open_json(Place(SCORE, row.assessment), &row.score)?;
    if score.questionnaire != row.questionnaire {
        return Err(Error::internal("a score stands under another questionnaire"));
    }
    Ok(Scored {
        questionnaire: row.questionnaire,
        version: row.version.parse().map_err(|_| Error::internal("a questionnaire's version cannot be read"))?,
        score: score.into(),
        answered_at: row.answered_at,
        purpose: row.purpose,
        assessment: row.assessment,
    })
}

/// Everything a practitioner scored, the oldest first.
pub fn scores(conn: &mut Conn, sealer: &Sealer, practitioner: Id) -> Result<Vec<Scored>> {
    sealed(conn, &[practitioner])?.into_iter().map(|row| unseal(sealer, row)).collect()
}

/// The last score of a practitioner on each questionnaire, by its code.
pub fn latest_scores(conn: &mut Conn, sealer: &Sealer, practitioner: Id) -> Result<Vec<LatestScore>> {
    Ok(latest_scores_of(conn, sealer, &[practitioner])?.remove(&practitioner).unwrap_or_default())
}

/// The same for a page of practitioners, in one statement. Whoever scored nothing yet is not in it.
pub fn latest_scores_of(conn: &mut Conn, sealer: &Sealer, practitioners: &[Id]) -> Result<BTreeMap<Id, Vec<LatestScore>>> {
    if practitioners.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut last: BTreeMap<(Id, String), Sealed> = BTreeMap::new();
    for row in sealed(conn, practitioners)? {
        last.insert((row.practitioner, row.questionnaire.clone()), row);
    }
    let mut found: BTreeMap<Id, Vec<LatestScore>> = BTreeMap::new();
    for ((practitioner, _), row) in last {
        found.entry(practitioner).or_default().push(unseal(sealer, row)?);
    }
    Ok(found)
}
