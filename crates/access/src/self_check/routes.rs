//! HTTP handlers of the self-check. It does not ask who the person is, and stores nothing about them.

use actix_web::web::Data;
use actix_web::{HttpRequest, get, post};

use super::catalogue::offered;
use super::dto::{CreateSelfCheck, NOTE, SelfCheckBand, SelfCheckResults};
use super::model::{CheckResult, GivenAnswers};
use super::{queries, rules};
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Page, Paging, Response};
use platform::throttle::Throttle;
use reference::questionnaires::dto::Questionnaire;
use reference::signposts::model::{Seeker, SignpostNeed};
use reference::signposts::rules::seeker_in_area;
use reference::{questionnaires, signposts, workforce};

/// List the self-check questionnaires
///
/// Short questionnaires that anyone may answer, with their items and answers.
#[utoipa::path(
    operation_id = "listSelfCheckQuestionnaires", tag = "Self-check", security(()),
    responses((status = 200, description = "The questionnaires, in the order in which they are offered.", body = Page<Questionnaire>))
)]
#[get("/v1/self-checks/questionnaires")]
pub async fn list_self_check_questionnaires(paging: Paging<usize>) -> Result<Response> {
    let catalogue = questionnaires::catalogue();
    let rows = offered().iter().enumerate().skip(paging.after.map_or(0, |place| place + 1));
    let rows = rows.filter_map(|(place, offered)| Some((place, catalogue.get(&offered.code)?))).collect();
    let page = paging.page(rows, |(place, _)| *place)?;
    Response::ok(&page.map(|(_, definition)| Questionnaire::from(definition)))
}

/// Create a self-check
///
/// Without an account. The result says in plain words what the answers indicate, and where there is help. If an answer shows that life may
/// be in danger, or a total is severe, it starts with where to get help now, such as 999. No one is alerted, because the answers are
/// anonymous. Only the answers and the day are stored, and deleted unless the person moves them into a record with the code.
#[utoipa::path(
    operation_id = "createSelfCheck", tag = "Self-check", security(()), request_body = CreateSelfCheck,
    responses((status = 201, description = "The results.", body = SelfCheckResults))
)]
#[post("/v1/self-checks")]
pub async fn create_self_check(
    form: Json<CreateSelfCheck>,
    attempt: Attempt,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    throttle.secret(&request, None)?;
    let today = platform.clock.now().london_day();
    let (catalogue, offered) = (questionnaires::catalogue(), offered());
    let results = rules::results(catalogue, offered, form.questionnaires.iter().map(GivenAnswers::from).collect())?;
    let expires_on = rules::expires_on(today, platform.policy.self_check_days);
    let band = |result: &CheckResult| SelfCheckBand::new(result, catalogue.get(&result.questionnaire)?, offered);
    platform
        .write_once(attempt, move |tx| {
            let place = seeker_in_area(&workforce::boards_or_shipped(tx, today)?, form.region, form.icb_code.as_deref(), today);
            let seeker = Seeker { profession: form.profession, nation: form.nation.or(place.nation), ..place };
            let crisis: &[SignpostNeed] = if rules::calls_for_help(catalogue, &results) { &[SignpostNeed::Crisis] } else { &[] };
            let view = SelfCheckResults {
                crisis_help: signposts::for_seeker(tx, crisis, &seeker, today)?,
                results: results.iter().filter_map(band).collect(),
                note: NOTE.to_owned(),
                signposts: signposts::for_seeker(tx, &rules::needs(offered, &results), &seeker, today)?,
                code: queries::insert(tx, &results, today, expires_on)?.into_revealed(),
                answered_on: today,
                expires_on,
            };
            Response::created("/v1/me/self-checks", &view)
        })
        .await
}
