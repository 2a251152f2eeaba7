//! HTTP handlers for creating, replacing and cancelling a follow-up.

use actix_web::web::Data;
use actix_web::{post, put};

use super::{find_locked, view};
use crate::follow_ups::dto::{CancelFollowUp, CreateFollowUp, FollowUpView, ReplaceFollowUp};
use crate::follow_ups::in_force::policy;
use crate::follow_ups::model::{AppointmentFacts, Window};
use crate::follow_ups::queries;
use crate::follow_ups::queries::{NewFollowUp, Terms, jobs};
use crate::follow_ups::rules;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::audit::{self, RefusedAttempt};
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;
use platform::refusal::Reason;
use platform::throttle::Throttle;
use reference::questionnaires;
use scheduling::booking::care_relationship;
use scheduling::booking::queries::appointments;
use scheduling::calendar::callers::CareTeam;
use scheduling::calendar::messages as calendar;
use scheduling::calendar::messages::{Change, ChangeKind};
use scheduling::calendar::model::AppointmentKind;

/// Create a follow-up
///
/// By the clinician of an appointment that has begun. The window is counted in days in Europe/London from the date of the
/// appointment. An appointment with the right clinician and kind fulfils it if it begins in the window, up to a week before or
/// any time after; another appointment can be linked.
#[utoipa::path(
    operation_id = "createFollowUp", tag = "Follow-ups", request_body = CreateFollowUp,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("follow_up.agreed")), ("x-problems" = json!(["state_conflict", "too_early", "not_eligible",
        "limit_reached", "invalid_body"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Created.", body = FollowUpView))
)]
#[post("/v1/practitioners/{id}/follow-ups")]
pub async fn create_follow_up(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateFollowUp>,
    platform: Platform,
    throttle: Data<Throttle>,
) -> Result<Response> {
    check_trials(&throttle, &caller, form.clinician_id)?;
    let (practitioner, named, later) = (id.0, form.clinician_id, platform.clone());
    let agreed = platform
        .write_once(attempt, move |tx| {
            let id = agree(tx, &caller, practitioner, &form)?;
            let (_, view, version) = view(tx, &caller, id)?;
            Ok(Response::created(format!("/v1/follow-ups/{id}"), &view)?.with_version(version))
        })
        .await;
    record_refused(&later, &caller, named, ("practitioner", practitioner), agreed).await
}

/// Counts an attempt to give a follow-up to another clinician: the answer may tell whether the practitioner must not meet them.
fn check_trials(throttle: &Throttle, caller: &Caller, named: Option<Id>) -> Result<()> {
    if named.is_some_and(|named| named != caller.id) { throttle.conflict_trial(caller.id) } else { Ok(()) }
}

/// The kind of a follow-up in the audit trail.
const FOLLOW_UP: &str = "follow_up";

/// Records a refused attempt to give a follow-up to another clinician, so that trying out who a practitioner must not meet shows in
/// the audit trail.
async fn record_refused(
    platform: &Platform,
    caller: &Caller,
    named: Option<Id>,
    subject: (&'static str, Id),
    response: Result<Response>,
) -> Result<Response> {
    let refused = response.as_ref().is_err_and(|error| error.reason() == Reason::InvalidBody);
    if refused && named.is_some_and(|named| named != caller.id) {
        let actor = caller.actor();
        platform
            .write(move |tx| {
                let practitioner =
                    if subject.0 == FOLLOW_UP { queries::practitioner_of(tx, subject.1)? } else { Some(subject.1) };
                audit::record_refused(tx, actor, &RefusedAttempt::new("follow_up.refused", subject, practitioner))
            })
            .await?;
    }
    response
}

fn agree(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &CreateFollowUp) -> Result<Id> {
    let permit = care_relationship::check_may_act_for(tx, caller, practitioner)?;
    let pathway = registration::lock_practitioner(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let appointment = appointments::find(tx, form.appointment_id)?.ok_or_else(Error::not_found)?.open(&permit)?;
    if appointment.clinician != caller.id {
        return Err(Error::not_found());
    }
    let appointment = appointment.facts;
    rules::may_agree_follow_up(&AppointmentFacts { starts_at: appointment.starts_at, status: appointment.status }, tx.now.get())?;
    let policy = policy(tx)?;
    rules::may_add_follow_up(pathway, queries::count_open(tx, practitioner)?, &policy)?;
    let window = rules::window(appointment.starts_at, form.interval(), tx.now.get(), &policy)?;
    let terms = Terms {
        clinician: bookable_clinician(tx, caller, practitioner, form.clinician_id.unwrap_or(caller.id))?,
        purpose: form.purpose,
        window,
        counts_from: rules::counts_from(window, tx.now.get(), &policy).into(),
        kind: form.kind.unwrap_or(AppointmentKind::Treatment),
        mode: form.mode,
        questionnaire: check_questionnaire(form.questionnaire.as_deref())?,
        note: trimmed_non_empty(form.note.as_ref()),
        note_shared: form.note_shared.unwrap_or(false),
    };
    let next_step_at = rules::next_check(tx.now.get(), &policy).into();
    let agreed = NewFollowUp {
        id: Id::new(tx.now),
        practitioner,
        agreed_by: caller.id,
        appointment: form.appointment_id,
        first_check_at: next_step_at,
    };
    queries::insert(tx, &agreed, &terms)?;
    permit.record(tx, "follow_up.agreed", ("follow_up", Some(agreed.id)))?;
    notify_clinician(tx, terms.clinician, caller, agreed.id)?;
    Ok(agreed.id)
}

/// Notifies the clinician of a follow-up, unless they are the caller or must not know of the practitioner.
fn notify_clinician(tx: &mut Tx, clinician: Id, caller: &Caller, follow_up: Id) -> Result<()> {
    let about = queries::practitioner_of(tx, follow_up)?.ok_or_else(Error::not_found)?;
    if conflicts::are_in_conflict(tx, about, clinician)? {
        return Ok(());
    }
    calendar::notify(tx, clinician, Some(caller.id), Change::of(ChangeKind::FollowUp, about))
}

/// Checks that the clinician is the caller or can be booked by the practitioner. A clinician in conflict with the practitioner is
/// treated as unknown.
fn bookable_clinician(tx: &mut Tx, caller: &Caller, practitioner: Id, clinician: Id) -> Result<Id> {
    if clinician == caller.id || jobs::can_be_booked(tx, practitioner, clinician)? {
        return Ok(clinician);
    }
    Err(Error::field(Reason::InvalidBody, "/clinician_id", "unknown", "No clinician with this id can be booked here."))
}

fn check_questionnaire(code: Option<&str>) -> Result<Option<String>> {
    let Some(code) = code else { return Ok(None) };
    let known = questionnaires::catalogue().get(code).ok_or_else(|| {
        Error::field(Reason::InvalidBody, "/questionnaire", "unknown", "This questionnaire does not exist. Choose another one.")
    })?;
    Ok(Some(known.code.clone()))
}

/// Replace a follow-up
///
/// By a clinician who treats the practitioner. Replaces the whole follow-up. If the window moves, reminders start again.
#[utoipa::path(
    operation_id = "replaceFollowUp", tag = "Follow-ups", request_body = ReplaceFollowUp,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-audit" = json!("follow_up.changed")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The follow-up."), IfMatch),
    responses((status = 200, description = "The follow-up as it is now.", body = FollowUpView))
)]
#[put("/v1/follow-ups/{id}")]
pub async fn replace_follow_up(
    caller: Clinician,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<ReplaceFollowUp>,
    platform: Platform,
    throttle: Data<Throttle>,
) -> Result<Response> {
    check_trials(&throttle, &caller, Some(form.clinician_id))?;
    let (id, named, later) = (id.0, form.clinician_id, platform.clone());
    let replaced = platform
        .write(move |tx| {
            let (permit, one) = find_locked(tx, &caller, id)?;
            seen.check(one.row.version)?;
            rules::check_open(rules::state(&one.facts, tx.now.london_day()))?;
            let (policy, window) = (policy(tx)?, Window { from: form.due_from, by: form.due_until });
            let moved = window != one.row.window();
            if moved {
                rules::check_window(window, tx.now.get(), &policy)?;
            }
            let practitioner = one.row.practitioner_id;
            let clinician = form.clinician_id;
            let same = clinician == one.row.clinician_id;
            let terms = Terms {
                clinician: if same { clinician } else { bookable_clinician(tx, &caller, practitioner, clinician)? },
                purpose: form.purpose,
                window,
                counts_from: rules::counts_from(window, one.row.agreed_at.get(), &policy).into(),
                kind: form.kind,
                mode: form.mode,
                questionnaire: check_questionnaire(form.questionnaire.as_deref())?,
                note: trimmed_non_empty(form.note.as_ref()),
                note_shared: form.note_shared.unwrap_or(false),
            };
            queries::replace(tx, id, &terms, moved)?;
            permit.record(tx, "follow_up.changed", ("follow_up", Some(id)))?;
            notify_clinician(tx, clinician, &caller, id)?;
            if !same {
                notify_clinician(tx, one.row.clinician_id, &caller, id)?;
            }
            let (_, view, version) = view(tx, &caller, id)?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await;
    record_refused(&later, &caller, Some(named), (FOLLOW_UP, id), replaced).await
}

/// Cancel a follow-up
///
/// No more messages are sent about it.
#[utoipa::path(
    operation_id = "cancelFollowUp", tag = "Follow-ups", request_body = CancelFollowUp,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-audit" = json!("follow_up.cancelled")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The follow-up.")),
    responses((status = 200, description = "Cancelled.", body = FollowUpView))
)]
#[post("/v1/follow-ups/{id}/cancel")]
pub async fn cancel_follow_up(
    caller: CareTeam,
    id: Path<Id>,
    form: Json<CancelFollowUp>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, one) = find_locked(tx, &caller, id)?;
            rules::check_open(rules::state(&one.facts, tx.now.london_day()))?;
            queries::cancel(tx, id, caller.id, (form.reason, trimmed_non_empty(form.note.as_ref()).as_deref()))?;
            permit.record(tx, "follow_up.cancelled", ("follow_up", Some(id)))?;
            notify_clinician(tx, one.row.clinician_id, &caller, id)?;
            let (_, view, version) = view(tx, &caller, id)?;
            Ok(Response::ok(&view)?.with_version(version))
        })
        .await
}
