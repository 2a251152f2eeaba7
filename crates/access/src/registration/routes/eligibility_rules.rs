//! HTTP handlers of the eligibility rules, which administrators add and end. Earlier decisions stay as they are.

use actix_web::{get, post};

use crate::registration::dto::{CreateEligibilityRule, EligibilityRuleView, EndEligibilityRule};
use crate::registration::model::Rule;
use crate::registration::queries::eligibility_rules as queries;
use crate::registration::queries::eligibility_rules::lock_rule;
use crate::registration::rules;
use people::Administrator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Response};
use platform::ids::Id;

/// List eligibility rules
///
/// The initial rules, later ones, and future ones.
#[utoipa::path(
    operation_id = "listEligibilityRules", tag = "Registration", extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The rules, by priority.", body = Page<EligibilityRuleView>))
)]
#[get("/v1/eligibility-rules")]
pub async fn list_eligibility_rules(_caller: Administrator, paging: Paging<(i32, Id)>, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let rows = queries::list(tx, paging.after, paging.rows())?;
            let page = paging.page(rows, |record| (i32::from(record.rule.order), record.id))?;
            Response::ok(&page.map(EligibilityRuleView::from))
        })
        .await
}

/// Get an eligibility rule
#[utoipa::path(
    operation_id = "getEligibilityRule", tag = "Registration", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The rule.")),
    responses((status = 200, description = "The rule.", body = EligibilityRuleView))
)]
#[get("/v1/eligibility-rules/{id}")]
pub async fn get_eligibility_rule(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    platform.read(move |tx| view(tx, id.0)).await
}

/// Create an eligibility rule
///
/// It decides about registrations from its first day on, today or later. Registered practitioners are not affected, unless they
/// change the facts that the decision depends on.
#[utoipa::path(
    operation_id = "createEligibilityRule", tag = "Registration", request_body = CreateEligibilityRule,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("eligibility_rule.created")),
        ("x-problems" = json!(["already_exists"]))),
    responses((status = 201, description = "Created.", body = EligibilityRuleView))
)]
#[post("/v1/eligibility-rules")]
pub async fn create_eligibility_rule(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateEligibilityRule>,
    platform: Platform,
) -> Result<Response> {
    let rule = form.rule();
    platform
        .write_once(attempt, move |tx| {
            rules::check_rule(&rule, &all_locked(tx)?, tx.now.london_day())?;
            let id = queries::insert(tx, &rule)?;
            audit::record(tx, caller.actor(), "eligibility_rule.created", ("eligibility_rule", Some(id)))?;
            Ok(view(tx, id)?.with_location(format!("/v1/eligibility-rules/{id}")))
        })
        .await
}

/// End an eligibility rule
///
/// After a day, today or later. The rule that applies to everyone else can end only when another one replaces it.
#[utoipa::path(
    operation_id = "endEligibilityRule", tag = "Registration", request_body = EndEligibilityRule,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("eligibility_rule.ended")),
        ("x-problems" = json!(["state_conflict",
        "eligibility_rule_required"]))),
    params(("id" = Id, Path, description = "The rule."), IfMatch),
    responses((status = 200, description = "The rule with its end.", body = EligibilityRuleView))
)]
#[post("/v1/eligibility-rules/{id}/end")]
pub async fn end_eligibility_rule(
    caller: Administrator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<EndEligibilityRule>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let all = all_locked(tx)?;
            let record = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            seen.check(record.version)?;
            rules::check_end(&record.rule, form.valid_until, &all, tx.now.london_day())?;
            queries::end(tx, &record, form.valid_until)?;
            audit::record(tx, caller.actor(), "eligibility_rule.ended", ("eligibility_rule", Some(id)))?;
            view(tx, id)
        })
        .await
}

/// Every rule. Whether one may be created or ended depends on all of them, so changes wait for each other.
fn all_locked(tx: &mut Tx) -> Result<Vec<Rule>> {
    if let Some(first) = queries::oldest_id(tx)? {
        lock_rule(tx, first)?;
    }
    Ok(queries::all(tx)?.into_iter().map(|record| record.rule).collect())
}

fn view(tx: &mut Tx, id: Id) -> Result<Response> {
    let record = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let version = record.version;
    Ok(Response::ok(&EligibilityRuleView::from(record))?.with_version(version))
}
