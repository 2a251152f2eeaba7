//! HTTP handlers for linking an appointment to a follow-up and recording calls about it.

use actix_web::post;

use super::{find_locked, view};
use crate::follow_ups::dto::{FollowUpContactAttempt, FollowUpView, LinkFollowUpAppointment, RecordFollowUpContactAttempt};
use crate::follow_ups::in_force::policy;
use crate::follow_ups::model::AppointmentFacts;
use crate::follow_ups::queries;
use crate::follow_ups::queries::contacts;
use crate::follow_ups::rules;
use people::Role;
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::{Private, trimmed_non_empty};
use scheduling::booking::queries::appointments;
use scheduling::calendar::callers::CareTeam;
use scheduling::clinicians::callers::PractitionerOrCareTeam;

/// Link an appointment to a follow-up
///
/// For an appointment that is not found by its clinician, kind and time. It fulfils the follow-up while it is booked or
/// attended, with any clinician; if it is cancelled or missed, the follow-up is open again. Clinicians can link only their own
/// appointments.
#[utoipa::path(
    operation_id = "linkFollowUpAppointment", tag = "Follow-ups", request_body = LinkFollowUpAppointment,
    extensions(("x-roles" = json!(PractitionerOrCareTeam::ROLES)), ("x-audit" = json!("follow_up.linked")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The follow-up.")),
    responses((status = 200, description = "The follow-up as it is now.", body = FollowUpView))
)]
#[post("/v1/follow-ups/{id}/link-appointment")]
pub async fn link_follow_up_appointment(
    caller: PractitionerOrCareTeam,
    id: Path<Id>,
    form: Json<LinkFollowUpAppointment>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, one) = find_locked(tx, &caller, id)?;
            rules::check_open(rules::state(&one.facts, tx.now.london_day()))?;
            let appointment = appointments::find(tx, form.appointment_id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            if caller.role == Role::Clinician && appointment.clinician != caller.id {
                return Err(Error::not_found());
            }
            let appointment = appointment.facts;
            let agreed_at =
                appointments::find(tx, one.row.agreed_appointment_id)?.ok_or_else(Error::not_found)?.open(&permit)?.facts;
            let facts = AppointmentFacts { starts_at: appointment.starts_at, status: appointment.status };
            rules::may_link(&facts, agreed_at.starts_at)?;
            queries::link(tx, id, appointment.id)?;
            permit.record(tx, "follow_up.linked", ("follow_up", Some(id)))?;
            let (_, view, version) = view(tx, &caller, id)?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await
}

/// Record an attempt to reach a practitioner about a follow-up
///
/// The result decides when staff are asked to call again. If the practitioner declined, no more messages are sent.
#[utoipa::path(
    operation_id = "recordFollowUpContactAttempt", tag = "Follow-ups", request_body = RecordFollowUpContactAttempt,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("follow_up.contact_recorded")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The follow-up.")),
    responses((status = 201, description = "Recorded.", body = FollowUpContactAttempt))
)]
#[post("/v1/follow-ups/{id}/contact-attempts")]
pub async fn record_follow_up_contact_attempt(
    caller: CareTeam,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<RecordFollowUpContactAttempt>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, one) = find_locked(tx, &caller, id)?;
            rules::check_open(rules::state(&one.facts, tx.now.london_day()))?;
            let contact = contacts::Contact {
                id: Id::new(tx.now),
                at: tx.now,
                by: caller.id,
                outcome: form.outcome,
                note: trimmed_non_empty(form.note.as_ref()).map(Private::new),
            };
            let policy = policy(tx)?;
            let again = rules::next_call_due(form.outcome, tx.now.get(), &policy).map(Into::into);
            contacts::add(tx, id, &contact, again)?;
            permit.record(tx, "follow_up.contact_recorded", ("follow_up", Some(id)))?;
            Response::created(format!("/v1/follow-ups/{id}"), &FollowUpContactAttempt::from(contact))
        })
        .await
}
