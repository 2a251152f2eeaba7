//! HTTP handlers of retention reviews. The practitioner's row is locked before a decision is stored.

use actix_web::web::Data;
use actix_web::{get, post};

use super::reference_of;
use crate::practitioners::queries as practitioners;
use crate::relationships::same_person::same_person;
use crate::relationships::{Basis, Permit, PermitExt, Protected, Purpose, conflicts};
use crate::retention::destruction::destroy;
use crate::retention::dto::{
    DestructionCertificateView, KeepRecord, ProposeRecordDestruction, RetentionReviewQuery, RetentionReviewView,
};
use crate::retention::facts;
use crate::retention::model::{RetentionReview, RetentionReviewState};
use crate::retention::queries::{self, Filter, NewDecision, holds};
use crate::retention::rules::{self, SecondPerson};
use crate::retention::tables::RetentionHandlers;
use crate::{Caller, PrivacyOfficer};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::private::trimmed;
use platform::{Platform, Tx};

/// List retention reviews
///
/// Records whose retention has ended, with the rule, the day of the last entry and since when they are due; nothing clinical. A job lists them
/// daily, and destroys none. Those of practitioners who must not meet you are left out.
#[utoipa::path(
    operation_id = "listRetentionReviews", tag = "Retention", params(RetentionReviewQuery),
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_review.listed"))),
    responses((status = 200, description = "The reviews, the newest first.", body = Page<RetentionReviewView>))
)]
#[get("/v1/retention-reviews")]
pub async fn list_retention_reviews(
    caller: PrivacyOfficer,
    query: Query<RetentionReviewQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let filter = Filter { state: query.0.state, hidden: Vec::new(), before: paging.after };
    platform
        .write(move |tx| {
            let hidden = conflicts::everyone_excluded_from(tx, caller.id)?;
            let rows = queries::list(tx, &Filter { hidden, ..filter.clone() }, paging.rows())?;
            let page = paging.readable(rows)?;
            let rows = page.items.into_iter().map(|review| with_reason(Protected::new(review.practitioner, review)));
            let (rows, listed) = (rows.collect(), ("retention_review.listed", "retention_review"));
            let items = Protected::show_each(tx, &caller, rows, Purpose::Know, listed, |review: &RetentionReview| review.id)?;
            let people: Vec<Id> = items.iter().map(|review| review.practitioner).collect();
            let (references, held) = (practitioners::references(tx, &people)?, holds::held_among(tx, &people)?);
            let view = |review: RetentionReview| {
                let reference = references.get(&review.practitioner).cloned().unwrap_or_default();
                let is_held = held.contains(&review.practitioner);
                RetentionReviewView::new(review, reference, is_held)
            };
            let items = items.into_iter().map(view).collect();
            Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a retention review
#[utoipa::path(
    operation_id = "getRetentionReview", tag = "Retention",
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_review.read"))),
    params(("id" = Id, Path, description = "The review.")),
    responses((status = 200, description = "The review.", body = RetentionReviewView))
)]
#[get("/v1/retention-reviews/{id}")]
pub async fn get_retention_review(caller: PrivacyOfficer, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, _) = found(tx, &caller, id)?;
            permit.record(tx, "retention_review.read", ("retention_review", Some(id)))?;
            answer(tx, &permit, id)
        })
        .await
}

/// Keep a record longer
///
/// With the reason, for at most ten years. Then the record is listed again. It also ends a proposed destruction.
#[utoipa::path(
    operation_id = "keepRecord", tag = "Retention", request_body = KeepRecord,
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_review.kept")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The review.")),
    responses((status = 200, description = "Kept.", body = RetentionReviewView))
)]
#[post("/v1/retention-reviews/{id}/keep")]
pub async fn keep_record(
    caller: PrivacyOfficer,
    id: Path<Id>,
    form: Json<KeepRecord>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (id, until, reason) = (id.0, form.keep_until, trimmed(&form.reason));
    platform
        .write_once(attempt, move |tx| {
            let (permit, review) = locked(tx, &caller, id)?;
            rules::check_undecided(review.state, true)?;
            rules::check_kept_until(until, tx.now.london_day())?;
            let state = RetentionReviewState::Kept;
            queries::decide(tx, id, NewDecision { state, by: caller.id, reason: &reason, kept_until: Some(until) })?;
            permit.record(tx, "retention_review.kept", ("retention_review", Some(id)))?;
            answer(tx, &permit, id)
        })
        .await
}

/// Propose to destroy a record
///
/// Nothing is destroyed until another privacy officer approves it. It is refused while a hold is in force, a risk alert is open, an
/// appointment is booked or the practitioner is in care, and when the record has a newer entry.
#[utoipa::path(
    operation_id = "proposeRecordDestruction", tag = "Retention", request_body = ProposeRecordDestruction,
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_review.destruction_proposed")),
        ("x-problems" = json!(["state_conflict", "risk_alert_open", "upcoming_appointments"]))),
    params(("id" = Id, Path, description = "The review.")),
    responses((status = 200, description = "Proposed.", body = RetentionReviewView))
)]
#[post("/v1/retention-reviews/{id}/propose-destruction")]
pub async fn propose_record_destruction(
    caller: PrivacyOfficer,
    id: Path<Id>,
    form: Json<ProposeRecordDestruction>,
    attempt: Attempt,
    platform: Platform,
    handlers: Data<RetentionHandlers>,
) -> Result<Response> {
    let (id, reason) = (id.0, trimmed(&form.reason));
    platform
        .write_once(attempt, move |tx| {
            let (permit, review) = locked(tx, &caller, id)?;
            rules::check_undecided(review.state, false)?;
            facts::read(tx, &handlers, review.practitioner)?.check_destructible(tx)?;
            let state = RetentionReviewState::DestructionProposed;
            queries::decide(tx, id, NewDecision { state, by: caller.id, reason: &reason, kept_until: None })?;
            permit.record(tx, "retention_review.destruction_proposed", ("retention_review", Some(id)))?;
            answer(tx, &permit, id)
        })
        .await
}

/// Withdraw a proposed destruction
///
/// By the privacy officer who proposed it, or by another one who does not agree. The record waits for a decision again.
#[utoipa::path(
    operation_id = "withdrawRecordDestruction", tag = "Retention",
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_review.destruction_withdrawn")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The review.")),
    responses((status = 200, description = "Withdrawn.", body = RetentionReviewView))
)]
#[post("/v1/retention-reviews/{id}/withdraw-destruction")]
pub async fn withdraw_record_destruction(
    caller: PrivacyOfficer,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, review) = locked(tx, &caller, id)?;
            rules::check_proposed(review.state)?;
            queries::reset(tx, id, RetentionReviewState::Due)?;
            permit.record(tx, "retention_review.destruction_withdrawn", ("retention_review", Some(id)))?;
            answer(tx, &permit, id)
        })
        .await
}

/// Approve the destruction of a record
///
/// Everything of the practitioner is deleted at once and for good, in all tables: the account and the clinical record with its documents, bookings,
/// messages and indexes. What remains is the certificate in the response, and ids in the audit trail. You cannot approve what you
/// proposed (`second_person_required`), also not with a second account. What refuses a proposal refuses this too.
#[utoipa::path(
    operation_id = "approveRecordDestruction", tag = "Retention",
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("record.destroyed")),
        ("x-problems" = json!(["state_conflict", "second_person_required", "risk_alert_open", "upcoming_appointments"]))),
    params(("id" = Id, Path, description = "The review.")),
    responses((status = 200, description = "Destroyed.", body = DestructionCertificateView))
)]
#[post("/v1/retention-reviews/{id}/approve-destruction")]
pub async fn approve_record_destruction(
    caller: PrivacyOfficer,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
    handlers: Data<RetentionHandlers>,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, review) = locked(tx, &caller, id)?;
            rules::check_proposed(review.state)?;
            let proposed_by = review.decision.as_ref().map(|decision| decision.by);
            let proposed_by = proposed_by.ok_or_else(|| Error::internal("a destruction that no one proposed"))?;
            let may_be_proposer = same_person(tx, caller.id, proposed_by)?;
            rules::check_second_person(SecondPerson { proposed_by, caller: caller.id, may_be_proposer })?;
            facts::read(tx, &handlers, review.practitioner)?.check_destructible(tx)?;
            let certificate = destroy(tx, &handlers, &review, caller.id)?;
            permit.record(tx, "record.destroyed", ("destruction_certificate", Some(certificate.id)))?;
            Response::ok(&DestructionCertificateView::from(certificate))
        })
        .await
}

/// A review, which is itself a reason to know of the practitioner.
fn with_reason(review: Protected<RetentionReview>) -> Protected<RetentionReview> {
    review.while_open(|_| true, Basis::Retention)
}

fn found(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, RetentionReview)> {
    queries::find(tx, id)?.map(with_reason).permit(tx, caller, Purpose::Know)
}

/// The review, read again when the row of its practitioner is locked: everything that decides about a record locks that row first.
fn locked(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, RetentionReview)> {
    let (permit, _) = found(tx, caller, id)?;
    practitioners::lock_practitioner(tx, permit.practitioner())?;
    let review = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
    Ok((permit, review))
}

fn answer(tx: &mut Tx, permit: &Permit, id: Id) -> Result<Response> {
    let review = queries::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let is_held = !holds::held_among(tx, &[review.practitioner])?.is_empty();
    let reference = reference_of(tx, review.practitioner)?;
    Response::ok(&RetentionReviewView::new(review, reference, is_held))
}
