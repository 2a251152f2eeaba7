//! A step of the scenario: reviews, feedback and figures. So few people have no published figures of their own; those of the
//! months before the scenario are invented counts, published like any others.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::json;

use super::{Users, board_figures};
use crate::care::feedback::model::{FeedbackOpinion, HelpedRating, WellbeingEffect};
use crate::demo::api::text;
use crate::demo::people::Stage;
use crate::demo::scenario::{PractitionerUser, Scenario, by_id};
use crate::insight::activity::model::{AppointmentOutcome, Breakdown, WaitBand};
use crate::insight::commissioning::rules::{publish_funding, publish_registrations};
use crate::insight::disclosure::model::{Dataset, Period, Published, Table};
use crate::insight::disclosure::{queries, rules};
use crate::insight::outcomes::model::CourseResult;
use crate::platform::ids::Id;
use crate::reference::workforce;
use crate::scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// Runs the step.
pub(super) async fn run<S, B>(scenario: &Scenario<'_, S>, users: &Users<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let in_care = users.practitioners.iter().filter(|practitioner| practitioner.profile.stage == Stage::InCare);
    for (number, practitioner) in in_care.enumerate() {
        // Care may have ended in an earlier step.
        let registration = scenario.api.get(&practitioner.person, "/v1/me/registration").await?;
        if text(&registration, "pathway") == "in_care" {
            review(scenario, practitioner, number).await?;
        }
        give_feedback(scenario, users, practitioner, number).await?;
    }
    publish_past_figures(scenario).await
}

/// A review with fewer symptoms than at the start.
async fn review<S, B>(scenario: &Scenario<'_, S>, practitioner: &PractitionerUser<'_>, number: usize) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let person = &practitioner.person;
    let begun = scenario.api.request(Method::POST, "/v1/assessments?purpose=review", Some(person), None).await?;
    let review = format!("/v1/assessments/{}", text(&begun, "id"));
    for (code, prefix, items) in [("phq-9", "phq9", 9), ("gad-7", "gad7", 7)] {
        let value = |place: usize| u8::from(place < items && !(number + place).is_multiple_of(3));
        let answers: Vec<_> =
            (1..=items).map(|place| json!({ "item": format!("{prefix}_{place}"), "value": value(place) })).collect();
        scenario.api.put(person, &format!("{review}/answers/{code}"), json!({ "answers": answers })).await?;
    }
    scenario.api.request(Method::POST, &format!("{review}/submit"), Some(person), None).await?;
    Ok(())
}

/// Feedback on the last appointment; its clinician enters a score that was taken on paper there.
async fn give_feedback<S, B>(
    scenario: &Scenario<'_, S>,
    users: &Users<'_>,
    practitioner: &PractitionerUser<'_>,
    number: usize,
) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let person = &practitioner.person;
    let seen = scenario.api.get(person, "/v1/appointments?state=attended").await?;
    let Some(last) = seen["items"].as_array().and_then(|seen| seen.last()) else { return Ok(()) };
    let reader = if number.is_multiple_of(2) { "clinician" } else { "service" };
    let comment = "I was listened to, and could go on working.";
    let form = json!({ "about": "appointment", "appointment_id": last["id"], "helped": "a_lot", "wellbeing": "positive",
        "would_recommend": "yes", "confidentiality_kept": "yes", "comment": comment, "comment_for": reader });
    scenario.api.post(person, "/v1/feedback", form).await?;
    let clinician = by_id(users.clinicians, &last["clinician_id"])?;
    let score = json!({ "questionnaire": "core-10", "total": 9 + number, "risk": false });
    scenario.api.post(clinician, &format!("/v1/practitioners/{}/scores", person.id), score).await?;
    Ok(())
}

/// The figures of the year before, as they were published then.
async fn publish_past_figures<S, B>(scenario: &Scenario<'_, S>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    scenario
        .write(|tx| {
            for dataset in Dataset::ALL {
                let mut period = dataset.period_of((tx.now - TimeDelta::days(400)).london_day());
                let mut growth = 0;
                while dataset.has_settled(period, tx.now.london_day()) {
                    let published = invented_figures(*dataset, period, growth);
                    queries::store(tx, *dataset, period, &published)?;
                    period = dataset.after(period);
                    growth += 6;
                }
            }
            Ok(())
        })
        .await
}

/// What is published of plausible counts that grow with each period.
fn invented_figures(dataset: Dataset, period: Period, growth: u32) -> Vec<Published> {
    let boards = workforce::catalogue::boards();
    match dataset {
        Dataset::Funding => publish_funding(&board_figures::funding(growth), boards, period),
        Dataset::Registrations => publish_registrations(&board_figures::registrations(growth), boards),
        _ => invented_counts(dataset, growth).iter().map(rules::publish).collect(),
    }
}

/// The tables of the other datasets.
fn invented_counts(dataset: Dataset, growth: u32) -> Vec<Table<'static>> {
    let table = |breakdown: &'static str, categories: Vec<&'static str>, sizes: &[u32]| Table {
        breakdown,
        facts: sizes
            .iter()
            .enumerate()
            .flat_map(|(place, size)| (0..*size).map(move |number| (place, invented_person(place, number))))
            .collect(),
        categories,
        sensitive: dataset.is_sensitive(),
    };
    let waits = || WaitBand::ALL.iter().map(|one| one.as_str()).collect();
    let opinions = || FeedbackOpinion::ALL.iter().map(|one| one.as_str()).chain(["not_answered"]).collect();
    match dataset {
        Dataset::Appointments => vec![
            table(Breakdown::Kind.as_str(), AppointmentKind::ALL.iter().map(|one| one.as_str()).collect(), &[92, 188 + growth]),
            table(
                Breakdown::Mode.as_str(),
                AppointmentMode::ALL.iter().map(|one| one.as_str()).collect(),
                &[74, 61, 145 + growth],
            ),
            table(
                Breakdown::Attendance.as_str(),
                AppointmentOutcome::ALL.iter().map(|one| one.as_str()).collect(),
                &[211 + growth, 16, 7, 19, 21, 6, 0],
            ),
        ],
        Dataset::AssessmentWaits => vec![table(Breakdown::WaitToAssessment.as_str(), waits(), &[71 + growth, 15, 0])],
        Dataset::TreatmentWaits => vec![table(Breakdown::WaitToTreatment.as_str(), waits(), &[46 + growth, 21, 3])],
        Dataset::Courses => vec![table(
            "course_result",
            CourseResult::ALL.iter().map(|one| one.as_str()).collect(),
            &[58 + growth, 7, 14, 19, 6, 9, 11, 13],
        )],
        Dataset::Feedback => vec![
            table("helped", HelpedRating::ALL.iter().map(|one| one.as_str()).collect(), &[71 + growth, 42, 13, 7, 12]),
            table("wellbeing", WellbeingEffect::ALL.iter().map(|one| one.as_str()).collect(), &[66 + growth, 62, 12, 5, 0]),
            table("would_recommend", opinions(), &[118 + growth, 9, 6, 12]),
            table("confidentiality_kept", opinions(), &[127 + growth, 6, 0, 12]),
        ],
        Dataset::Funding | Dataset::Registrations => Vec::new(),
    }
}

/// The id of a person who does not exist.
fn invented_person(place: usize, number: u32) -> Id {
    Id(uuid::Uuid::from_u128(place as u128 * 100_000 + u128::from(number)))
}
