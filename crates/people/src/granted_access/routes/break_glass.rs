//! HTTP handlers of break-glass and its review.

use actix_web::web::Data;
use actix_web::{get, post};

use super::{Named, permitted};
use crate::granted_access::access_rules::allowed_by_break_glass;
use crate::granted_access::callers::{BreakGlassReader, BreakGlassUser};
use crate::granted_access::dto::{BreakGlassQuery, BreakGlassRequest, BreakGlassView, ReviewBreakGlass};
use crate::granted_access::model::{BreakGlass, Review, ReviewTexts};
use crate::granted_access::queries::{self, Filter};
use crate::granted_access::{notifications, rules};
use crate::relationships::same_person::same_person;
use crate::relationships::{Basis, Permit, PermitExt, Protected, Purpose, access_rules, conflicts};
use crate::{Caller, PrivacyOfficer, Role};
use platform::audit::{self, About};
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::private::{trimmed, trimmed_non_empty};
use platform::refusal::Reason;
use platform::throttle::Throttle;
use platform::{Platform, Tx};

/// Break the glass
///
/// When a practitioner's safety depends on it and you have no other reason to know of them. For an hour a clinician reads the record
/// and answers risk alerts, and a coordinator sees the practitioner's page and answers risk alerts. Nothing can be booked, requested or
/// arranged by it. It is refused where you may do all this already. Privacy officers are informed at once, and the practitioner later.
/// It never opens the record of a practitioner who must not meet you.
#[utoipa::path(
    operation_id = "breakGlass", tag = "Access", request_body = BreakGlassRequest,
    extensions(("x-roles" = json!(BreakGlassUser::ROLES)), ("x-audit" = json!("break_glass.begun")), ("x-problems" = json!(["not_found", "state_conflict"]))),
    responses((status = 201, description = "You have access.", body = BreakGlassView))
)]
#[post("/v1/break-glass")]
pub async fn break_glass(
    caller: BreakGlassUser,
    attempt: Attempt,
    form: Json<BreakGlassRequest>,
    platform: Platform,
    throttle: Data<Throttle>,
) -> Result<Response> {
    throttle.break_glass(caller.id)?;
    let named = Named::new(form.practitioner_id, form.reference.as_ref())?;
    let reason = trimmed(&form.reason);
    platform
        .write_once(attempt, move |tx| {
            let practitioner = permitted(tx, &caller, &named)?;
            let allowed = allowed_by_break_glass(caller.role);
            let has_access = access_rules::allow_all(tx, (caller.id, caller.role), practitioner, allowed)?;
            rules::check_needed(has_access)?;
            let id = queries::break_glass(tx, caller.id, practitioner, &reason)?;
            let about = About { practitioner, basis: Basis::BreakGlass.as_str() };
            audit::record_about(tx, caller.actor(), "break_glass.begun", ("break_glass", Some(id)), about)?;
            notifications::notify_privacy_officers(tx, id, practitioner)?;
            let (_, access) = found(tx, &caller, id, false)?;
            Response::created(format!("/v1/break-glass/{id}"), &BreakGlassView::new(access, false))
        })
        .await
}

/// List break-glass access
///
/// Privacy officers see all of it except that to practitioners who must not meet them; other staff see their own.
#[utoipa::path(
    operation_id = "listBreakGlass", tag = "Access", params(BreakGlassQuery),
    extensions(("x-roles" = json!(BreakGlassReader::ROLES)), ("x-audit" = json!("break_glass.listed"))),
    responses((status = 200, description = "The access, the newest first.", body = Page<BreakGlassView>))
)]
#[get("/v1/break-glass")]
pub async fn list_break_glass(
    caller: BreakGlassReader,
    query: Query<BreakGlassQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let in_full = caller.role == Role::PrivacyOfficer;
    let filter =
        Filter { staff: (!in_full).then_some(caller.id), reviewed: query.0.reviewed, hidden: Vec::new(), before: paging.after };
    platform
        .write(move |tx| {
            let people = queries::practitioners(tx, filter.staff)?;
            let hidden = conflicts::practitioners_excluded_from(tx, caller.id, &people)?;
            let rows = queries::list(tx, &Filter { hidden, ..filter.clone() }, paging.rows())?;
            let page = paging.readable(rows)?;
            let rows = page.items.into_iter().map(|access| with_reason(&caller, Protected::new(access.practitioner, access)));
            let (rows, listed) = (rows.collect(), ("break_glass.listed", "break_glass"));
            let items = Protected::show_each(tx, &caller, rows, Purpose::Know, listed, |access: &BreakGlass| access.id)?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            Response::ok(&page.map(|access| BreakGlassView::new(access, in_full)))
        })
        .await
}

/// Get break-glass access
///
/// For privacy officers and for the member of staff who has it. Every read is recorded.
#[utoipa::path(
    operation_id = "getBreakGlass", tag = "Access", extensions(("x-roles" = json!(BreakGlassReader::ROLES)), ("x-audit" = json!("break_glass.read"))),
    params(("id" = Id, Path, description = "The access.")),
    responses((status = 200, description = "The access.", body = BreakGlassView))
)]
#[get("/v1/break-glass/{id}")]
pub async fn get_break_glass(caller: BreakGlassReader, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let (permit, access) = found(tx, &caller, id, false)?;
            permit.record(tx, "break_glass.read", ("break_glass", Some(id)))?;
            Response::ok(&BreakGlassView::new(access, caller.role == Role::PrivacyOfficer))
        })
        .await
}

/// End break-glass access
///
/// By the member of staff who has it, as soon as they no longer need it.
#[utoipa::path(
    operation_id = "endBreakGlass", tag = "Access",
    extensions(("x-roles" = json!(BreakGlassUser::ROLES)), ("x-audit" = json!("break_glass.ended")), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The access.")),
    responses((status = 200, description = "Ended.", body = BreakGlassView))
)]
#[post("/v1/break-glass/{id}/end")]
pub async fn end_break_glass(caller: BreakGlassUser, id: Path<Id>, attempt: Attempt, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let (permit, access) = found(tx, &caller, id, true)?;
            rules::check_in_force(&access, tx.now)?;
            queries::end(tx, id)?;
            permit.record(tx, "break_glass.ended", ("break_glass", Some(id)))?;
            let (_, access) = found(tx, &caller, id, false)?;
            Response::ok(&BreakGlassView::new(access, false))
        })
        .await
}

/// Review break-glass access
///
/// Once, and not by the person whose access it was, also under another account. The practitioner is informed at once, unless you decide
/// that telling them would endanger someone; without a review they are informed after a week.
#[utoipa::path(
    operation_id = "reviewBreakGlass", tag = "Access", request_body = ReviewBreakGlass,
    extensions(("x-roles" = json!(PrivacyOfficer::ROLES)), ("x-audit" = json!("break_glass.reviewed")), ("x-problems" = json!(["state_conflict", "invalid_body", "own_account"]))),
    params(("id" = Id, Path, description = "The access.")),
    responses((status = 200, description = "Reviewed.", body = BreakGlassView))
)]
#[post("/v1/break-glass/{id}/review")]
pub async fn review_break_glass(
    caller: PrivacyOfficer,
    id: Path<Id>,
    form: Json<ReviewBreakGlass>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (id, informs) = (id.0, form.inform_practitioner);
    let texts =
        ReviewTexts { note: trimmed(&form.note), reason_not_to_tell: trimmed_non_empty(form.reason_not_to_inform.as_ref()) };
    rules::check_informing(informs, texts.reason_not_to_tell.as_deref())?;
    let outcome = form.outcome;
    platform
        .write_once(attempt, move |tx| {
            let (permit, access) = found(tx, &caller, id, true)?;
            if same_person(tx, caller.id, access.staff)? {
                return Err(Reason::OwnBreakGlass.into());
            }
            rules::check_not_reviewed(access.review.as_ref())?;
            let review = Review { by: caller.id, at: tx.now, outcome, texts: texts.clone(), informs };
            queries::review(tx, id, &review)?;
            permit.record(tx, "break_glass.reviewed", ("break_glass", Some(id)))?;
            if informs && access.informed_at.is_none() {
                notifications::tell_practitioner(tx, id, &permit)?;
            }
            let (_, access) = found(tx, &caller, id, false)?;
            Response::ok(&BreakGlassView::new(access, true))
        })
        .await
}

/// Break-glass access, which is itself a reason to know of the practitioner for its holder and for privacy officers.
fn with_reason(caller: &Caller, access: Protected<BreakGlass>) -> Protected<BreakGlass> {
    let reviews = caller.role == Role::PrivacyOfficer;
    access.while_open(|access| access.staff == caller.id, Basis::BreakGlass).while_open(|_| reviews, Basis::Review)
}

/// Break-glass access, for its holder and for privacy officers.
fn found(tx: &mut Tx, caller: &Caller, id: Id, locks: bool) -> Result<(Permit, BreakGlass)> {
    let access = if locks { queries::find_locked(tx, id)? } else { queries::find(tx, id)? };
    let (permit, access) = access.map(|access| with_reason(caller, access)).permit(tx, caller, Purpose::Know)?;
    if caller.role == Role::PrivacyOfficer || access.staff == caller.id { Ok((permit, access)) } else { Err(Error::not_found()) }
}
