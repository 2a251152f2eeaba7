//! HTTP handler that records the outcome of an assessment.

use actix_web::post;
use actix_web::web::Data;

use crate::assessment::dto::{AssessmentOutcomeView, Reader};
use crate::assessment::model::{AssessmentOutcome, AssessmentState, OutcomeFacts};
use crate::assessment::queries;
use crate::assessment::queries::{Assessment, Outcome, OutcomeDetails};
use crate::assessment::rules;
use crate::discharge::DischargeHooks;
use crate::discharge::dto::RecordAssessmentOutcome;
use crate::discharge::open_items;
use crate::groups;
use crate::records::rules as record_rules;
use crate::risk;
use access::registration::signposting;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::episodes::NewDischarge;
use people::relationships::{Permit, PermitExt, Purpose, episodes};
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;
use platform::refusal::{Reason, Refusal};
use reference::signposts;
use scheduling::booking::care_relationship;
use scheduling::booking::care_relationship::AssessmentAppointment;
use scheduling::booking::model::AppointmentState;

/// Record the outcome of an assessment
///
/// By the clinician of the assessment appointment, after it has begun, and once for each appointment. An accepted practitioner
/// is in care and this clinician becomes the lead. If more assessment is needed, another assessment appointment can be booked,
/// and a practitioner in care stays in care. An outcome that ends care is refused while a risk alert is open or there are upcoming
/// appointments, asks about what is open and ends everything, as a discharge does.
#[utoipa::path(
    operation_id = "recordAssessmentOutcome", tag = "Assessments", request_body = RecordAssessmentOutcome,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("assessment.outcome_recorded")),
        ("x-problems" = json!(["state_conflict", "too_early",
        "already_exists", "risk_alert_open", "upcoming_appointments", "open_items"]))),
    params(("id" = Id, Path, description = "The assessment.")),
    responses((status = 201, description = "Recorded.", body = AssessmentOutcomeView))
)]
#[post("/v1/assessments/{id}/outcomes")]
pub async fn record_assessment_outcome(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RecordAssessmentOutcome>,
    platform: Platform,
    hooks: Data<DischargeHooks>,
) -> Result<Response> {
    let (now, id) = (platform.clock.now(), id.0);
    let readable_until = now + platform.policy.read_after_care;
    let details = outcome_details(&form);
    platform
        .write_once(attempt, move |tx| {
            let (permit, pathway, assessment, appointment) = load_locked(tx, &caller, id, form.appointment_id)?;
            let signpost_ids = resolve_signposts(tx, &form, assessment.practitioner_id)?;
            let details = OutcomeDetails { signpost_ids, ..details.clone() };
            let facts = OutcomeFacts {
                purpose: assessment.purpose,
                state: assessment.state,
                starts_at: appointment.starts_at,
                missed: appointment.status == AppointmentState::NotAttended,
                outcome_recorded: queries::outcome_of_appointment(tx, form.appointment_id)?.is_some(),
                has_plan: details.plan.is_some(),
            };
            rules::may_record_outcome(form.outcome, &facts, tx.now.get())?;
            let outcome = Outcome {
                id: Id::new(tx.now),
                appointment: form.appointment_id,
                clinician: caller.id,
                outcome: form.outcome,
                details: details.clone(),
                recorded_at: tx.now,
            };
            queries::insert_outcome(tx, id, &outcome)?;
            if form.outcome.concludes() {
                queries::set_state(tx, id, AssessmentState::Concluded)?;
            }
            registration::set_pathway(tx, assessment.practitioner_id, form.outcome.pathway_after(pathway))?;
            if form.outcome == AssessmentOutcome::Accepted {
                episodes::begin(tx, assessment.practitioner_id, caller.id)?;
            } else if let Some(reason) = form.outcome.discharge_reason() {
                let practitioner = assessment.practitioner_id;
                let has_open_alert = risk::queries::has_open_alert(tx, practitioner)?;
                let has_upcoming = care_relationship::has_upcoming_appointment(tx, practitioner)?;
                record_rules::may_end_care(reason, has_open_alert, has_upcoming)?;
                let summary = open_items::settle_and_end(tx, &hooks, &permit, reason, &form.answers(), form.statements())?;
                let ending = NewDischarge { by: caller.id, reason, readable_until };
                episodes::end(tx, practitioner, ending, Some(&summary))?;
            }
            permit.record(tx, "assessment.outcome_recorded", ("assessment", Some(id)))?;
            let signposts = signposts::by_ids(tx, &details.signpost_ids)?;
            Response::created(format!("/v1/assessments/{id}"), &AssessmentOutcomeView::new(outcome, signposts, Reader::Clinician))
        })
        .await
}

/// The practitioner's pathway, the assessment and the appointment, if they belong together and the appointment is this
/// clinician's. The practitioner's row is locked, so that nothing changes meanwhile.
fn load_locked(
    tx: &mut Tx,
    caller: &Caller,
    assessment: Id,
    appointment: Id,
) -> Result<(Permit, Pathway, Assessment, AssessmentAppointment)> {
    let (permit, _) = queries::find(tx, assessment)?.permit(tx, caller, Purpose::FinishOwn)?;
    let practitioner = permit.practitioner();
    // Groups are locked before the practitioner, in the same order as when enrolling.
    groups::end_of_care::lock_groups(tx, practitioner)?;
    let pathway = registration::lock_practitioner(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let appointment = care_relationship::assessment_appointment(tx, appointment, caller.id)?
        .filter(|appointment| appointment.practitioner == practitioner)
        .ok_or_else(Error::not_found)?;
    let assessment = queries::find(tx, assessment)?.ok_or_else(Error::not_found)?.open(&permit)?;
    Ok((permit, pathway, assessment, appointment))
}

fn outcome_details(form: &RecordAssessmentOutcome) -> OutcomeDetails {
    OutcomeDetails {
        plan: trimmed_non_empty(form.plan.as_ref()),
        summary: trimmed_non_empty(form.summary.as_ref()),
        signpost_ids: Vec::new(),
    }
}

/// The maximum number of signposts when the clinician names none.
const MAX_SIGNPOSTS: usize = 20;

/// The signposts for the practitioner: those that the clinician names or, for the outcome `signposted`, all that suit them.
fn resolve_signposts(tx: &mut Tx, form: &RecordAssessmentOutcome, practitioner: Id) -> Result<Vec<String>> {
    let (named, today): (Vec<String>, _) = (form.signpost_ids.iter().map(|id| id.0.clone()).collect(), tx.now.london_day());
    if let Some(index) = signposts::first_unknown(tx, &named, today)? {
        let detail = "This signpost does not exist or is not in use. Choose another one.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field(format!("/signpost_ids/{index}"), "unknown", detail).into());
    }
    if form.outcome != AssessmentOutcome::Signposted || !named.is_empty() {
        return Ok(named);
    }
    let found = signposting::for_practitioner(tx, practitioner, signposting::SIGNPOST_NEEDS, today)?;
    Ok(found.into_iter().take(MAX_SIGNPOSTS).map(|signpost| signpost.id).collect())
}
