//! HTTP handlers of the commissioner's decision.

use actix_web::post;

use super::{advance, has_other_approval, locked, notify_practitioner, update_pathway, view};
use crate::funding::dto::{DecideFundingRequest, FundingRequestView};
use crate::funding::model::{EventDetails, FundingDecision, Terms};
use crate::funding::{jobs, rules};
use people::relationships::Permit;
use people::{Caller, Commissioner};
use platform::Platform;
use platform::Tx;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::private::trimmed_non_empty;

/// Decide a funding request
///
/// For commissioners of the area, with a reason. An approval opens booking within its limits. A decline shows the practitioner
/// other sources of help; after an appeal or new facts it is final. An approval can be revoked by declining the request later:
/// booked appointments remain, and a coordinator decides about them.
#[utoipa::path(
    operation_id = "decideFundingRequest", tag = "Funding", request_body = DecideFundingRequest,
    extensions(("x-roles" = json!(Commissioner::ROLES)), ("x-audit" = json!(["funding_request.approved", "funding_request.approved_limited", "funding_request.declined"])),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "Decided.", body = FundingRequestView))
)]
#[post("/v1/funding-requests/{id}/decide")]
pub async fn decide_funding_request(
    caller: Commissioner,
    id: Path<Id>,
    form: Json<DecideFundingRequest>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let permit = decide(tx, &caller, id, &form)?;
            view(tx, &caller, &permit, id)
        })
        .await
}

fn decide(tx: &mut Tx, caller: &Caller, id: Id, form: &DecideFundingRequest) -> Result<Permit> {
    let (permit, mut request, pathway) = locked(tx, caller, id)?;
    let revoked = request.state.is_approval();
    let terms = Terms { sessions: form.sessions, amount_pence: form.amount_pence, valid_until: form.valid_until };
    let now = tx.now;
    advance(tx, (caller, &permit), &mut request, form.decision.event(), |_, request| {
        let used = (request.sessions_used, request.amount_used);
        rules::check_decision(form.decision, form.ground, &terms, used, now.london_day())?;
        request.decided_at = Some(now);
        if form.decision != FundingDecision::Declined {
            request.terms = terms;
        }
        let limits = terms.has_limit().then_some(terms);
        Ok(EventDetails {
            text: trimmed_non_empty(Some(&form.reason)),
            ground: Some(form.ground),
            terms: limits,
            ..EventDetails::default()
        })
    })?;
    let next = match form.decision {
        FundingDecision::Declined if has_other_approval(tx, &request)? => pathway,
        FundingDecision::Declined => rules::pathway_after_decline(pathway),
        _ => rules::pathway_after_approval(pathway),
    };
    update_pathway(tx, request.practitioner, pathway, next)?;
    if revoked {
        jobs::notify_coordinators_of_unfunded(tx, &request)?;
    }
    notify_practitioner(tx, caller, &request)?;
    Ok(permit)
}
