//! Agreeing on a follow-up, changing it, calling it off.

use actix_web::{post, put};

use super::{locked, view};
use crate::follow_ups::dto::{CancelFollowUp, CreateFollowUp, FollowUpView, ReplaceFollowUp};
use crate::follow_ups::model::{HeldAppointment, Window};
use crate::follow_ups::plan::plan;
use crate::follow_ups::queries;
use crate::follow_ups::queries::{Agreed, Terms, chasing};
use crate::follow_ups::rules;
use people::practitioners::queries as registration;
use people::{Caller, Clinician};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Attempt, IfMatch, Json, Path};
use platform::ids::Id;
use platform::private::said;
use platform::refusal::Reason;
use reference::questionnaires;
use scheduling::booking::queries::appointments;
use scheduling::booking::treating;
use scheduling::calendar::callers::CareTeam;
use scheduling::calendar::messages as calendar;
use scheduling::calendar::messages::{Change, Changed};
use scheduling::calendar::model::AppointmentKind;

/// Create a follow-up
///
/// By the clinician of an appointment that has begun. The window is counted in days in Europe/London from the day of the
/// appointment. An appointment of that clinician and kind that begins in the window, a week before it or any time after it is
/// taken to be the one that was agreed; another one can be linked.
#[utoipa::path(
    operation_id = "createFollowUp", tag = "Follow-ups", request_body = CreateFollowUp,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["too_early", "not_eligible", "limit_reached",
        "invalid_body"]))),
    params(("id" = Id, Path, description = "The practitioner.")),
    responses((status = 201, description = "Agreed.", body = FollowUpView))
)]
#[post("/v1/practitioners/{id}/follow-ups")]
pub async fn agree_follow_up(
    caller: Clinician,
    id: Path<Id>,
    attempt: Attempt,
    form: Json<CreateFollowUp>,
    platform: Platform,
) -> Result<Answer> {
    let practitioner = id.0;
    platform
        .write_once(attempt, move |tx| {
            let id = agree(tx, &caller, practitioner, &form)?;
            let (view, version) = view(tx, &caller, id)?;
            Ok(Answer::created(format!("/v1/follow-ups/{id}"), &view)?.version(version))
        })
        .await
}

fn agree(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &CreateFollowUp) -> Result<Id> {
    treating::check_may_act_for(tx, caller, practitioner)?;
    let pathway = registration::lock_pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let held = appointments::open(tx, form.appointment_id)?
        .filter(|held| held.clinician == caller.id && held.facts.practitioner == practitioner)
        .ok_or_else(Error::not_found)?
        .facts;
    rules::may_agree_in(&HeldAppointment { starts_at: held.starts_at, status: held.status }, tx.now.get())?;
    let plan = plan();
    rules::may_have_another(pathway, queries::count_open(tx, practitioner)?, plan)?;
    let window = rules::window(held.starts_at, form.interval(), tx.now.get(), plan)?;
    let terms = Terms {
        clinician: wanted_clinician(tx, caller, practitioner, form.clinician_id.unwrap_or(caller.id))?,
        purpose: form.purpose,
        window,
        counts_from: rules::counts_from(window, tx.now.get(), plan).into(),
        kind: form.kind.unwrap_or(AppointmentKind::Treatment),
        mode: form.mode,
        questionnaire: known_questionnaire(form.questionnaire.as_deref())?,
        note: said(form.note.as_ref()),
        note_shared: form.note_shared.unwrap_or(false),
    };
    let look_at = rules::next_look(tx.now.get(), plan).into();
    let agreed = Agreed { id: Id::new(tx.now), practitioner, by: caller.id, appointment: form.appointment_id, look_at };
    queries::insert(tx, &agreed, &terms)?;
    audit::record(tx, caller.actor(), "follow_up.agreed", ("follow_up", Some(agreed.id)))?;
    tell(tx, terms.clinician, caller, agreed.id)?;
    Ok(agreed.id)
}

/// Tells the clinician with whom it is agreed, unless they did it themselves.
fn tell(tx: &mut Tx, clinician: Id, caller: &Caller, follow_up: Id) -> Result<()> {
    calendar::tell(tx, clinician, Some(caller.id), Change::of(Changed::FollowUp, follow_up))
}

/// The caller, or somebody whom the practitioner can book. One whom they must not meet does not exist.
fn wanted_clinician(tx: &mut Tx, caller: &Caller, practitioner: Id, wanted: Id) -> Result<Id> {
    if wanted == caller.id || chasing::can_be_booked(tx, practitioner, wanted)? {
        return Ok(wanted);
    }
    Err(Error::field(Reason::InvalidBody, "/clinician_id", "unknown", "There is no such clinician to be booked."))
}

fn known_questionnaire(code: Option<&str>) -> Result<Option<String>> {
    let Some(code) = code else { return Ok(None) };
    let known = questionnaires::catalogue()
        .get(code)
        .ok_or_else(|| Error::field(Reason::InvalidBody, "/questionnaire", "unknown", "There is no such questionnaire."))?;
    Ok(Some(known.code.clone()))
}

/// Replace a follow-up
///
/// By a clinician who treats. All of it is said anew. When the window moves, letters begin anew.
#[utoipa::path(
    operation_id = "replaceFollowUp", tag = "Follow-ups", request_body = ReplaceFollowUp,
    extensions(("x-roles" = json!(Clinician::ROLES)), ("x-problems" = json!(["state_conflict", "invalid_body"]))),
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
) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (one, _) = locked(tx, &caller, id)?;
            seen.check(one.row.version)?;
            rules::check_open(rules::state(&one.standing, tx.now.london_day()))?;
            let (plan, window) = (plan(), Window { from: form.due_from, by: form.due_by });
            let moved = window != one.row.window();
            if moved {
                rules::check_window(window, tx.now.get(), plan)?;
            }
            let practitioner = one.row.practitioner_id;
            let wanted = form.clinician_id;
            let same = wanted == one.row.clinician_id;
            let terms = Terms {
                clinician: if same { wanted } else { wanted_clinician(tx, &caller, practitioner, wanted)? },
                purpose: form.purpose,
                window,
                counts_from: rules::counts_from(window, one.row.agreed_at.get(), plan).into(),
                kind: form.kind,
                mode: form.mode,
                questionnaire: known_questionnaire(form.questionnaire.as_deref())?,
                note: said(form.note.as_ref()),
                note_shared: form.note_shared.unwrap_or(false),
            };
            queries::replace(tx, id, &terms, moved)?;
            audit::record(tx, caller.actor(), "follow_up.changed", ("follow_up", Some(id)))?;
            tell(tx, wanted, &caller, id)?;
            if !same {
                tell(tx, one.row.clinician_id, &caller, id)?;
            }
            let (view, version) = view(tx, &caller, id)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}

/// Cancel a follow-up
///
/// Nothing is sent about it any more.
#[utoipa::path(
    operation_id = "cancelFollowUp", tag = "Follow-ups", request_body = CancelFollowUp,
    extensions(("x-roles" = json!(CareTeam::ROLES)), ("x-problems" = json!(["state_conflict"]))),
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
) -> Result<Answer> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (one, _) = locked(tx, &caller, id)?;
            rules::check_open(rules::state(&one.standing, tx.now.london_day()))?;
            queries::cancel(tx, id, caller.id, (form.reason, said(form.note.as_ref()).as_deref()))?;
            audit::record(tx, caller.actor(), "follow_up.cancelled", ("follow_up", Some(id)))?;
            tell(tx, one.row.clinician_id, &caller, id)?;
            let (view, version) = view(tx, &caller, id)?;
            Ok(Answer::ok(&view)?.version(version))
        })
        .await
}
