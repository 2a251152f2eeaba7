//! HTTP handlers of feedback.

use actix_web::{get, post};

use super::catalogue;
use super::dto::{FeedbackComment, FeedbackView, GiveFeedback};
use super::model::{AppointmentFacts, FeedbackCommentReader, FeedbackSubject, FeedbackTarget, Ratings};
use super::queries::{self, Feedback, FeedbackScope};
use super::rules;
use crate::assessment::callers::PractitionerOrClinician;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::practitioners::queries::pathway_changes;
use people::relationships::{self, PermitExt, Protected, Purpose};
use people::{Coordinator, Practitioner, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Response};
use platform::ids::Id;
use platform::private::{Private, trimmed_non_empty};
use platform::refusal::{Reason, Refusal};
use scheduling::booking::care_relationship;

/// Give feedback
///
/// Once about each attended appointment, and once about care as a whole after it has ended. Statistics are published only for
/// groups of at least five people. Comments are encrypted; only the chosen reader can read them.
#[utoipa::path(
    operation_id = "giveFeedback", tag = "Feedback", request_body = GiveFeedback,
    extensions(("x-roles" = json!(Practitioner::ROLES)), ("x-audit" = json!("feedback.given")),
        ("x-problems" = json!(["not_found", "already_exists",
        "feedback_not_due", "too_late"]))),
    responses((status = 201, description = "Saved.", body = FeedbackView))
)]
#[post("/v1/feedback")]
pub async fn give_feedback(
    caller: Practitioner,
    attempt: Attempt,
    form: Json<GiveFeedback>,
    platform: Platform,
) -> Result<Response> {
    let appointment = named_appointment(&form)?;
    platform
        .write_once(attempt, move |tx| {
            let pathway = registration::lock_practitioner(tx, caller.id)?.ok_or_else(Error::not_found)?;
            let (target, clinician) = match appointment {
                Some(appointment) => appointment_target(tx, caller.id, appointment)?,
                None => discharge_target(tx, caller.id, pathway)?,
            };
            let (ratings, comment) = (ratings(&form), comment(&form));
            let feedback =
                Feedback { id: Id::new(tx.now), practitioner: caller.id, target, clinician, ratings, comment, given_at: tx.now };
            queries::insert(tx, &feedback)?;
            let permit = relationships::permit(tx, &caller, caller.id, Purpose::Act)?;
            permit.record(tx, "feedback.given", ("feedback", Some(feedback.id)))?;
            Response::created(format!("/v1/feedback/{}", feedback.id), &FeedbackView::for_author(feedback))
        })
        .await
}

/// The appointment that the form is about; none for care as a whole.
fn named_appointment(form: &GiveFeedback) -> Result<Option<Id>> {
    let wrong = |code, detail: &'static str| -> Result<Option<Id>> {
        Err(Refusal::new(Reason::InvalidBody, detail).field("/appointment_id", code, detail).into())
    };
    match (form.about, form.appointment_id) {
        (FeedbackSubject::Appointment, Some(id)) => Ok(Some(id)),
        (FeedbackSubject::Discharge, None) => Ok(None),
        (FeedbackSubject::Appointment, None) => wrong("required", "Name the appointment."),
        (FeedbackSubject::Discharge, Some(_)) => {
            wrong("not_allowed", "Leave the appointment out: the feedback is about care as a whole.")
        }
    }
}

fn appointment_target(tx: &mut Tx, practitioner: Id, id: Id) -> Result<(FeedbackTarget, Option<Id>)> {
    let appointment = care_relationship::practitioner_appointment(tx, id, practitioner)?.ok_or_else(Error::not_found)?;
    let target = FeedbackTarget::Appointment(id);
    let facts = AppointmentFacts {
        status: appointment.status,
        starts_at: appointment.starts_at,
        feedback_given: queries::has_feedback(tx, target)?,
    };
    rules::may_give_appointment_feedback(facts, catalogue::policy(), tx.now.get())?;
    Ok((target, Some(appointment.clinician)))
}

/// The end of care; the feedback is about the clinician who was seen last.
fn discharge_target(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<(FeedbackTarget, Option<Id>)> {
    let ended = match pathway {
        Pathway::Discharged => pathway_changes::last_entered(tx, practitioner, pathway)?,
        _ => None,
    };
    let given = match ended {
        Some((id, _)) => queries::has_feedback(tx, FeedbackTarget::Discharge(id))?,
        None => false,
    };
    rules::may_give_discharge_feedback(ended.map(|(_, at)| at.get()), given, catalogue::policy(), tx.now.get())?;
    let (id, _) = ended.ok_or(Reason::FeedbackNotDue)?;
    Ok((FeedbackTarget::Discharge(id), care_relationship::last_clinician_seen(tx, practitioner)?))
}

fn ratings(form: &GiveFeedback) -> Ratings {
    Ratings {
        helped: *form.helped.reveal(),
        wellbeing: *form.wellbeing.reveal(),
        would_recommend: form.would_recommend.as_ref().map(|opinion| *opinion.reveal()),
        confidentiality_kept: form.confidentiality_kept.as_ref().map(|opinion| *opinion.reveal()),
    }
}

fn comment(form: &GiveFeedback) -> Option<(Private<String>, FeedbackCommentReader)> {
    let text = trimmed_non_empty(form.comment.as_ref());
    text.map(|text| (text.into(), form.comment_for.unwrap_or(FeedbackCommentReader::Service)))
}

/// List feedback
///
/// Practitioners see their own. Clinicians see what is addressed to them by practitioners they may know of.
/// The list does not contain comments. What clinicians see is recorded.
#[utoipa::path(
    operation_id = "listFeedback", tag = "Feedback",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("feedback.listed"))),
    responses((status = 200, description = "The feedback, the newest first.", body = Page<FeedbackView>))
)]
#[get("/v1/feedback")]
pub async fn list_feedback(caller: PractitionerOrClinician, paging: Paging, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            let scope = match caller.role {
                Role::Practitioner => FeedbackScope::WrittenBy(caller.id),
                _ => FeedbackScope::AddressedTo(caller.id, relationships::permitted_practitioners(tx, &caller, Purpose::Know)?),
            };
            let rows = queries::list(tx, &scope, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let rows = page.items.into_iter().map(|feedback| Protected::new(feedback.practitioner, feedback)).collect();
            let action = ("feedback.listed", "feedback");
            let items = Protected::show_each(tx, &caller, rows, Purpose::Know, action, |feedback: &Feedback| feedback.id)?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            Response::ok(&page.map(|feedback| view(&caller, feedback).in_list()))
        })
        .await
}

fn view(caller: &PractitionerOrClinician, feedback: Feedback) -> FeedbackView {
    if caller.role == Role::Practitioner { FeedbackView::for_author(feedback) } else { FeedbackView::for_clinician(feedback) }
}

/// Get feedback
///
/// Practitioners read their own; clinicians read comments that are addressed to them. Every read is recorded.
#[utoipa::path(
    operation_id = "getFeedback", tag = "Feedback",
    extensions(("x-roles" = json!(PractitionerOrClinician::ROLES)), ("x-audit" = json!("feedback.read"))),
    params(("id" = Id, Path, description = "The feedback.")),
    responses((status = 200, description = "The feedback.", body = FeedbackView))
)]
#[get("/v1/feedback/{id}")]
pub async fn get_feedback(caller: PractitionerOrClinician, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, feedback) = queries::find(tx, id)?.permit(tx, &caller, Purpose::Know)?;
            check_addressed(&caller, &feedback)?;
            permit.record(tx, "feedback.read", ("feedback", Some(id)))?;
            Response::ok(&view(&caller, feedback))
        })
        .await
}

/// Checks that a clinician is the one this feedback is addressed to. For others it does not exist.
fn check_addressed(caller: &PractitionerOrClinician, feedback: &Feedback) -> Result<()> {
    let addressed =
        matches!(feedback.comment, Some((_, FeedbackCommentReader::Clinician))) && feedback.clinician == Some(caller.id);
    if caller.role == Role::Clinician && !addressed { Err(Error::not_found()) } else { Ok(()) }
}

/// List anonymous feedback comments
///
/// Comments for those who run the service. They are released some weeks later, at least five people's at a time and in random
/// order, without anything that identifies the author or the appointment.
#[utoipa::path(
    operation_id = "listFeedbackComments", tag = "Feedback",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("feedback.comments_read"))),
    responses((status = 200, description = "The comments, the newest release first.", body = Page<FeedbackComment>))
)]
#[get("/v1/feedback-comments")]
pub async fn list_feedback_comments(caller: Coordinator, paging: Paging<(Id, Id)>, platform: Platform) -> Result<Response> {
    platform
        .write(move |tx| {
            let rows = queries::comments(tx, paging.after, paging.rows())?;
            // An unreadable comment is named by its random id; the id of the feedback would identify its author.
            let page = paging.readable(rows)?;
            audit::record(tx, caller.actor(), "feedback.comments_read", ("feedback", None))?;
            Response::ok(&page.map(FeedbackComment::from))
        })
        .await
}
