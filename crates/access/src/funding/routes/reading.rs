//! Reading requests.

use actix_web::get;

use super::{check_known, own_boards, reader, view};
use crate::funding::dto::{FundingRequestPage, FundingRequestQuery, FundingRequestSummary, FundingRequestView, Reader, Shown};
use crate::funding::queries;
use crate::funding::queries::Filter;
use people::FundingMember;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Answer, Page, Path, Query};
use platform::ids::Id;
use platform::refusal::Code;
use platform::seal::optional;

/// List funding requests
///
/// Practitioners see their own, coordinators all but those about practitioners who keep them away, commissioners those of their area that were sent to them: pseudonym,
/// profession and category of the reason, and nothing else of the person. What staff see is recorded.
#[utoipa::path(
    operation_id = "listFundingRequests", tag = "access", params(FundingRequestQuery),
    extensions(("x-roles" = json!(FundingMember::ROLES))),
    responses((status = 200, description = "The requests, the newest first.", body = FundingRequestPage))
)]
#[get("/v1/funding-requests")]
pub async fn list_funding_requests(
    caller: FundingMember,
    query: Query<FundingRequestQuery>,
    platform: Platform,
) -> Result<Answer> {
    const LIST: &str = "funding_requests";
    let (sealer, reader) = (platform.sealer.clone(), reader(&caller));
    let FundingRequestQuery { state, practitioner_id, limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.open::<Id>(&sealer, LIST)).transpose()?;
    if practitioner_id.is_some() && reader != Reader::Coordinator {
        let detail = "Only coordinators look for somebody's requests.";
        return Err(Error::field(Code::InvalidParameter, "practitioner_id", "not_allowed", detail));
    }
    platform
        .write(move |tx| {
            let today = tx.now.london_day();
            let mut filter = Filter { practitioner: practitioner_id, state, before, ..Filter::default() };
            if reader != Reader::Practitioner {
                filter.hidden = conflicts::kept_from(tx, caller.id)?;
            }
            match reader {
                Reader::Practitioner => filter.practitioner = Some(caller.id),
                Reader::Coordinator => {}
                Reader::Commissioner => filter.sent_to = Some(own_boards(tx, caller.id)?),
            }
            let rows = queries::list(tx, &filter, today, limit.plus_one())?;
            let (page, mut unreadable) = Page::cut_readable(rows, limit, tx.sealer, LIST)?;
            let mut items = Vec::with_capacity(page.items.len());
            for request in page.items {
                if reader != Reader::Practitioner {
                    audit::record(tx, caller.actor(), "funding_request.listed", ("funding_request", Some(request.id)))?;
                }
                match optional(registration::open(tx, request.practitioner))? {
                    Some(person) => {
                        let person = person.ok_or_else(Error::not_found)?;
                        items.push(FundingRequestSummary::new(Shown { request, person }, reader, today));
                    }
                    None => unreadable.push(request.id),
                }
            }
            Answer::ok(&FundingRequestPage { items, unreadable, next_cursor: page.next_cursor })
        })
        .await
}

/// Read a funding request
///
/// With its limits and its history. Commissioners see neither name nor contact, employer or registration number, nor what was
/// said between the person and the service, unless it is shared. Every reading is recorded.
#[utoipa::path(
    operation_id = "getFundingRequest", tag = "access",
    extensions(("x-roles" = json!(FundingMember::ROLES))),
    params(("id" = Id, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = FundingRequestView))
)]
#[get("/v1/funding-requests/{id}")]
pub async fn get_funding_request(caller: FundingMember, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let id = id.0;
    platform
        .write(move |tx| {
            let request = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            check_known(tx, &caller, &request)?;
            audit::record(tx, caller.actor(), "funding_request.read", ("funding_request", Some(id)))?;
            view(tx, &caller, id)
        })
        .await
}
