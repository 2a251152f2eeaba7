//! How care ends, and how it may begin again.

use actix_web::web::Data;
use actix_web::{get, post};

use crate::assessment::model::Purpose;
use crate::assessment::queries as assessments;
use crate::discharge::EndsElsewhere;
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
use people::{Caller, Clinician, Readmitter, Role};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IdempotencyKey, Json, Path};
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;
use scheduling::booking::treating;

/// End a practitioner's care
///
/// By the lead clinician, or by a treating clinician where there is no lead; not while there are upcoming appointments. Treating ends
/// with it. Those who treated may read the record, and finish their own notes, for a while. In the same moment the slots that the person
/// holds, their places in groups and their follow-ups end. With the reason `died` everything ends: appointments, prescriptions in
/// force, open alerts, funding, referrals, tasks, messages and the account. The answer lists what ended.
#[utoipa::path(
    operation_id = "dischargePractitioner", tag = "care", request_body = DischargePractitioner,
    extensions(("x-roles" = json!(["clinician"])),
        ("x-problems" = json!(["not_in_care", "not_the_lead", "care_ended", "appointments_ahead"]))),
    params(("id" = Id, Path, description = "The practitioner."),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "Discharged.", body = DischargeView,
        headers(("Location" = String, description = "The discharge."))))
)]
#[post("/v1/practitioners/{id}/discharge")]
pub async fn discharge_practitioner(
    caller: Clinician,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<DischargePractitioner>,
    platform: Platform,
    elsewhere: Data<EndsElsewhere>,
) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let ending = Ending { by: caller.id, reason: form.reason, readable_until: now + platform.policy.read_after_care };
    let (words, work) = (form.words(), platform.clone());
    platform
        .db
        .write(move |conn| {
            key.once(conn, &sealer, caller.id, &form.digest, now, |conn| {
                // Groups come first: whoever enrols somebody locks in this order.
                groups::ending::lock_groups_of(conn, id)?;
                let pathway = registration::lock_pathway(conn, id)?.ok_or_else(Error::not_found)?;
                treating::check_reads(conn, caller.id, id, now)?;
                rules::may_discharge(&facts(conn, &caller, id, pathway, ending.reason, now)?)?;
                let ended = parts::end_parts(conn, (&work, &elsewhere), id, ending.reason, caller.actor(), now)?;
                let words = Summary { ended, ..words.clone() };
                episodes::end(conn, &sealer, id, ending, Some(&words), now)?;
                registration::set_pathway(conn, id, Pathway::Discharged, now)?;
                audit::record(conn, caller.actor(), "practitioner.discharged", ("practitioner", Some(id)), now)?;
                Answer::created(format!("/v1/practitioners/{id}/discharge"), &shown(conn, &sealer, id)?)
            })
        })
        .await
}

fn facts(
    conn: &mut Conn,
    caller: &Caller,
    practitioner: Id,
    pathway: Pathway,
    reason: DischargeReason,
    now: UtcTime,
) -> Result<DischargeFacts> {
    let lead = queries::lead_clinician(conn, practitioner)?;
    Ok(DischargeFacts {
        in_care: pathway == Pathway::InCare || episodes::under_way(conn, practitioner)?.is_some(),
        led: lead.is_some(),
        leads: lead == Some(caller.id),
        treats: treating::treats(conn, caller.id, practitioner)?,
        appointments_ahead: treating::has_appointment_ahead(conn, practitioner, now)?,
        reason,
    })
}

/// Read how a practitioner's care ended
///
/// The last time that it did. By clinicians who may read the record. Every reading is recorded.
#[utoipa::path(
    operation_id = "getDischarge", tag = "care", extensions(("x-roles" = json!(["clinician"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The discharge.", body = DischargeView))
)]
#[get("/v1/practitioners/{id}/discharge")]
pub async fn get_discharge(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    platform
        .db
        .write(move |conn| {
            treating::check_reads(conn, caller.id, id, now)?;
            audit::record(conn, caller.actor(), "discharge.read", ("practitioner", Some(id)), now)?;
            Answer::ok(&shown(conn, &sealer, id)?)
        })
        .await
}

/// Readmit a practitioner to care
///
/// By a coordinator, for a practitioner who was discharged. They answer the intake questionnaires again and choose a clinician; the
/// clinician who accepts them is the lead. Those who treated them before are not treating them again because of this. Only an
/// administrator readmits a practitioner who was recorded as dead by mistake: their account is opened again.
#[utoipa::path(
    operation_id = "readmitPractitioner", tag = "care",
    extensions(("x-roles" = json!(["coordinator", "administrator"])), ("x-problems" = json!(["not_discharged", "recorded_as_dead"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "They may enter care again.", body = ReadmissionView))
)]
#[post("/v1/practitioners/{id}/readmission")]
pub async fn readmit_practitioner(caller: Readmitter, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    attempt
        .write(&platform, move |conn| {
            let pathway = registration::lock_pathway(conn, id)?.ok_or_else(Error::not_found)?;
            conflicts::check_may_know(conn, id, caller.id)?;
            let last = assessments::list(conn, id, Some(Purpose::Intake), None, 1)?.pop().map(|assessment| assessment.state);
            let end = episodes::last_end(conn, &sealer, id)?.map(|ended| ended.reason);
            let pathway = rules::readmit(pathway, last, end, caller.role == Role::Administrator)?;
            if end == Some(DischargeReason::Died) {
                parts::undo_death(conn, id, caller.actor(), now)?;
            }
            registration::set_pathway(conn, id, pathway, now)?;
            audit::record(conn, caller.actor(), "practitioner.readmitted", ("practitioner", Some(id)), now)?;
            Answer::ok(&ReadmissionView { practitioner_id: id, pathway })
        })
        .await
}

fn shown(conn: &mut Conn, sealer: &Sealer, practitioner: Id) -> Result<DischargeView> {
    let ended = episodes::last_end(conn, sealer, practitioner)?.ok_or_else(Error::not_found)?;
    Ok(DischargeView::new(practitioner, ended))
}
