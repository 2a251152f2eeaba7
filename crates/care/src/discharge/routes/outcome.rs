//! What a clinician says comes of an assessment.

use actix_web::post;
use actix_web::web::Data;

use crate::assessment::dto::{OutcomeView, Reader, RecordOutcome};
use crate::assessment::model::{AssessmentOutcome, AssessmentState, OutcomeFacts};
use crate::assessment::queries;
use crate::assessment::queries::{Assessment, Conclusion, Outcome};
use crate::assessment::rules;
use crate::discharge::EndsElsewhere;
use crate::discharge::ending as parts;
use crate::groups;
use access::registration::pointing;
use people::Clinician;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::episodes;
use people::relationships::episodes::{Ending, Summary};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, IdempotencyKey, Json, Path};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::{Code, Refusal};
use platform::seal::Sealer;
use reference::signposts as signposting;
use scheduling::booking::model::AppointmentStatus;
use scheduling::booking::treating;
use scheduling::booking::treating::AssessmentAppointment;

/// Record what comes of an assessment
///
/// By the clinician of the assessment appointment, once it has begun, and once for each appointment. A practitioner who is
/// accepted is in care, which that clinician leads; where more assessment is needed, another assessment appointment can be booked, and nobody
/// falls out of care. An outcome that ends care is refused while there are appointments ahead, and ends what a discharge ends.
#[utoipa::path(
    operation_id = "recordAssessmentOutcome", tag = "care", request_body = RecordOutcome,
    extensions(("x-roles" = json!(["clinician"])), ("x-problems" = json!(["not_submitted", "appointment_not_held", "outcome_recorded", "review_has_no_outcome", "appointments_ahead"]))),
    params(("id" = Id, Path, description = "The assessment."), ("Idempotency-Key" = Option<String>, Header, description = "A key of your choice that makes a repeat safe.", nullable = false)),
    responses((status = 201, description = "Recorded.", body = OutcomeView, headers(("Location" = String, description = "The assessment, which shows its outcomes."))))
)]
#[post("/v1/assessments/{id}/outcome")]
pub async fn record_outcome(
    caller: Clinician,
    id: Path<Id>,
    key: IdempotencyKey,
    form: Json<RecordOutcome>,
    platform: Platform,
    elsewhere: Data<EndsElsewhere>,
) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let readable_until = now + platform.policy.read_after_care;
    let (said, work) = (conclusion(&form), platform.clone());
    platform
        .db
        .write(move |conn| {
            key.once(conn, &sealer, caller.id, &form.digest, now, |conn| {
                let (pathway, assessment, appointment) = found(conn, caller.id, id, form.appointment_id, now)?;
                let signpost_ids = pointed_to(conn, &sealer, &form, assessment.practitioner_id, now)?;
                let conclusion = Conclusion { signpost_ids, ..said.clone() };
                let facts = OutcomeFacts {
                    purpose: assessment.purpose,
                    state: assessment.state,
                    starts_at: appointment.starts_at,
                    missed: appointment.status == AppointmentStatus::NotAttended,
                    recorded: queries::outcome_of(conn, form.appointment_id)?.is_some(),
                    has_plan: conclusion.plan.is_some(),
                };
                rules::may_record(form.outcome, &facts, now.get())?;
                let outcome = Outcome {
                    id: Id::new(now),
                    appointment: form.appointment_id,
                    clinician: caller.id,
                    outcome: form.outcome,
                    conclusion: conclusion.clone(),
                    recorded_at: now,
                };
                queries::insert_outcome(conn, &sealer, id, &outcome)?;
                if form.outcome.concludes() {
                    queries::set_state(conn, id, AssessmentState::Concluded, now)?;
                }
                registration::set_pathway(conn, assessment.practitioner_id, form.outcome.pathway(pathway), now)?;
                if form.outcome == AssessmentOutcome::Accepted {
                    episodes::begin(conn, assessment.practitioner_id, caller.id, now)?;
                } else if let Some(reason) = form.outcome.end() {
                    if treating::has_appointment_ahead(conn, assessment.practitioner_id, now)? {
                        return Err(Code::AppointmentsAhead.into());
                    }
                    let ended =
                        parts::end_parts(conn, (&work, &elsewhere), assessment.practitioner_id, reason, caller.actor(), now)?;
                    let ending = Ending { by: caller.id, reason, readable_until };
                    episodes::end(
                        conn,
                        &sealer,
                        assessment.practitioner_id,
                        ending,
                        Some(&Summary { ended, ..Summary::default() }),
                        now,
                    )?;
                }
                audit::record(conn, caller.actor(), "assessment.outcome_recorded", ("assessment", Some(id)), now)?;
                let signposts = signposting::by_ids(conn, &conclusion.signpost_ids)?;
                Answer::created(format!("/v1/assessments/{id}"), &OutcomeView::new(outcome, signposts, Reader::Clinician))
            })
        })
        .await
}

/// Where the practitioner stands, assessment and appointment, when they belong together and the appointment is this clinician's. The practitioner's row is
/// locked: nothing else happens to them meanwhile.
fn found(
    conn: &mut Conn,
    clinician: Id,
    assessment: Id,
    appointment: Id,
    now: UtcTime,
) -> Result<(Pathway, Assessment, AssessmentAppointment)> {
    let practitioner = queries::find(conn, assessment)?.ok_or_else(Error::not_found)?.practitioner_id;
    treating::check_reads(conn, clinician, practitioner, now)?;
    // Groups come first: whoever enrols somebody locks in this order.
    groups::ending::lock_groups_of(conn, practitioner)?;
    let pathway = registration::lock_pathway(conn, practitioner)?.ok_or_else(Error::not_found)?;
    let appointment = treating::assessment_appointment(conn, appointment, clinician)?
        .filter(|appointment| appointment.practitioner == practitioner)
        .ok_or_else(Error::not_found)?;
    let assessment = queries::find(conn, assessment)?.ok_or_else(Error::not_found)?;
    Ok((pathway, assessment, appointment))
}

fn conclusion(form: &RecordOutcome) -> Conclusion {
    let words = |text: &Option<Private<String>>| {
        text.as_ref().map(|text| text.reveal().trim().to_owned()).filter(|text| !text.is_empty())
    };
    Conclusion { plan: words(&form.plan), summary: words(&form.summary), signpost_ids: Vec::new() }
}

/// How much a person is pointed to when the clinician names nothing.
const MOST_POINTED_TO: usize = 20;

/// What the practitioner is pointed to: what the clinician names or, for somebody who is pointed to other help, what there is
/// for them.
fn pointed_to(conn: &mut Conn, sealer: &Sealer, form: &RecordOutcome, practitioner: Id, now: UtcTime) -> Result<Vec<String>> {
    let (named, today): (Vec<String>, _) = (form.signpost_ids.iter().map(|id| id.0.clone()).collect(), now.london_day());
    if let Some(index) = signposting::first_unknown(conn, &named, today)? {
        let detail = "There is no such signpost at present.";
        return Err(Refusal::new(Code::InvalidBody, detail).field(format!("/signpost_ids/{index}"), "unknown", detail).into());
    }
    if form.outcome != AssessmentOutcome::Signposted || !named.is_empty() {
        return Ok(named);
    }
    let found = pointing::for_person(conn, sealer, practitioner, pointing::ELSEWHERE, today)?;
    Ok(found.into_iter().take(MOST_POINTED_TO).map(|signpost| signpost.id).collect())
}
