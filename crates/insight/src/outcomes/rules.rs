//! When a course of care counts as finished, and its result.

use chrono::{DateTime, Utc};

use super::model::{Course, CourseResult, MeasuredScore};
use platform::clock::days_later;
use reference::questionnaires::model::Definition;
use reference::questionnaires::rules::recovery;

/// How many treatment appointments a person must have attended for their course to count as finished: two
/// (<https://fingertips.phe.org.uk/profile/common-mental-disorders/supporting-information/Glossary>).
pub const ATTENDED_TREATMENTS: usize = 2;

/// For how many days after care has ended the last questionnaires belong to the course. They may be answered for the same time.
pub const ANSWERED_WITHIN_DAYS: i64 = 42;

/// Whether a course counts as finished: it ended after at least two attended treatment appointments.
pub fn is_finished(course: Course, treatments: &[DateTime<Utc>]) -> bool {
    let attended =
        treatments.iter().filter(|at| course.previous_ended_at.is_none_or(|since| **at > since) && **at <= course.ended_at);
    attended.count() >= ATTENDED_TREATMENTS
}

/// The result of a course, by its first and last score on each measure: those after the previous course until some weeks after
/// its end. Without two scores on every measure it is [`CourseResult::NotMeasured`].
///
/// Recovery, reliable change and their targets are those of NHS Talking Therapies; see [`recovery`].
pub fn course_result(course: Course, measures: &[&Definition], scores: &[MeasuredScore<'_>]) -> CourseResult {
    let is_by = |score: &MeasuredScore<'_>, end: DateTime<Utc>| {
        score.at <= if score.at_the_end { days_later(end, ANSWERED_WITHIN_DAYS) } else { end }
    };
    let belongs = |score: &&MeasuredScore<'_>| {
        course.previous_ended_at.is_none_or(|since| !is_by(score, since)) && is_by(score, course.ended_at)
    };
    let paired = |definition: &&'_ Definition| {
        let mut own: Vec<_> = scores.iter().filter(belongs).filter(|score| score.questionnaire == definition.code).collect();
        own.sort_by_key(|score| score.at);
        match own.as_slice() {
            [first, .., last] => Some((first.total, last.total)),
            _ => None,
        }
    };
    let pairs: Option<Vec<_>> =
        measures.iter().map(|definition| paired(definition).map(|(first, last)| (*definition, first, last))).collect();
    let Some(pairs) = pairs else { return CourseResult::NotMeasured };
    let found = recovery(&pairs);
    match (found.case_at_start, found.recovered) {
        (true, true) if found.reliably_recovered => CourseResult::ReliablyRecovered,
        (true, true) if found.reliably_deteriorated => CourseResult::RecoveredDeteriorated,
        (true, true) => CourseResult::Recovered,
        (true, false) if found.reliably_improved => CourseResult::Improved,
        (true, false) if found.reliably_deteriorated => CourseResult::Deteriorated,
        (true, false) => CourseResult::Unchanged,
        (false, _) if found.reliably_improved => CourseResult::NoCaseImproved,
        (false, _) if found.reliably_deteriorated => CourseResult::NoCaseDeteriorated,
        (false, _) => CourseResult::NoCaseUnchanged,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use reference::questionnaires::catalogue;

    fn day(number: i64) -> DateTime<Utc> {
        "2027-01-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(number)
    }

    /// <https://fingertips.phe.org.uk/profile/common-mental-disorders/supporting-information/Glossary>
    #[test]
    fn a_course_is_finished_after_two_attended_treatments() {
        let course = Course { previous_ended_at: Some(day(0)), ended_at: day(100) };
        for (name, treatments, expected) in [
            ("none", vec![], false),
            ("one", vec![day(10)], false),
            ("two", vec![day(10), day(100)], true),
            ("one of the previous course", vec![day(0), day(10)], false),
            ("one afterwards", vec![day(10), day(101)], false),
        ] {
            assert_eq!(is_finished(course, &treatments), expected, "{name}");
        }
        assert!(is_finished(Course { previous_ended_at: None, ..course }, &[day(-50), day(0)]));
    }

    /// Caseness 10 and 8, reliable change 6 and 4: NHS Talking Therapies, as cited where recovery is defined.
    #[test]
    fn every_course_has_one_result() {
        use CourseResult::{
            Deteriorated, Improved, NoCaseDeteriorated, NoCaseImproved, NoCaseUnchanged, NotMeasured, Recovered,
            RecoveredDeteriorated, ReliablyRecovered, Unchanged,
        };
        let catalogue = catalogue();
        let measures = [catalogue.get("phq-9").unwrap(), catalogue.get("gad-7").unwrap()];
        let course = Course { previous_ended_at: None, ended_at: day(100) };
        for (name, phq, gad, expected) in [
            ("case on both, well at the end", (18, 6), (14, 5), ReliablyRecovered),
            ("just below the thresholds", (10, 9), (8, 7), Recovered),
            ("well on one, worse on the other", (16, 3), (3, 7), RecoveredDeteriorated),
            ("still a case, much better", (24, 12), (8, 8), Improved),
            ("still a case, the same", (15, 13), (9, 9), Unchanged),
            ("worse", (12, 20), (9, 9), Deteriorated),
            ("no case, better", (9, 2), (7, 7), NoCaseImproved),
            ("no case, the same", (4, 4), (3, 3), NoCaseUnchanged),
            ("no case, worse and a case at the end", (4, 12), (3, 3), NoCaseDeteriorated),
            ("no case, worse and still none", (1, 7), (3, 3), NoCaseDeteriorated),
            ("no case, better on one, worse on the other", (9, 3), (2, 6), NoCaseDeteriorated),
        ] {
            let score = |questionnaire, total, at| MeasuredScore { questionnaire, total, at: day(at), at_the_end: at > 100 };
            let scores = [
                score("gad-7", gad.1, 90),
                score("phq-9", phq.1, 142),
                score("phq-9", phq.0, 1),
                score("gad-7", gad.0, 1),
                score("phq-9", 27, 50),
                score("core-10", 40, 95),
                score("phq-9", 27, 143),
            ];
            assert_eq!(course_result(course, &measures, &scores), expected, "{name}");
            assert_eq!(course_result(course, &measures, &scores[1..4]), NotMeasured, "{name}: one anxiety score only");
            let again = Course { previous_ended_at: Some(day(1)), ended_at: day(100) };
            assert_eq!(
                course_result(again, &measures, &scores),
                NotMeasured,
                "{name}: the first scores belong to the previous course"
            );
        }
    }
}
