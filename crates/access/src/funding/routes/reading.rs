//! HTTP handlers that read requests.

use actix_web::get;

use super::{check_may_know, own_boards, reader, view};
use crate::funding::callers::FundingParticipant;
use crate::funding::dto::{FundingRequestQuery, FundingRequestSummary, FundingRequestView, Reader, RequestWithPractitioner};
use crate::funding::queries;
use crate::funding::queries::FundingRequestFilter;
use people::practitioners::queries as practitioners;
use people::relationships::conflicts;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Page, Paging, Path, Query};
use platform::ids::Id;
use platform::refusal::Reason;

/// List funding requests
///
/// Practitioners see their own requests. Coordinators see all, except those of practitioners who have blocked them. Commissioners
/// see those sent to them for their area, with pseudonym, profession and reason category only. What staff see is recorded.
#[utoipa::path(
    operation_id = "listFundingRequests", tag = "Funding", params(FundingRequestQuery),
    extensions(("x-roles" = json!(FundingParticipant::ROLES))),
    responses((status = 200, description = "The requests, newest first.", body = Page<FundingRequestSummary>))
)]
#[get("/v1/funding-requests")]
pub async fn list_funding_requests(
    caller: FundingParticipant,
    query: Query<FundingRequestQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Answer> {
    let reader = reader(&caller);
    let FundingRequestQuery { state, practitioner_id } = query.0;
    if practitioner_id.is_some() && reader != Reader::Coordinator {
        let detail = "Only coordinators can use this filter. Leave it out.";
        return Err(Error::field(Reason::InvalidParameter, "practitioner_id", "not_allowed", detail));
    }
    platform
        .write(move |tx| {
            let today = tx.now.london_day();
            let mut filter = FundingRequestFilter {
                practitioner: practitioner_id,
                state,
                before: paging.after,
                ..FundingRequestFilter::default()
            };
            if reader != Reader::Practitioner {
                filter.hidden = conflicts::blocked_or_same_person(tx, caller.id)?;
            }
            match reader {
                Reader::Practitioner => filter.practitioner = Some(caller.id),
                Reader::Coordinator => {}
                Reader::Commissioner => filter.sent_to = Some(own_boards(tx, caller.id)?),
            }
            let rows = queries::list(tx, &filter, today, paging.rows())?;
            let page = paging.readable(rows)?;
            if reader != Reader::Practitioner {
                for request in &page.items {
                    audit::record(tx, caller.actor(), "funding_request.listed", ("funding_request", Some(request.id)))?;
                }
            }
            let page = page.try_map_readable(
                |request| request.id,
                |request| {
                    let person = practitioners::find(tx, request.practitioner)?.ok_or_else(Error::not_found)?;
                    Ok(FundingRequestSummary::new(RequestWithPractitioner { request, practitioner: person }, reader, today))
                },
            )?;
            Answer::ok(&page)
        })
        .await
}

/// Get a funding request
///
/// With its limits and history. Commissioners see no name, contact details, employer or registration number, nor the texts
/// exchanged between practitioner and service unless they are shared. Every reading is recorded.
#[utoipa::path(
    operation_id = "getFundingRequest", tag = "Funding",
    extensions(("x-roles" = json!(FundingParticipant::ROLES))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = FundingRequestView))
)]
#[get("/v1/funding-requests/{id}")]
pub async fn get_funding_request(caller: FundingParticipant, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let request = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            check_may_know(tx, &caller, &request)?;
            audit::record(tx, caller.actor(), "funding_request.read", ("funding_request", Some(id)))?;
            view(tx, &caller, id)
        })
        .await
}
