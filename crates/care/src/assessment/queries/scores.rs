//! Scores without their answers: one practitioner's over time, and the latest of many practitioners. Totals that a clinician
//! entered are listed with those of questionnaires answered here.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::assessment::model::AssessmentPurpose;
use crate::schema::{assessment_answers, assessments, entered_scores};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer, readable_or_none};
use reference::questionnaires::model::Score;

/// Seal place of the score of a questionnaire that was answered here.
pub(super) const SCORE: &str = "assessment_answers.score";
const ENTERED: &str = "entered_scores.score";

/// A score as it is sealed. It contains the code of its questionnaire, so that it cannot be passed off as the score of another
/// questionnaire of the same assessment.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedScore {
    pub(super) questionnaire: String,
    total: u16,
    band: String,
    caseness: bool,
    risk_items: Vec<String>,
    #[serde(default)]
    clusters_met: Option<bool>,
}

impl SealedScore {
    pub(super) fn of(questionnaire: &str, score: &Score) -> Self {
        Self {
            questionnaire: questionnaire.to_owned(),
            total: score.total,
            band: score.band.clone(),
            caseness: score.caseness,
            risk_items: score.risk_items.clone(),
            clusters_met: score.clusters_met,
        }
    }
}

impl From<SealedScore> for Score {
    fn from(sealed: SealedScore) -> Self {
        let SealedScore { total, band, caseness, risk_items, clusters_met, .. } = sealed;
        Self { total, band, caseness, risk: !risk_items.is_empty(), risk_items, clusters_met }
    }
}

/// A practitioner's score on a questionnaire, with its date.
#[derive(Debug, Clone)]
pub struct DatedScore {
    /// Code of the questionnaire.
    pub questionnaire: String,
    /// The version that was answered.
    pub version: u16,
    pub score: Score,
    /// When the questionnaire was answered, or the total entered.
    pub answered_at: UtcTime,
    /// Why it was answered; none for an entered total.
    pub purpose: Option<AssessmentPurpose>,
    /// The assessment that contains the answers; none for an entered total.
    pub assessment: Option<Id>,
}

/// What is known of a score without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreKey {
    /// Code of the questionnaire.
    pub questionnaire: String,
    /// When the questionnaire was answered, or the total entered.
    pub answered_at: UtcTime,
    /// Why it was answered; none for an entered total.
    pub purpose: Option<AssessmentPurpose>,
    /// The assessment that contains the answers; none for an entered total.
    pub assessment: Option<Id>,
}

/// The latest score on a questionnaire.
pub type LatestScore = DatedScore;

struct SealedRow {
    practitioner: Id,
    place: Place,
    purpose: Option<AssessmentPurpose>,
    questionnaire: String,
    version: String,
    score: Vec<u8>,
    answered_at: UtcTime,
}

impl SealedRow {
    fn key(&self) -> ScoreKey {
        ScoreKey {
            questionnaire: self.questionnaire.clone(),
            answered_at: self.answered_at,
            purpose: self.purpose,
            assessment: self.purpose.map(|_| self.place.1),
        }
    }
}

/// The scores of these practitioners, oldest first, still sealed. Answers that are not submitted do not count.
fn sealed_rows(tx: &mut Tx, practitioners: &[Id]) -> Result<Vec<SealedRow>> {
    let mut found = answered_rows(tx, practitioners)?;
    found.extend(entered_rows(tx, practitioners)?);
    found.sort_by(|one, other| (one.answered_at, &one.questionnaire).cmp(&(other.answered_at, &other.questionnaire)));
    Ok(found)
}

fn answered_rows(tx: &mut Tx, practitioners: &[Id]) -> Result<Vec<SealedRow>> {
    type Row = (Id, Id, AssessmentPurpose, String, String, Vec<u8>, UtcTime);
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
        .order((assessment_answers::answered_at, assessments::id))
        .load(tx.conn)?;
    let named = |(practitioner, assessment, purpose, questionnaire, version, score, answered_at): Row| SealedRow {
        practitioner,
        place: Place(SCORE, assessment),
        purpose: Some(purpose),
        questionnaire,
        version,
        score,
        answered_at,
    };
    Ok(rows.into_iter().map(named).collect())
}

fn entered_rows(tx: &mut Tx, practitioners: &[Id]) -> Result<Vec<SealedRow>> {
    type Row = (Id, Id, String, String, Vec<u8>, UtcTime);
    let rows: Vec<Row> = entered_scores::table
        .filter(entered_scores::practitioner_id.eq_any(practitioners.to_vec()))
        .select((
            entered_scores::practitioner_id,
            entered_scores::id,
            entered_scores::questionnaire,
            entered_scores::questionnaire_version,
            entered_scores::score,
            entered_scores::entered_at,
        ))
        .order(entered_scores::id)
        .load(tx.conn)?;
    let named = |(practitioner, id, questionnaire, version, score, answered_at): Row| SealedRow {
        practitioner,
        place: Place(ENTERED, id),
        purpose: None,
        questionnaire,
        version,
        score,
        answered_at,
    };
    Ok(rows.into_iter().map(named).collect())
}

fn unseal(sealer: &Sealer, row: SealedRow) -> Result<DatedScore> {
    let score: SealedScore = sealer.open_json(row.place, &row.score)?;
    if score.questionnaire != row.questionnaire {
        return Err(Error::internal("a stored score belongs to another questionnaire"));
    }
    Ok(DatedScore {
        questionnaire: row.questionnaire,
        version: row.version.parse().map_err(|_| Error::internal("the version of a questionnaire cannot be read"))?,
        score: score.into(),
        answered_at: row.answered_at,
        purpose: row.purpose,
        assessment: row.purpose.map(|_| row.place.1),
    })
}

/// Saves a total that a clinician enters.
pub fn insert_entered_score(
    tx: &mut Tx,
    practitioner: Id,
    by: Id,
    (questionnaire, version): (&str, u16),
    score: &Score,
) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(entered_scores::table)
        .values((
            entered_scores::id.eq(id),
            entered_scores::practitioner_id.eq(practitioner),
            entered_scores::questionnaire.eq(questionnaire),
            entered_scores::questionnaire_version.eq(version.to_string()),
            entered_scores::score.eq(tx.sealer.seal_json(Place(ENTERED, id), &SealedScore::of(questionnaire, score))?),
            entered_scores::entered_by.eq(by),
            entered_scores::entered_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// All scores of a practitioner, oldest first, and what is known of those that cannot be read.
pub fn scores(tx: &mut Tx, practitioner: Id) -> Result<(Vec<DatedScore>, Vec<ScoreKey>)> {
    let (mut found, mut unreadable) = (Vec::new(), Vec::new());
    for row in sealed_rows(tx, &[practitioner])? {
        let key = row.key();
        match readable_or_none(unseal(tx.sealer, row))? {
            Some(score) => found.push(score),
            None => unreadable.push(key),
        }
    }
    Ok((found, unreadable))
}

/// All scores of several practitioners in one query. Practitioners without a score are left out.
///
/// # Errors
/// When a score cannot be read: without it, a danger or a change for the worse could look like none.
pub fn scores_of(tx: &mut Tx, practitioners: &[Id]) -> Result<BTreeMap<Id, Vec<DatedScore>>> {
    if practitioners.is_empty() {
        return Ok(BTreeMap::new());
    }
    sealed_rows(tx, practitioners)?.into_iter().try_fold(BTreeMap::new(), |mut found, row| {
        let practitioner = row.practitioner;
        found.entry(practitioner).or_insert_with(Vec::new).push(unseal(tx.sealer, row)?);
        Ok(found)
    })
}

/// The same for counting: practitioners with a score that cannot be read are left out, and it is logged.
pub fn readable_scores_of(tx: &mut Tx, practitioners: &[Id]) -> Result<BTreeMap<Id, Vec<DatedScore>>> {
    if practitioners.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (mut found, mut damaged) = (BTreeMap::<Id, Vec<DatedScore>>::new(), BTreeSet::new());
    for row in sealed_rows(tx, practitioners)? {
        let practitioner = row.practitioner;
        match readable_or_none(unseal(tx.sealer, row))? {
            Some(score) => found.entry(practitioner).or_default().push(score),
            None => {
                damaged.insert(practitioner);
            }
        }
    }
    found.retain(|practitioner, _| !damaged.contains(practitioner));
    Ok(found)
}

/// The latest score of a practitioner on each questionnaire, by its code. Where that cannot be read, no earlier one is in its place.
pub fn latest_scores(tx: &mut Tx, practitioner: Id) -> Result<Opened<String, LatestScore>> {
    let mut last: BTreeMap<String, SealedRow> = BTreeMap::new();
    for row in sealed_rows(tx, &[practitioner])? {
        last.insert(row.questionnaire.clone(), row);
    }
    Ok(last.into_iter().map(|(questionnaire, row)| (questionnaire, unseal(tx.sealer, row))).collect())
}
