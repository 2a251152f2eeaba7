//! HTTP handlers of self-checks that a practitioner adds to their record. A self-check is a prior result, never an intake.

use actix_web::{get, post};

use crate::assessment::callers::PractitionerOrClinician;
use crate::assessment::dto::Reader;
use crate::assessment::dto::self_checks::{ClaimSelfCheck, ClaimedSelfCheck, SelfCheckClaimResult};
use crate::assessment::{risks, rules};
use crate::risk::model::RiskEventSource;
use crate::safety_plans::dto::MyCrisisHelp;
use crate::safety_plans::views as safety_plans;
use access::self_check::model::ClaimedCheck;
use access::self_check::queries as self_checks;
use people::Practitioner;
use people::practitioners::queries as registration;
use people::relationships::{self, Purpose};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use reference::questionnaires;
use scheduling::booking::care_relationship;

/// Claim a self-check for my record
///
/// Needs the code that was shown with the results, which works once and until it expires. The answers become a prior result in
/// the record: clinicians who treat the practitioner can read it, and the intake offers it for reuse. They are not submitted as
/// an intake. If an answer shows risk or a total is severe, the service's staff are alerted, as in an intake.
#[utoipa::path(
    operation_id = "claimSelfCheck", tag = "Self-check", request_body = ClaimSelfCheck,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("self_check.taken_over")),
        ("x-problems" = json!(["token_expired", "not_found"]))),
    responses((status = 201, description = "Added.", body = SelfCheckClaimResult))
)]
#[post("/v1/me/self-checks")]
pub async fn claim_self_check(
    caller: Practitioner,
    attempt: Attempt,
    form: Json<ClaimSelfCheck>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            registration::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let taken = self_checks::claim(tx, form.code.reveal().trim(), caller.id)?.ok_or_else(|| {
                Refusal::new(Reason::TokenExpired, "This code is wrong, used or expired. Check it, or take a new self-check.")
            })?;
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::AddToRecord)?;
            permit.record(tx, "self_check.taken_over", ("self_check", Some(taken.id)))?;
            let MyCrisisHelp { crisis_help, safety_plan } = raise_alerts(tx, caller.id, &taken)?;
            let self_check = ClaimedSelfCheck::new(taken, questionnaires::catalogue(), Reader::Practitioner);
            let location = format!("/v1/practitioners/{}/self-checks", caller.id);
            Response::created(location, &SelfCheckClaimResult { crisis_help, safety_plan, self_check })
        })
        .await
}

/// Raises an alert for every questionnaire whose answers show risk or whose total is severe, and returns where to get help.
fn raise_alerts(tx: &mut Tx, practitioner: Id, taken: &ClaimedCheck) -> Result<MyCrisisHelp> {
    let (known, source) = (questionnaires::catalogue(), RiskEventSource::SelfCheck(taken.id));
    let mut raised = false;
    for result in &taken.results {
        let Some(kind) = rules::shown_risk(known.get(&result.questionnaire), &result.score) else { continue };
        let risky = result.answers.iter().filter(|answer| result.score.risk_items.contains(&answer.item));
        let risky = risky.map(|answer| (answer.item.as_str(), answer.value));
        risks::raise(tx, practitioner, kind, source, &result.questionnaire, risky)?;
        raised = true;
    }
    if !raised {
        return Ok(MyCrisisHelp::default());
    }
    safety_plans::crisis_help(tx, practitioner)
}

/// List the self-checks in a practitioner's record
///
/// Practitioners read their own in plain words; clinicians who treat them also see figures and risk. Every read is recorded.
#[utoipa::path(
    operation_id = "listClaimedSelfChecks", tag = "Self-check",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("self_checks.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The self-checks, the newest first.", body = Page<ClaimedSelfCheck>))
)]
#[get("/v1/practitioners/{id}/self-checks")]
pub async fn list_claimed_self_checks(
    caller: PractitionerOrClinician,
    id: Path<Id>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "self_checks.read", ("practitioner", Some(id)))?;
            let rows = self_checks::claimed_by(tx, id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let (catalogue, reader) = (questionnaires::catalogue(), Reader::from(&permit));
            Response::ok(&page.map(|taken| ClaimedSelfCheck::new(taken, catalogue, reader)))
        })
        .await
}
