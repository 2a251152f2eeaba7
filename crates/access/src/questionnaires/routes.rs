//! HTTP handlers of the questionnaires.

use actix_web::get;

use people::Anyone;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, Response};
use reference::questionnaires::catalogue;
use reference::questionnaires::dto::Questionnaire;

/// List questionnaires
#[utoipa::path(
    operation_id = "listQuestionnaires", tag = "Assessments", extensions(("x-roles" = json!(Anyone::ROLES))),
    responses((status = 200, description = "The questionnaires, by code.", body = Page<Questionnaire>))
)]
#[get("/v1/questionnaires")]
pub async fn list_questionnaires(_caller: Anyone, paging: Paging<String>) -> Result<Response> {
    let mut rows: Vec<_> =
        catalogue().all().iter().filter(|row| paging.after.as_ref().is_none_or(|after| row.code > *after)).collect();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let page = paging.page(rows, |definition| definition.code.clone())?;
    Response::ok(&page.map(Questionnaire::from))
}

/// Get a questionnaire
#[utoipa::path(
    operation_id = "getQuestionnaire", tag = "Assessments", extensions(("x-roles" = json!(Anyone::ROLES))),
    params(("code" = String, Path, description = "The questionnaire's code, such as `phq-9`.", min_length = 1, max_length = 50)),
    responses((status = 200, description = "The questionnaire with its items, answers, bands and thresholds.", body = Questionnaire))
)]
#[get("/v1/questionnaires/{code}")]
pub async fn get_questionnaire(_caller: Anyone, code: Path<String>) -> Result<Response> {
    let definition = catalogue().get(&code.0).ok_or_else(Error::not_found)?;
    Response::ok(&Questionnaire::from(definition))
}
