//! How care ends, and how it may begin again.

use actix_web::web::Data;
use actix_web::{get, post};

use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries as assessments;
use crate::discharge::EndsElsewhere;
use crate::discharge::callers::Readmitter;
use crate::discharge::ending as parts;
use crate::groups;
use crate::records::dto::discharge::{DischargePractitioner, DischargeView, ReadmissionView};
use crate::records::queries;
use crate::records::rules;
use crate::records::rules::DischargeFacts;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::relationships::episodes;
use people::relationships::episodes::{Ending, Summary};
use people::relationships::model::DischargeReason;
use people::{Caller, Clinician, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, Json, Path};
use platform::ids::Id;
use scheduling::booking::treating;

/// Discharge a practitioner
///
/// By the lead clinician, or by a treating clinician where there is no lead; not while there are upcoming appointments. Treating ends
/// with it. Those who treated may read the record, and finish their own notes, for a while. In the same moment the slots that the person
/// holds, their places in groups and their follow-ups end. With the reason `died` everything ends: appointments, prescriptions in
/// force, open alerts, funding, referrals, tasks, messages and the account. The answer lists what ended.
#[utoipa::path(
    operation_id = "dischargePractitioner", tag = "Practitioners", request_body = DischargePractitioner,
    extensions(("x-roles" = json!(Clinician::ROLES)),
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
    elsewhere: Data<EndsElsewhere>,
) -> Result<Answer> {
    let (now, id) = (platform.clock.now(), id.0);
    let ending = Ending { by: caller.id, reason: form.reason, readable_until: now + platform.policy.read_after_care };
    let words = form.words();
    platform
        .write_once(attempt, move |tx| {
            // Groups come first: whoever enrols somebody locks in this order.
            groups::ending::lock_groups_of(tx, id)?;
            let pathway = registration::lock_pathway(tx, id)?.ok_or_else(Error::not_found)?;
            treating::check_may_read(tx, caller.id, id)?;
            rules::may_discharge(&facts(tx, &caller, id, pathway, ending.reason)?)?;
            let ended = parts::end_parts(tx, &elsewhere, id, ending.reason, caller.actor())?;
            let words = Summary { ended, ..words.clone() };
            episodes::end(tx, id, ending, Some(&words))?;
            registration::set_pathway(tx, id, Pathway::Discharged)?;
            audit::record(tx, caller.actor(), "practitioner.discharged", ("practitioner", Some(id)))?;
            Answer::created(format!("/v1/practitioners/{id}/discharge"), &shown(tx, id)?)
        })
        .await
}

fn facts(tx: &mut Tx, caller: &Caller, practitioner: Id, pathway: Pathway, reason: DischargeReason) -> Result<DischargeFacts> {
    let lead = queries::lead_clinician(tx, practitioner)?;
    Ok(DischargeFacts {
        in_care: pathway == Pathway::InCare || episodes::under_way(tx, practitioner)?.is_some(),
        led: lead.is_some(),
        leads: lead == Some(caller.id),
        treats: treating::treats(tx, caller.id, practitioner)?,
        appointments_ahead: treating::has_appointment_ahead(tx, practitioner)?,
        reason,
    })
}

/// Get a practitioner's discharge
///
/// The last time that it did. By clinicians who may read the record. Every reading is recorded.
#[utoipa::path(
    operation_id = "getDischarge", tag = "Practitioners", extensions(("x-roles" = json!(Clinician::ROLES))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The discharge.", body = DischargeView))
)]
#[get("/v1/practitioners/{id}/discharge")]
pub async fn get_discharge(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            treating::check_may_read(tx, caller.id, id)?;
            audit::record(tx, caller.actor(), "discharge.read", ("practitioner", Some(id)))?;
            Answer::ok(&shown(tx, id)?)
        })
        .await
}

/// Readmit a practitioner
///
/// By a coordinator, for a practitioner who was discharged. They answer the intake questionnaires again and choose a clinician; the
/// clinician who accepts them is the lead. Those who treated them before are not treating them again because of this. Only an
/// administrator readmits a practitioner who was recorded as dead by mistake: their account is opened again.
#[utoipa::path(
    operation_id = "readmitPractitioner", tag = "Practitioners",
    extensions(("x-roles" = json!(Readmitter::ROLES)), ("x-problems" = json!(["state_conflict", "recorded_as_dead"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "They may enter care again.", body = ReadmissionView))
)]
#[post("/v1/practitioners/{id}/readmit")]
pub async fn readmit_practitioner(caller: Readmitter, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let pathway = registration::lock_pathway(tx, id)?.ok_or_else(Error::not_found)?;
            conflicts::check_may_know(tx, id, caller.id)?;
            let last =
                assessments::list(tx, id, Some(AssessmentPurpose::Intake), None, 1)?.pop().map(|assessment| assessment.state);
            let end = episodes::last_end(tx, id)?.map(|ended| ended.reason);
            let pathway = rules::readmit(pathway, last, end, caller.role == Role::Administrator)?;
            if end == Some(DischargeReason::Died) {
                parts::undo_death(tx, id, caller.actor())?;
            }
            registration::set_pathway(tx, id, pathway)?;
            audit::record(tx, caller.actor(), "practitioner.readmitted", ("practitioner", Some(id)))?;
            Answer::ok(&ReadmissionView { practitioner_id: id, pathway })
        })
        .await
}

fn shown(tx: &mut Tx, practitioner: Id) -> Result<DischargeView> {
    let ended = episodes::last_end(tx, practitioner)?.ok_or_else(Error::not_found)?;
    Ok(DischargeView::new(practitioner, ended))
}
