//! HTTP handlers of the staff who decide about reasons for confidentiality that were given in words.

use actix_web::{get, post};

use crate::registration::callers::ReasonDecider;
use crate::registration::dto::{
    ConfidentialityReasonQuery, ConfidentialityReasonSummary, ConfidentialityReasonView, DecideConfidentialityReason,
};
use crate::registration::model::{Applicant, ConfidentialityReasonState, ReasonInWords};
use crate::registration::queries::eligibility_rules::load_rules;
use crate::registration::queries::funding_requests;
use crate::registration::queries::reasons::{self, ReasonFilter};
use crate::registration::{deciders, notifications, rules};
use people::practitioners::model::EligibilityDecision;
use people::practitioners::queries as practitioners;
use people::relationships::{self, Basis, Permit, PermitExt, Protected, Purpose, conflicts};
use people::{Caller, Role};
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::{Id, UtcTime};
use platform::private::trimmed;
use platform::{Platform, Tx};

/// List confidentiality reasons
///
/// Reasons that practitioners gave in their own words, for coordinators who may know of the practitioner: until 30 days after the
/// decision also those of someone else, except where they must not meet. Privacy officers see what waits while no coordinator may know of
/// the practitioner, and what they have decided. What staff see is recorded.
#[utoipa::path(
    operation_id = "listConfidentialityReasons", tag = "Registration", params(ConfidentialityReasonQuery),
    extensions(("x-roles" = json!(ReasonDecider::ROLES)), ("x-audit" = json!("confidentiality_reason.listed"))),
    responses((status = 200, description = "The reasons, the oldest first.", body = Page<ConfidentialityReasonSummary>))
)]
#[get("/v1/confidentiality-reasons")]
pub async fn list_confidentiality_reasons(
    caller: ReasonDecider,
    query: Query<ConfidentialityReasonQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let state = query.0.state;
    platform
        .write(move |tx| {
            let since = readable_since(tx);
            let filter = ReasonFilter { state, after: paging.after, ..visible_to(tx, &caller, since)? };
            let page = paging.readable(reasons::list(tx, &filter, paging.rows())?)?;
            let alone = caller.role == Role::PrivacyOfficer;
            let rows = page.items.into_iter().map(|reason| with_reason(&caller, reason, alone, since)).collect();
            let action = ("confidentiality_reason.listed", "confidentiality_reason");
            let items = Protected::show_each(tx, &caller, rows, Purpose::Know, action, |reason: &ReasonInWords| reason.id)?;
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            let today = tx.now.london_day();
            let page = page.try_map_readable(
                |reason: &ReasonInWords| reason.id,
                |reason| {
                    let person = practitioners::find(tx, reason.practitioner)?.ok_or_else(Error::not_found)?;
                    Ok(ConfidentialityReasonSummary::new(&reason, person, today))
                },
            )?;
            Response::ok(&page)
        })
        .await
}

/// Get a confidentiality reason
///
/// With the practitioner's words, and the decision once there is one. Every read is recorded.
#[utoipa::path(
    operation_id = "getConfidentialityReason", tag = "Registration",
    extensions(("x-roles" = json!(ReasonDecider::ROLES)), ("x-audit" = json!("confidentiality_reason.read"))),
    params(("id" = Id, Path, description = "The reason.")),
    responses((status = 200, description = "The reason.", body = ConfidentialityReasonView))
)]
#[get("/v1/confidentiality-reasons/{id}")]
pub async fn get_confidentiality_reason(caller: ReasonDecider, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let owner = reasons::practitioner_of(tx, id)?.unwrap_or(Id::NO_RECORD);
            let (permit, _) = permit(tx, &caller, owner, id, Purpose::Know)?;
            permit.record(tx, "confidentiality_reason.read", ("confidentiality_reason", Some(id)))?;
            view(tx, &permit, id)
        })
        .await
}

/// Accept a confidentiality reason
///
/// The practitioner is covered, and is informed in neutral words. They read the reason for the decision.
#[utoipa::path(
    operation_id = "acceptConfidentialityReason", tag = "Registration", request_body = DecideConfidentialityReason,
    extensions(("x-roles" = json!(ReasonDecider::ROLES)), ("x-audit" = json!("confidentiality_reason.accepted")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The reason."), IfMatch),
    responses((status = 200, description = "Accepted.", body = ConfidentialityReasonView))
)]
#[post("/v1/confidentiality-reasons/{id}/accept")]
pub async fn accept_confidentiality_reason(
    caller: ReasonDecider,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<DecideConfidentialityReason>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (id, words) = (id.0, trimmed(&form.reason));
    platform.write_once(attempt, move |tx| decide(tx, &caller, id, &seen, (ConfidentialityReasonState::Accepted, &words))).await
}

/// Decline a confidentiality reason
///
/// The rules for people whose reason does not count apply: they may ask their commissioner to pay, or are pointed to other help. They
/// are informed in neutral words, and read the reason for the decision and what they can do next.
#[utoipa::path(
    operation_id = "declineConfidentialityReason", tag = "Registration", request_body = DecideConfidentialityReason,
    extensions(("x-roles" = json!(ReasonDecider::ROLES)), ("x-audit" = json!("confidentiality_reason.declined")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The reason."), IfMatch),
    responses((status = 200, description = "Declined.", body = ConfidentialityReasonView))
)]
#[post("/v1/confidentiality-reasons/{id}/decline")]
pub async fn decline_confidentiality_reason(
    caller: ReasonDecider,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<DecideConfidentialityReason>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let (id, words) = (id.0, trimmed(&form.reason));
    platform.write_once(attempt, move |tx| decide(tx, &caller, id, &seen, (ConfidentialityReasonState::Declined, &words))).await
}

/// Until when after it ended a reason is itself a reason for staff to know of its practitioner.
fn readable_since(tx: &Tx) -> UtcTime {
    tx.now - tx.policy.read_after_care
}

/// The reasons that a list shows to the caller, before the page is cut.
fn visible_to(tx: &mut Tx, caller: &Caller, since: UtcTime) -> Result<ReasonFilter> {
    let hidden = conflicts::everyone_excluded_from(tx, caller.id)?;
    if caller.role == Role::PrivacyOfficer {
        let mut ids = reasons::decided_by(tx, caller.id, since)?;
        for waiting in reasons::waiting(tx, None)?.into_iter().filter(|waiting| waiting.escalated_at.is_some()) {
            if deciders::is_for_privacy_officers(tx, waiting.practitioner)? {
                ids.push(waiting.id);
            }
        }
        return Ok(ReasonFilter { ids: Some(ids), hidden, ..ReasonFilter::default() });
    }
    let permitted = relationships::permitted_practitioners(tx, caller, Purpose::Know)?.or_since(reasons::ENDED_AT, since);
    Ok(ReasonFilter { permitted: Some(permitted), hidden, ..ReasonFilter::default() })
}

/// A reason, which is itself a reason for coordinators to know of its practitioner until some time after the decision, and for privacy
/// officers while it waits and no coordinator may know of them (`alone`), and after their own decision.
fn with_reason(caller: &Caller, reason: Protected<ReasonInWords>, alone: bool, since: UtcTime) -> Protected<ReasonInWords> {
    let officer = caller.role == Role::PrivacyOfficer;
    let counts = |reason: &ReasonInWords| {
        let own = reason.decided_by == Some(caller.id);
        reason.counts_since(since) && (!officer || own || (alone && reason.is_waiting() && reason.escalated_at.is_some()))
    };
    reason.while_open(counts, Basis::Eligibility)
}

/// A reason that the caller may know of for this purpose. `owner` is its practitioner.
fn permit(tx: &mut Tx, caller: &Caller, owner: Id, id: Id, purpose: Purpose) -> Result<(Permit, ReasonInWords)> {
    // Asked of an unknown id too: a 404 takes the same statements for every reason.
    let alone = caller.role == Role::PrivacyOfficer && deciders::is_for_privacy_officers(tx, owner)?;
    let since = readable_since(tx);
    let reason = reasons::find(tx, id)?.map(|reason| with_reason(caller, reason, alone, since));
    reason.permit(tx, caller, purpose)
}

/// Decides about a reason. The row of the practitioner is locked first: changes of the registration lock it too.
fn decide(
    tx: &mut Tx,
    caller: &Caller,
    id: Id,
    seen: &IfMatch,
    (state, words): (ConfidentialityReasonState, &str),
) -> Result<Response> {
    let owner = reasons::practitioner_of(tx, id)?.unwrap_or(Id::NO_RECORD);
    practitioners::lock_practitioner(tx, owner)?;
    let (permit, reason) = permit(tx, caller, owner, id, Purpose::Act)?;
    seen.check(reason.version)?;
    rules::check_waiting(reason.state)?;
    reasons::decide(tx, id, state, caller.id, words)?;
    let action = match state {
        ConfidentialityReasonState::Accepted => "confidentiality_reason.accepted",
        _ => "confidentiality_reason.declined",
    };
    permit.record(tx, action, ("confidentiality_reason", Some(id)))?;
    apply(tx, &permit, state)?;
    notifications::notify_decided(tx, owner, id)?;
    view(tx, &permit, id)
}

/// Stores the eligibility that follows from the decision. A closed intake does not count: it is for new registrations only.
fn apply(tx: &mut Tx, permit: &Permit, state: ConfidentialityReasonState) -> Result<()> {
    let practitioner = permit.practitioner();
    let registered = practitioners::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let (mut details, person) = (registered.details.clone(), Applicant::from(&registered.details));
    let (rules_in_use, today) = (load_rules(tx)?.rules, tx.now.london_day());
    let decided = match state {
        ConfidentialityReasonState::Accepted => rules::decide_accepted(&rules_in_use, &person, today),
        _ => rules::decide_declined(&rules_in_use, &person, today),
    };
    details.reasons = decided.reasons;
    details.needs = decided.signposts;
    practitioners::set_decision(tx, practitioner, decided.decision)?;
    practitioners::set_details(tx, practitioner, &details)?;
    if decided.decision == EligibilityDecision::NeedsFunding && funding_requests::open_request(tx, practitioner)?.is_none() {
        funding_requests::create_request(tx, practitioner, details.icb_code.as_deref(), Actor::SYSTEM)?;
    }
    permit.record(tx, "registration.decided", ("practitioner", Some(practitioner)))
}

/// The reason as it is now.
fn view(tx: &mut Tx, permit: &Permit, id: Id) -> Result<Response> {
    let reason = reasons::find(tx, id)?.ok_or_else(Error::not_found)?.open(permit)?;
    let person = practitioners::find(tx, reason.practitioner)?.ok_or_else(Error::not_found)?;
    let version = reason.version;
    Ok(Response::ok(&ConfidentialityReasonView::new(reason, person, tx.now.london_day()))?.with_version(version))
}
