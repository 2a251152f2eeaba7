//! The rules of eligibility, which an administrator adds to and ends. What was decided on earlier days stays decided.

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
use platform::http::{Answer, Attempt, IfMatch, Json, Page, Paging, Path};
use platform::ids::Id;

/// List eligibility rules
///
/// Those that the service began with, those since, and those to come.
#[utoipa::path(
    operation_id = "listEligibilityRules", tag = "Registration", extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The rules, by their place.", body = Page<EligibilityRuleView>))
)]
#[get("/v1/eligibility-rules")]
pub async fn list_eligibility_rules(_caller: Administrator, paging: Paging<(i32, Id)>, platform: Platform) -> Result<Answer> {
    platform
        .read(move |tx| {
            let rows = queries::list(tx, paging.after, paging.rows())?;
            let page = paging.page(rows, |kept| (i32::from(kept.rule.order), kept.id))?;
            Answer::ok(&page.map(EligibilityRuleView::from))
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
pub async fn get_eligibility_rule(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    platform.read(move |tx| shown(tx, id.0)).await
}

/// Create an eligibility rule
///
/// It decides on those who register from its first day on, today or later. Nobody who is registered notices, unless they change
/// what the decision rests on.
#[utoipa::path(
    operation_id = "createEligibilityRule", tag = "Registration", request_body = CreateEligibilityRule,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["already_exists"]))),
    responses((status = 201, description = "Made.", body = EligibilityRuleView))
)]
#[post("/v1/eligibility-rules")]
pub async fn make_eligibility_rule(
    caller: Administrator,
    attempt: Attempt,
    form: Json<CreateEligibilityRule>,
    platform: Platform,
) -> Result<Answer> {
    let rule = form.rule();
    platform
        .write_once(attempt, move |tx| {
            rules::check_rule(&rule, &every_locked(tx)?, tx.now.london_day())?;
            let id = queries::insert(tx, &rule)?;
            audit::record(tx, caller.actor(), "eligibility_rule.made", ("eligibility_rule", Some(id)))?;
            Ok(shown(tx, id)?.at(format!("/v1/eligibility-rules/{id}")))
        })
        .await
}

/// End an eligibility rule
///
/// After a day, today or later. The rule that decides on everybody else ends only when another takes over.
#[utoipa::path(
    operation_id = "endEligibilityRule", tag = "Registration", request_body = EndEligibilityRule,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-problems" = json!(["state_conflict",
        "eligibility_rule_needed"]))),
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
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let all = every_locked(tx)?;
            let kept = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            seen.check(kept.version)?;
            rules::check_end(&kept.rule, form.valid_to, &all, tx.now.london_day())?;
            queries::end(tx, &kept, form.valid_to)?;
            audit::record(tx, caller.actor(), "eligibility_rule.ended", ("eligibility_rule", Some(id)))?;
            shown(tx, id)
        })
        .await
}

/// Every rule. What may be made or ended depends on all of them, so administrators take turns.
fn every_locked(tx: &mut Tx) -> Result<Vec<Rule>> {
    if let Some(first) = queries::first(tx)? {
        lock_rule(tx, first)?;
    }
    Ok(queries::all(tx)?.into_iter().map(|kept| kept.rule).collect())
}

fn shown(tx: &mut Tx, id: Id) -> Result<Answer> {
    let kept = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let version = kept.version;
    Ok(Answer::ok(&EligibilityRuleView::from(kept))?.version(version))
}
