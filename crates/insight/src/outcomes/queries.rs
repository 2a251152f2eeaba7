//! The facts that are counted for one quarter. They are read only when the quarter is counted, never for a request.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::model::{Course, CourseResult, MeasuredScore};
use super::rules;
use crate::disclosure::model::{Dataset, Period, Table};
use care::assessment::model::AssessmentPurpose;
use care::assessment::queries::readable_scores_of;
use care::feedback::model::{FeedbackOpinion, HelpedRating, WellbeingEffect};
use care::feedback::queries::ratings_between;
use people::practitioners::model::Pathway;
use people::practitioners::queries::pathway_changes;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use reference::questionnaires;
use scheduling::booking::queries::lookups;
use scheduling::calendar::model::AppointmentKind;

/// The name of the breakdown of finished courses.
pub const COURSES: &str = "course_result";
/// The category of those who did not answer a question.
const NOT_ANSWERED: &str = "not_answered";
/// How many people one statement looks up.
const BATCH_SIZE: usize = 200;

/// The finished courses that ended in a quarter, by their result. Scores are stored encrypted: they are decrypted here, when the
/// quarter is counted, and only the counts are stored. A course of someone with a damaged score counts as not measured.
pub fn courses(tx: &mut Tx, period: Period) -> Result<Vec<Table<'static>>> {
    let catalogue = questionnaires::catalogue();
    let measure = |code| catalogue.get(code).ok_or_else(|| Error::internal("a measure of recovery is missing"));
    let measures = [measure("phq-9")?, measure("gad-7")?];
    let ended = pathway_changes::entered_between(tx, Pathway::Discharged, period.begins().into(), period.ends().into())?;
    let ended: BTreeSet<Id> = ended.into_iter().collect();
    let mut facts = Vec::new();
    for batch in ended.into_iter().collect::<Vec<_>>().chunks(BATCH_SIZE) {
        let ends = by_person(pathway_changes::times_entered_by(tx, batch, Pathway::Discharged)?);
        let treated = by_person(lookups::attended_by(tx, batch, AppointmentKind::Treatment)?);
        let scores = readable_scores_of(tx, batch)?;
        for person in batch {
            let times = treated.get(person).map_or(&[][..], Vec::as_slice);
            let scores = scores.get(person).map_or(&[][..], Vec::as_slice);
            let measured: Vec<MeasuredScore<'_>> = scores
                .iter()
                .map(|one| MeasuredScore {
                    questionnaire: &one.questionnaire,
                    total: one.score.total,
                    at: one.answered_at.get(),
                    at_the_end: one.purpose == Some(AssessmentPurpose::End),
                })
                .collect();
            let ended = courses_of(ends.get(person).map_or(&[][..], Vec::as_slice), period);
            for course in ended.into_iter().filter(|course| rules::is_finished(*course, times)) {
                facts.push((position_of(CourseResult::ALL, rules::course_result(course, &measures, &measured)), *person));
            }
        }
    }
    let categories = CourseResult::ALL.iter().map(|one| one.as_str()).collect();
    Ok(vec![Table { breakdown: COURSES, categories, facts, sensitive: Dataset::Courses.is_sensitive() }])
}

/// The courses that ended in a period, from the times at which a person's care ended, in order.
fn courses_of(ends: &[DateTime<Utc>], period: Period) -> Vec<Course> {
    let since = std::iter::once(None).chain(ends.iter().copied().map(Some));
    let all = ends.iter().zip(since).map(|(ended_at, since)| Course { previous_ended_at: since, ended_at: *ended_at });
    all.filter(|course| period.begins() <= course.ended_at && course.ended_at < period.ends()).collect()
}

fn by_person(rows: Vec<(Id, UtcTime)>) -> BTreeMap<Id, Vec<DateTime<Utc>>> {
    rows.into_iter().fold(BTreeMap::new(), |mut found, (person, time)| {
        found.entry(person).or_insert_with(Vec::new).push(time.get());
        found
    })
}

fn position_of<T: PartialEq>(all: &[T], one: T) -> usize {
    all.iter().position(|other| *other == one).unwrap_or_default()
}

/// The feedback of a quarter, with one table for each question. Those who did not answer a question have a category of their own,
/// so that all tables are about the same people and their totals reveal nothing by comparison.
pub fn feedback(tx: &mut Tx, period: Period) -> Result<Vec<Table<'static>>> {
    let given = ratings_between(tx, period.begins().into(), period.ends().into())?;
    let table = |breakdown, categories: Vec<&'static str>, facts| Table {
        breakdown,
        categories,
        facts,
        sensitive: Dataset::Feedback.is_sensitive(),
    };
    let opinions = || FeedbackOpinion::ALL.iter().map(|one| one.as_str()).chain([NOT_ANSWERED]).collect();
    let opinion = |answer: Option<FeedbackOpinion>| {
        answer.map_or(FeedbackOpinion::ALL.len(), |answer| position_of(FeedbackOpinion::ALL, answer))
    };
    Ok(vec![
        table(
            "helped",
            HelpedRating::ALL.iter().map(|one| one.as_str()).collect(),
            given.iter().map(|(person, ratings)| (position_of(HelpedRating::ALL, ratings.helped), *person)).collect(),
        ),
        table(
            "wellbeing",
            WellbeingEffect::ALL.iter().map(|one| one.as_str()).collect(),
            given.iter().map(|(person, ratings)| (position_of(WellbeingEffect::ALL, ratings.wellbeing), *person)).collect(),
        ),
        table(
            "would_recommend",
            opinions(),
            given.iter().map(|(person, ratings)| (opinion(ratings.would_recommend), *person)).collect(),
        ),
        table(
            "confidentiality_kept",
            opinions(),
            given.iter().map(|(person, ratings)| (opinion(ratings.confidentiality_kept), *person)).collect(),
        ),
    ])
}
