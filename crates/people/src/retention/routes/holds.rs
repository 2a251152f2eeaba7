//! HTTP handlers of holds, which stop the destruction of a record.

use actix_web::{get, post};

use super::reference_of;
use crate::practitioners::queries as practitioners;
use crate::practitioners::rules::parse_reference;
use crate::relationships::{Basis, Permit, PermitExt, Protected, Purpose, conflicts};
use crate::retention::dto::{CreateRetentionHold, LiftRetentionHold, RetentionHoldQuery, RetentionHoldView};
use crate::retention::model::RetentionHold;
use crate::retention::queries::holds::{self, Filter};
use crate::{Caller, PrivacyOfficer};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::private::trimmed;
use platform::refusal::Reason;
use platform::{Platform, Tx};

/// Create a hold on a record
///
/// For legal proceedings, an inquiry, a complaint or a request of the person: the record is not destroyed until every hold on it is lifted, also
/// where its retention ends meanwhile. Name the practitioner by reference.
#[utoipa::path(
    operation_id = "createRetentionHold", tag = "Retention", request_body = CreateRetentionHold,
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_hold.created")), ("x-problems" = json!(["not_found"]))),
    responses((status = 201, description = "The record is on hold.", body = RetentionHoldView))
)]
#[post("/v1/retention-holds")]
pub async fn create_retention_hold(
    caller: PrivacyOfficer,
    form: Json<CreateRetentionHold>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    // A reference that cannot be one is looked for all the same, so that the time does not tell.
    let reference = parse_reference(form.reference.reveal()).unwrap_or_default();
    let (ground, reason) = (form.ground, trimmed(&form.reason));
    platform
        .write_once(attempt, move |tx| {
            let permit = named(tx, &caller, &reference)?;
            practitioners::lock_practitioner(tx, permit.practitioner())?.ok_or_else(Error::not_found)?;
            let id = holds::insert(tx, permit.practitioner(), caller.id, ground, &reason)?;
            permit.record(tx, "retention_hold.created", ("retention_hold", Some(id)))?;
            let hold = holds::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            let view = RetentionHoldView::new(hold, reference_of(tx, permit.practitioner())?);
            Response::created(format!("/v1/retention-holds/{id}"), &view)
        })
        .await
}

/// List holds
///
/// Those on records of practitioners who must not meet you are left out.
#[utoipa::path(
    operation_id = "listRetentionHolds", tag = "Retention", params(RetentionHoldQuery),
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_hold.listed"))),
    responses((status = 200, description = "The holds, the newest first.", body = Page<RetentionHoldView>))
)]
#[get("/v1/retention-holds")]
pub async fn list_retention_holds(
    caller: PrivacyOfficer,
    query: Query<RetentionHoldQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let filter = Filter { in_force: query.0.in_force, hidden: Vec::new(), before: paging.after };
    platform
        .write(move |tx| {
            let hidden = conflicts::everyone_excluded_from(tx, caller.id)?;
            let rows = holds::list(tx, &Filter { hidden, ..filter.clone() }, paging.rows())?;
            let page = paging.readable(rows)?;
            let rows = page.items.into_iter().map(|hold| with_reason(Protected::new(hold.practitioner, hold)));
            let (rows, listed) = (rows.collect(), ("retention_hold.listed", "retention_hold"));
            let items = Protected::show_each(tx, &caller, rows, Purpose::Know, listed, |hold: &RetentionHold| hold.id)?;
            let people: Vec<Id> = items.iter().map(|hold| hold.practitioner).collect();
            let references = practitioners::references(tx, &people)?;
            let view = |hold: RetentionHold| {
                let reference = references.get(&hold.practitioner).cloned().unwrap_or_default();
                RetentionHoldView::new(hold, reference)
            };
            let items = items.into_iter().map(view).collect();
            Response::ok(&Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Get a hold
#[utoipa::path(
    operation_id = "getRetentionHold", tag = "Retention",
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_hold.read"))),
    params(("id" = Id, Path, description = "The hold.")),
    responses((status = 200, description = "The hold.", body = RetentionHoldView))
)]
#[get("/v1/retention-holds/{id}")]
pub async fn get_retention_hold(caller: PrivacyOfficer, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, hold) = found(tx, &caller, id)?;
            permit.record(tx, "retention_hold.read", ("retention_hold", Some(id)))?;
            Response::ok(&RetentionHoldView::new(hold, reference_of(tx, permit.practitioner())?))
        })
        .await
}

/// Lift a hold
///
/// With the reason. The record may be destroyed again, once two privacy officers decide so.
#[utoipa::path(
    operation_id = "liftRetentionHold", tag = "Retention", request_body = LiftRetentionHold,
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("retention_hold.lifted")), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The hold.")),
    responses((status = 200, description = "Lifted.", body = RetentionHoldView))
)]
#[post("/v1/retention-holds/{id}/lift")]
pub async fn lift_retention_hold(
    caller: PrivacyOfficer,
    id: Path<Id>,
    form: Json<LiftRetentionHold>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (id, reason) = (id.0, trimmed(&form.reason));
    platform
        .write_once(attempt, move |tx| {
            let (permit, _) = found(tx, &caller, id)?;
            if !holds::lift(tx, id, caller.id, &reason)? {
                return Err(Reason::HoldLifted.into());
            }
            permit.record(tx, "retention_hold.lifted", ("retention_hold", Some(id)))?;
            let hold = holds::find(tx, id)?.ok_or_else(Error::not_found)?.open(&permit)?;
            Response::ok(&RetentionHoldView::new(hold, reference_of(tx, permit.practitioner())?))
        })
        .await
}

/// The practitioner with this reference, whose record any privacy officer may put on hold who may meet them.
fn named(tx: &mut Tx, caller: &Caller, reference: &str) -> Result<Permit> {
    let found = practitioners::by_reference(tx, reference)?;
    let practitioner = found.map(|id| Protected::new(id, ()).while_open(|()| true, Basis::Retention));
    Ok(practitioner.permit(tx, caller, Purpose::Know)?.0)
}

/// A hold, which is itself a reason to know of the practitioner.
fn with_reason(hold: Protected<RetentionHold>) -> Protected<RetentionHold> {
    hold.while_open(|_| true, Basis::Retention)
}

fn found(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, RetentionHold)> {
    holds::find(tx, id)?.map(with_reason).permit(tx, caller, Purpose::Know)
}
