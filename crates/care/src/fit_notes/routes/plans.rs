//! HTTP handlers for proposing a return-to-work plan and agreeing to it.

use actix_web::post;

use super::{check_printable_text, lock_treated, organisation_lines, required_organisation};
use crate::fit_notes::dto::plans::{ProposeReturnToWorkPlan, ReturnToWorkPlan};
use crate::fit_notes::model::plans::{Plan, Week};
use crate::fit_notes::queries::plans;
use crate::fit_notes::queries::plans::ReturnToWorkRecord;
use crate::fit_notes::rules;
use crate::fit_notes::rules::plans as plan_rules;
use people::relationships::{PermitExt, Purpose};
use people::{Clinician, Practitioner};
use platform::Platform;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed;
use platform::refusal::Reason;

use scheduling::clinicians::queries as clinicians;

/// Propose a return-to-work plan
///
/// By a clinician who treats the practitioner: working hours of each week, adaptations, and a review date.
#[utoipa::path(
    operation_id = "proposeReturnToWorkPlan", tag = "Fit notes", request_body = ProposeReturnToWorkPlan,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("return_to_work.proposed")),
        ("x-problems" = json!(["not_found", "directory_entry_required",
        "organisation_required", "invalid_body", "legal_name_required"]))),
    responses((status = 201, description = "Proposed.", body = ReturnToWorkPlan))
)]
#[post("/v1/return-to-work-plans")]
pub async fn propose_return_to_work_plan(
    caller: Clinician,
    attempt: Attempt,
    form: Json<ProposeReturnToWorkPlan>,
    platform: Platform,
) -> Result<Response> {
    let organisation = required_organisation(&platform)?;
    platform
        .write_once(attempt, move |tx| {
            let (permit, person) = lock_treated(tx, &caller, form.practitioner_id)?;
            let entry = clinicians::find(tx, caller.id)?.ok_or(Reason::DirectoryEntryRequired)?;
            rules::check_legal_name(&person.details.legal_name)?;
            let weeks: Vec<Week> = form.weeks.iter().map(Week::from).collect();
            plan_rules::check_weeks(&weeks)?;
            plan_rules::check_contract_hours(&weeks, form.contract_minutes)?;
            plan_rules::check_review_date(form.starts_on, weeks.len(), form.review_on)?;
            let remarks = form.note.as_ref().map(trimmed);
            if let Some(remarks) = &remarks {
                check_printable_text("/note", remarks, &person)?;
            }
            let clinician = entry.profile.name.into_revealed();
            print::check_printable_names(&clinician, &person.details.legal_name)?;
            let mut adaptations = form.adaptations.clone();
            adaptations.sort_unstable();
            adaptations.dedup();
            let plan = Plan {
                name: person.details.legal_name.trim().to_owned(),
                starts_on: form.starts_on,
                contract_minutes: form.contract_minutes,
                weeks,
                adaptations,
                review_on: form.review_on,
                remarks,
                clinician,
                organisation: organisation_lines(&organisation),
            };
            let (id, practitioner, clinician) = (Id::new(tx.now), person.id, caller.id);
            let proposed = ReturnToWorkRecord { id, practitioner, clinician, plan, proposed_at: tx.now, agreed_at: None };
            plans::insert(tx, &proposed)?;
            permit.record(tx, "return_to_work.proposed", ("return_to_work_plan", Some(id)))?;
            Response::created(format!("/v1/return-to-work-plans/{id}"), &ReturnToWorkPlan::from(proposed))
        })
        .await
}

/// Agree to a return-to-work plan
///
/// After that the plan can be downloaded and cannot be changed.
#[utoipa::path(
    operation_id = "agreeReturnToWorkPlan", tag = "Fit notes",
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("return_to_work.agreed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The plan.")),
    responses((status = 200, description = "Agreed.", body = ReturnToWorkPlan))
)]
#[post("/v1/return-to-work-plans/{id}/agree")]
pub async fn agree_return_to_work_plan(
    caller: Practitioner,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, mut found) = plans::find(tx, id)?.permit(tx, &caller, Purpose::Act)?;
            plan_rules::may_agree(found.agreed_at.map(|at| at.get()))?;
            plans::agree(tx, id)?;
            found.agreed_at = Some(tx.now);
            permit.record(tx, "return_to_work.agreed", ("return_to_work_plan", Some(id)))?;
            Response::ok(&ReturnToWorkPlan::from(found))
        })
        .await
}
