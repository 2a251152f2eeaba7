//! HTTP handlers of discharge and readmission.

use actix_web::web::Data;
use actix_web::{get, post};

use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries as assessments;
use crate::discharge::DischargeHooks;
use crate::discharge::callers::Readmitter;
use crate::discharge::end_of_care;
use crate::groups;
use crate::records::dto::discharge::{DischargePractitioner, DischargeView, ReadmissionView};
use crate::records::queries;
use crate::records::rules;
use crate::records::rules::DischargeFacts;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::episodes;
use people::relationships::episodes::{DischargeSummary, NewDischarge};
use people::relationships::model::DischargeReason;
use people::relationships::{self, Basis, Protected, Purpose};
use people::{Caller, Clinician, Role};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Path};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// Discharge a practitioner
///
/// By the lead clinician, or by a treating clinician if there is no lead; not while there are upcoming appointments. Clinicians
/// who treated the practitioner can read the record and finish their own notes for a limited time. Held slots, places in groups
/// and follow-ups end at the same time. With the reason `died` everything ends: appointments, prescriptions in force, open
/// alerts, funding, referrals, tasks, messages and the account. The response lists what ended.
#[utoipa::path(
    operation_id = "dischargePractitioner", tag = "Practitioners", request_body = DischargePractitioner,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("practitioner.discharged")),
        ("x-problems" = json!(["not_in_care", "not_the_lead", "care_ended", "upcoming_appointments"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Discharged.", body = DischargeView))
)]
#[post("/v1/practitioners/{id}/discharge")]
pub async fn discharge_practitioner(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<DischargePractitioner>,
    platform: Platform,
    hooks: Data<DischargeHooks>,
) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let ending = NewDischarge { by: caller.id, reason: form.reason, readable_until: now + platform.policy.read_after_care };
    let summary = form.summary();
    platform
        .write_once(attempt, move |tx| {
            // Asked before anything is locked: how many groups someone hidden is in must not show in the time of a 404.
            care_relationship::check_may_finish(tx, &caller, id)?;
            // Groups are locked before the practitioner, in the same order as when enrolling.
            groups::end_of_care::lock_groups(tx, id)?;
            let (known, pathway) = care_relationship::lock_and_ask(tx, &caller, id, Purpose::FinishOwn)?;
            rules::may_discharge(&discharge_facts(tx, &caller, id, pathway, ending.reason)?)?;
            let ended = end_of_care::end_items(tx, &hooks, &known, ending.reason)?;
            let summary = DischargeSummary { ended, ..summary.clone() };
            episodes::end(tx, id, ending, Some(&summary))?;
            registration::set_pathway(tx, id, Pathway::Discharged)?;
            known.record(tx, "practitioner.discharged", ("practitioner", Some(id)))?;
            Answer::created(format!("/v1/practitioners/{id}/discharge"), &discharge_view(tx, id)?)
        })
        .await
}

fn discharge_facts(
    tx: &mut Tx,
    caller: &Caller,
    practitioner: Id,
    pathway: Pathway,
    reason: DischargeReason,
) -> Result<DischargeFacts> {
    let lead = queries::lead_clinician(tx, practitioner)?;
    let treated = relationships::known_among(tx, caller, &[practitioner], Purpose::AddToRecord)?;
    Ok(DischargeFacts {
        in_care: pathway == Pathway::InCare || episodes::current(tx, practitioner)?.is_some(),
        has_lead: lead.is_some(),
        caller_leads: lead == Some(caller.id),
        caller_treats: treated.contains_key(&practitioner),
        has_upcoming_appointments: care_relationship::has_upcoming_appointment(tx, practitioner)?,
        reason,
    })
}

/// Get a practitioner's discharge
///
/// The latest one. For clinicians who may read the record. Every read is recorded.
#[utoipa::path(
    operation_id = "getDischarge", tag = "Practitioners",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("discharge.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The discharge.", body = DischargeView))
)]
#[get("/v1/practitioners/{id}/discharge")]
pub async fn get_discharge(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let known = care_relationship::check_may_read(tx, &caller, id)?;
            known.record(tx, "discharge.read", ("practitioner", Some(id)))?;
            Answer::ok(&discharge_view(tx, id)?)
        })
        .await
}

/// Readmit a practitioner
///
/// By a coordinator, for a practitioner who was discharged. The practitioner answers the intake questionnaires again and
/// chooses a clinician; the clinician who accepts them becomes the lead. Clinicians who treated them before do not regain
/// access. Only an administrator can readmit a practitioner who was recorded as dead in error; this also opens their account
/// again.
#[utoipa::path(
    operation_id = "readmitPractitioner", tag = "Practitioners",
    extensions(("x-roles" = json!(Readmitter::ROLES)), ("x-audit" = json!("practitioner.readmitted")),
        ("x-problems" = json!(["state_conflict", "recorded_as_dead"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "Readmitted.", body = ReadmissionView))
)]
#[post("/v1/practitioners/{id}/readmit")]
pub async fn readmit_practitioner(caller: Readmitter, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let pathway = registration::lock_pathway(tx, id)?;
            // An administrator corrects a recorded death, whatever else is open.
            let corrects = caller.role == Role::Administrator;
            let found = Protected::new(id, ()).while_open(|()| corrects, Basis::Service);
            let (known, ()) = found.permit(tx, &caller, Purpose::Act)?;
            let pathway = pathway.ok_or_else(Error::not_found)?;
            let last =
                assessments::list(tx, id, Some(AssessmentPurpose::Intake), None, 1)?.pop().map(|assessment| assessment.state);
            let end = episodes::last_discharge(tx, id)?.map(|ended| ended.reason);
            // Administrators know of no other practitioners.
            if caller.role == Role::Administrator && end != Some(DischargeReason::Died) {
                return Err(Error::not_found());
            }
            let pathway = rules::pathway_on_readmission(pathway, last, end, caller.role == Role::Administrator)?;
            if end == Some(DischargeReason::Died) {
                end_of_care::undo_recorded_death(tx, &known)?;
            }
            registration::set_pathway(tx, id, pathway)?;
            known.record(tx, "practitioner.readmitted", ("practitioner", Some(id)))?;
            Answer::ok(&ReadmissionView { practitioner_id: id, pathway })
        })
        .await
}

fn discharge_view(tx: &mut Tx, practitioner: Id) -> Result<DischargeView> {
    let ended = episodes::last_discharge(tx, practitioner)?.ok_or_else(Error::not_found)?;
    Ok(DischargeView::new(practitioner, ended))
}
