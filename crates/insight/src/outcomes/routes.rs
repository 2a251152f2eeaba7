//! HTTP handlers of outcome figures.

use actix_web::get;

use super::dto::OutcomeFigures;
use super::model::{CourseResult, FORMER_NO_CASE_OTHER};
use crate::disclosure::callers::FigureReader;
use crate::disclosure::dto::{FigurePeriod, FigureRate, FigureTable, MonthsQuery};
use crate::disclosure::model::{Dataset, Published};
use crate::disclosure::queries;
use crate::disclosure::rules::percent;
use care::feedback::model::{FeedbackOpinion, HelpedRating, WellbeingEffect};
use platform::Platform;
use platform::error::Result;
use platform::http::{Query, Response};

/// Get outcome figures
///
/// Recovery, reliable recovery, reliable improvement and reliable deterioration of finished courses of care, and feedback, for each
/// quarter. Each quarter is counted once. No figure is about fewer than five people, counts are rounded to five, and hidden counts cannot
/// be calculated from those that are shown.
#[utoipa::path(
    operation_id = "getOutcomeFigures", tag = "Statistics", params(MonthsQuery),
    extensions(("x-roles" = json!(FigureReader::ROLES)), ("x-problems" = json!(["invalid_parameter"]))),
    responses((status = 200, description = "The quarters that have been counted.", body = OutcomeFigures))
)]
#[get("/v1/statistics/outcomes")]
pub async fn get_outcome_figures(_caller: FigureReader, query: Query<MonthsQuery>, platform: Platform) -> Result<Response> {
    let requested = query.0.days(platform.clock.now().london_day())?;
    platform
        .read(move |tx| {
            let mut periods = |dataset, rates: fn(&Published) -> Vec<FigureRate>| -> Result<Vec<FigurePeriod>> {
                let snapshots = queries::snapshots(tx, dataset, requested.from, requested.until)?;
                let show = |table: Published| Some(FigureTable::new(table.clone(), rates(&table)));
                Ok(snapshots.into_iter().map(|snapshot| FigurePeriod::new(snapshot, show)).collect())
            };
            Response::ok(&OutcomeFigures {
                courses: periods(Dataset::Courses, course_rates)?,
                feedback: periods(Dataset::Feedback, feedback_rates)?,
            })
        })
        .await
}

/// Recovery is a share of those who were a case; improvement and deterioration are shares of all who were measured twice, whether or
/// not they were a case at the start or recovered. Deterioration is not known of quarters that were counted in former categories. The
/// targets are half
/// recovered, and for 2026/27 51% reliably recovered and 69% reliably improved
/// (<https://psyreflect.com/en/articles/nhs-talking-therapies-202425>).
fn course_rates(table: &Published) -> Vec<FigureRate> {
    use CourseResult::{
        Deteriorated, Improved, NoCaseDeteriorated, NoCaseImproved, NoCaseUnchanged, NotMeasured, Recovered,
        RecoveredDeteriorated, ReliablyRecovered, Unchanged,
    };
    let values = |all: &[CourseResult]| all.iter().map(|one| one.as_str()).collect::<Vec<_>>();
    let cases = values(&[ReliablyRecovered, Recovered, RecoveredDeteriorated, Improved, Unchanged, Deteriorated]);
    let no_cases = values(&[NoCaseImproved, NoCaseUnchanged, NoCaseDeteriorated]);
    let measured = [cases.clone(), no_cases, vec![FORMER_NO_CASE_OTHER]].concat();
    let counts_everyone = table.cells.iter().any(|(category, _)| category == NoCaseDeteriorated.as_str());
    let deteriorated = [RecoveredDeteriorated, Deteriorated, NoCaseDeteriorated];
    let all = [measured.clone(), values(&[NotMeasured])].concat();
    let share = |part: &[CourseResult], whole: &[&str]| percent(table, &values(part), whole);
    vec![
        FigureRate::new("recovery", share(&[ReliablyRecovered, Recovered, RecoveredDeteriorated], &cases), Some(50)),
        FigureRate::new("reliable_recovery", share(&[ReliablyRecovered], &cases), Some(51)),
        FigureRate::new("reliable_improvement", share(&[ReliablyRecovered, Improved, NoCaseImproved], &measured), Some(69)),
        FigureRate::new("reliable_deterioration", share(&deteriorated, &measured).filter(|_| counts_everyone), None),
        FigureRate::new("measured_twice", percent(table, &measured, &all), None),
    ]
}

/// The two main questions, compared with the first survey of the service that this one is modelled on: 85% answered that it
/// helped, 88% that it had a positive effect.
fn feedback_rates(table: &Published) -> Vec<FigureRate> {
    let all = |values: &[&'static str]| values.to_vec();
    let rate = |name, part: &[&str], whole: &[&str], target| vec![FigureRate::new(name, percent(table, part, whole), target)];
    match table.breakdown.as_str() {
        "helped" => {
            let helped = [HelpedRating::ALot.as_str(), HelpedRating::Somewhat.as_str()];
            let rest = [HelpedRating::NoDifference.as_str(), HelpedRating::Hindered.as_str()];
            rate("helped_to_train_or_work", &helped, &[helped, rest].concat(), Some(85))
        }
        "wellbeing" => {
            let positive = [WellbeingEffect::VeryPositive.as_str(), WellbeingEffect::Positive.as_str()];
            let values = WellbeingEffect::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>();
            rate("positive_effect_on_wellbeing", &positive, &all(&values), Some(88))
        }
        "would_recommend" => rate("would_recommend", &["yes"], &OPINIONS, None),
        "confidentiality_kept" => rate("confidentiality_kept", &["yes"], &OPINIONS, None),
        _ => Vec::new(),
    }
}

const OPINIONS: [&str; 3] = [FeedbackOpinion::Yes.as_str(), FeedbackOpinion::Unsure.as_str(), FeedbackOpinion::No.as_str()];
