//! HTTP handlers of discharge and readmission.

use actix_web::web::Data;
use actix_web::{get, post};

use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries as assessments;
use crate::discharge::DischargeHooks;
use crate::discharge::callers::Readmitter;
use crate::discharge::end_of_care;
use crate::discharge::open_items;
use crate::groups;
use crate::records::dto::discharge::{DischargePractitioner, DischargeView, ReadmissionView};
use crate::records::dto::open_items::{DischargeCheck, OpenItems};
use crate::records::model::OpenItemKind;
use crate::records::queries;
use crate::records::rules;
use crate::records::rules::DischargeFacts;
use crate::risk;
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
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// Discharge a practitioner
///
/// By the lead clinician, or by a treating clinician if there is no lead; not while a risk alert is open or there are upcoming
/// appointments. `open_items` states what happens to prescriptions in force, open follow-ups and unsigned notes: a kind that has
/// something open and no answer is refused with its number (`open_items`). Prescriptions that continue with the GP also need the letter
/// that informs them (`letter_id`), or the reason why there is none (`no_letter_reason`). Notes whose author has left stay unsigned, for a
/// reason (`orphaned_notes_reason`). Clinicians who treated the practitioner can read
/// the record and finish their own notes for a limited time. Held slots, places in groups and follow-ups end at the same time. With the
/// reason `died` nothing is asked and everything ends: appointments, prescriptions in force, open alerts, funding, referrals, tasks,
/// messages and the account. The response lists what ended, and what was decided.
#[utoipa::path(
    operation_id = "dischargePractitioner", tag = "Practitioners", request_body = DischargePractitioner,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("practitioner.discharged")),
        ("x-problems" = json!(["not_in_care", "not_the_lead", "care_ended", "risk_alert_open", "upcoming_appointments",
        "open_items"]))),
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
) -> Result<Response> {
    let (now, id) = (platform.clock.now(), id.0);
    let ending = NewDischarge { by: caller.id, reason: form.reason, readable_until: now + platform.policy.read_after_care };
    let (summary, answers, statements) = (form.summary(), form.answers(), form.statements());
    platform
        .write_once(attempt, move |tx| {
            // Asked before anything is locked: how many groups someone hidden is in must not show in the time of a 404.
            care_relationship::check_may_finish(tx, &caller, id)?;
            // Groups are locked before the practitioner, in the same order as when enrolling.
            groups::end_of_care::lock_groups(tx, id)?;
            let (permit, pathway) = care_relationship::lock_and_permit(tx, &caller, id, Purpose::FinishOwn)?;
            rules::may_discharge(&discharge_facts(tx, &caller, id, pathway, ending.reason)?)?;
            let settled = open_items::settle_and_end(tx, &hooks, &permit, ending.reason, &answers, statements.clone())?;
            let DischargeSummary { summary, shared, .. } = summary.clone();
            let summary = DischargeSummary { summary, shared, ..settled };
            episodes::end(tx, id, ending, Some(&summary))?;
            registration::set_pathway(tx, id, Pathway::Discharged)?;
            permit.record(tx, "practitioner.discharged", ("practitioner", Some(id)))?;
            Response::created(format!("/v1/practitioners/{id}/discharge"), &discharge_view(tx, id)?)
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
    let treated = relationships::permits_among(tx, caller, &[practitioner], Purpose::AddToRecord)?;
    Ok(DischargeFacts {
        in_care: pathway == Pathway::InCare || episodes::current(tx, practitioner)?.is_some(),
        has_lead: lead.is_some(),
        caller_leads: lead == Some(caller.id),
        caller_treats: treated.contains_key(&practitioner),
        has_open_alert: risk::queries::has_open_alert(tx, practitioner)?,
        has_upcoming_appointments: care_relationship::has_upcoming_appointment(tx, practitioner)?,
        reason,
    })
}

/// Get what is open before a discharge
///
/// What prevents the end of care now, an open risk alert or an upcoming appointment, and what the discharge asks about: prescriptions in
/// force, open follow-ups, unsigned notes and those whose author has left, each with its number and what can be decided. For clinicians who
/// may read the record. Every read is recorded.
#[utoipa::path(
    operation_id = "getDischargeCheck", tag = "Practitioners",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("discharge.checked"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "What is open.", body = DischargeCheck))
)]
#[get("/v1/practitioners/{id}/discharge-check")]
pub async fn get_discharge_check(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            permit.record(tx, "discharge.checked", ("practitioner", Some(id)))?;
            let open = open_items::OpenItems::of(tx, id)?;
            let item = |kind: OpenItemKind| {
                let clinicians = open.clinicians(kind);
                let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
                (!clinicians.is_empty()).then(|| OpenItems {
                    kind,
                    count: number(clinicians.len()),
                    own_count: number(clinicians.iter().filter(|clinician| **clinician == caller.id).count()),
                    decisions: kind.decisions(open.gp_may_be_informed),
                })
            };
            Response::ok(&DischargeCheck {
                practitioner_id: id,
                open_risk_alert_id: risk::queries::open_alert_of(tx, id)?,
                has_upcoming_appointments: care_relationship::has_upcoming_appointment(tx, id)?,
                open_items: OpenItemKind::ALL.iter().copied().filter_map(item).collect(),
                gp_letter_ids: open.gp_letters.clone(),
            })
        })
        .await
}

/// Get a practitioner's discharge
///
/// The latest one. Until there is one the answer is 404. For clinicians who may read the record. Every read is recorded.
#[utoipa::path(
    operation_id = "getDischarge", tag = "Practitioners",
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("discharge.read"))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "The discharge.", body = DischargeView))
)]
#[get("/v1/practitioners/{id}/discharge")]
pub async fn get_discharge(caller: Clinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    let found = platform
        .write(move |tx| {
            let permit = care_relationship::check_may_read(tx, &caller, id)?;
            // Recorded also where there is none, as what the caller has learned.
            permit.record(tx, "discharge.read", ("practitioner", Some(id)))?;
            let is_dead = registration::died_at(tx, id)?.is_some();
            let ended = episodes::last_discharge(tx, id)?;
            ended.map(|ended| Response::ok(&DischargeView::new(id, ended, is_dead))).transpose()
        })
        .await?;
    found.ok_or_else(|| Reason::NoDischarge.into())
}

/// Readmit a practitioner
///
/// A re-referral to this service, not an admission to a hospital. By a coordinator, for a practitioner who was discharged. The
/// practitioner answers the intake questionnaires again and
/// chooses a clinician; the clinician who accepts them becomes the lead. Clinicians who treated them before do not regain
/// access. Only an administrator can readmit a practitioner who was recorded as dead in error; this also opens their account
/// again, and raises a risk alert where the death had closed one.
#[utoipa::path(
    operation_id = "readmitPractitioner", tag = "Practitioners",
    extensions(("x-roles" = json!(Readmitter::ROLES)), ("x-audit" = json!("practitioner.readmitted")),
        ("x-problems" = json!(["state_conflict", "recorded_as_dead"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 200, description = "Readmitted.", body = ReadmissionView))
)]
#[post("/v1/practitioners/{id}/readmit")]
pub async fn readmit_practitioner(caller: Readmitter, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let pathway = registration::lock_practitioner(tx, id)?;
            // An administrator corrects a recorded death, whatever else is open.
            let corrects = caller.role == Role::Administrator;
            let found = Protected::new(id, ()).while_open(|()| corrects, Basis::Service);
            // Read before the question, also when there is no such practitioner: a 404 takes the same time for every reason.
            let last =
                assessments::list(tx, id, Some(AssessmentPurpose::Intake), None, 1)?.pop().map(|assessment| assessment.state);
            let ended = episodes::last_discharge(tx, id)?;
            let end = ended.as_ref().map(|ended| ended.reason);
            let (permit, ()) = found.permit(tx, &caller, Purpose::Act)?;
            // Administrators know of no other practitioners.
            if caller.role == Role::Administrator && end != Some(DischargeReason::Died) {
                return Err(Error::not_found());
            }
            let pathway = pathway.ok_or_else(Error::not_found)?;
            let pathway = rules::pathway_on_readmission(pathway, last, end, caller.role == Role::Administrator)?;
            // First, because no alert is raised about someone who is recorded as dead.
            registration::set_pathway(tx, id, pathway)?;
            if let Some(ended) = ended.filter(|ended| ended.reason == DischargeReason::Died) {
                end_of_care::undo_recorded_death(tx, &permit, ended.ended_at)?;
            }
            permit.record(tx, "practitioner.readmitted", ("practitioner", Some(id)))?;
            Response::ok(&ReadmissionView { practitioner_id: id, pathway })
        })
        .await
}

fn discharge_view(tx: &mut Tx, practitioner: Id) -> Result<DischargeView> {
    let is_dead = registration::died_at(tx, practitioner)?.is_some();
    let ended = episodes::last_discharge(tx, practitioner)?.ok_or_else(Error::not_found)?;
    Ok(DischargeView::new(practitioner, ended, is_dead))
}
