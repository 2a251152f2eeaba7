//! HTTP handlers that read requests.

use actix_web::get;

use super::{own_boards, permit, reader, view, with_own_reason};
use crate::funding::callers::FundingParticipant;
use crate::funding::dto::{FundingRequestQuery, FundingRequestSummary, FundingRequestView, Reader, RequestWithPractitioner};
use crate::funding::queries;
use crate::funding::queries::{FundingRequest, FundingRequestFilter};
use people::practitioners::queries as practitioners;
use people::relationships::{self, Permit, Protected, Purpose, conflicts};
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Page, Paging, Path, Query, Response};
use platform::ids::Id;
use platform::refusal::Reason;

/// List funding requests
///
/// Practitioners see their own requests. Coordinators see those of practitioners that they may know of, and until 30 days after its
/// last change a request of someone else, except where they must not meet. Commissioners see those sent to them for their area,
/// with pseudonym, profession and reason category only, until 30 days after the request ended. What staff see is recorded.
#[utoipa::path(
    operation_id = "listFundingRequests", tag = "Funding", params(FundingRequestQuery),
    extensions(("x-roles" = json!(FundingParticipant::ROLES)), ("x-audit" = json!("funding_request.listed"))),
    responses((status = 200, description = "The requests, newest first.", body = Page<FundingRequestSummary>))
)]
#[get("/v1/funding-requests")]
pub async fn list_funding_requests(
    caller: FundingParticipant,
    query: Query<FundingRequestQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
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
                filter.hidden = conflicts::everyone_excluded_from(tx, caller.id)?;
            }
            match reader {
                Reader::Practitioner => filter.practitioner = Some(caller.id),
                Reader::Coordinator => {
                    let since = tx.now - tx.policy.read_after_care;
                    let permitted = relationships::permitted_practitioners(tx, &caller, Purpose::Know)?;
                    filter.permitted = Some(permitted.or_since(queries::COUNTS_FROM, since));
                }
                Reader::Commissioner => {
                    filter.sent_to = Some(own_boards(tx, caller.id)?);
                    filter.not_ended_before = Some(tx.now - tx.policy.read_after_care);
                }
            }
            let rows = queries::list(tx, &filter, today, paging.rows())?;
            let page = paging.readable(rows)?;
            let rows = page.items.into_iter().map(|request| with_own_reason(tx, &caller, request)).collect();
            let items: Vec<(Permit, FundingRequest)> =
                Protected::permit_each(tx, &caller, rows, Purpose::Know)?.into_iter().flatten().collect();
            let shown: Vec<_> = items.iter().map(|(permit, request)| (request.id, *permit)).collect();
            Permit::record_listed(tx, "funding_request.listed", "funding_request", &shown)?;
            let items = items.into_iter().map(|(_, request)| request).collect();
            let page = Page { items, unreadable: page.unreadable, next_cursor: page.next_cursor };
            let page = page.try_map_readable(
                |request: &FundingRequest| request.id,
                |request| {
                    let person = practitioners::find(tx, request.practitioner)?.ok_or_else(Error::not_found)?;
                    Ok(FundingRequestSummary::new(RequestWithPractitioner { request, practitioner: person }, reader, today))
                },
            )?;
            Response::ok(&page)
        })
        .await
}

/// Get a funding request
///
/// With its limits and history. Commissioners see no name, contact details, employer or registration number, nor the texts
/// exchanged between practitioner and service unless they are shared. Every read is recorded.
#[utoipa::path(
    operation_id = "getFundingRequest", tag = "Funding",
    extensions(("x-roles" = json!(FundingParticipant::ROLES)), ("x-audit" = json!("funding_request.read"))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = FundingRequestView))
)]
#[get("/v1/funding-requests/{id}")]
pub async fn get_funding_request(caller: FundingParticipant, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let request = queries::find(tx, id)?;
            let (permit, _) = permit(tx, &caller, request, Purpose::Know)?;
            permit.record(tx, "funding_request.read", ("funding_request", Some(id)))?;
            view(tx, &caller, &permit, id)
        })
        .await
}
