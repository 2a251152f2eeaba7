//! HTTP handlers for the state of a person's own referral: practitioners after signing in, everyone else by the code that they
//! were given.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, get, post};

use crate::hubs::dto::{LookUpReferral, MyReferral, ReferralStatus};
use crate::hubs::model::ReferralState;
use crate::hubs::queries::{events, referrals};
use crate::hubs::{create, queries, rules};
use people::Practitioner;
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::{Json, Page, Paging, Response};
use platform::ids::Id;
use platform::throttle::Throttle;
use reference::signposts;
use reference::signposts::model::Seeker;
use reference::workforce::model::Nation;

/// List my referrals
///
/// The hubs that the caller was referred to, the state of each referral, and what comes next.
#[utoipa::path(
    operation_id = "listMyReferrals", tag = "Referrals", extensions(("x-roles" = json!(Practitioner::ROLES))),
    responses((status = 200, description = "The referrals, the newest first.", body = Page<MyReferral>))
)]
#[get("/v1/me/referrals")]
pub async fn list_my_referrals(caller: Practitioner, paging: Paging, platform: Platform) -> Result<Response> {
    let today = platform.clock.now().london_day();
    platform
        .read(move |tx| {
            let rows = create::list_about(tx, caller.id, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let mut names: BTreeMap<Id, String> = BTreeMap::new();
            for referral in &page.items {
                if !names.contains_key(&referral.hub) {
                    let hub = queries::find(tx, referral.hub)?.ok_or_else(Error::not_found)?;
                    names.insert(hub.id, hub.name);
                }
            }
            let page = page.try_map_readable(
                |referral| referral.id,
                |referral| {
                    let signposts = signposts::for_seeker(tx, rules::signpost_needs(referral.state), &in_england(), today)?;
                    let decline = match referral.state {
                        ReferralState::Declined => events::decline_reason(tx, referral.id)?,
                        _ => None,
                    };
                    Ok(MyReferral::new(&referral, names.get(&referral.hub).cloned().unwrap_or_default(), decline, signposts))
                },
            )?;
            Response::ok(&page)
        })
        .await
}

/// Look up a referral
///
/// By the code that a person without an account was given: the state of the referral and what comes next, and nothing more.
/// Attempts are limited for each address and for each code.
#[utoipa::path(
    operation_id = "lookUpReferral", tag = "Referrals", request_body = LookUpReferral, security(()),
    extensions(("x-audit" = json!("hub_referral.looked_up")), ("x-problems" = json!(["not_found"]))),
    responses((status = 200, description = "Its status.", body = ReferralStatus))
)]
#[post("/v1/referral-lookups")]
pub async fn look_up_referral(
    form: Json<LookUpReferral>,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let sealer = platform.sealer.clone();
    let code = rules::parse_code(form.code.reveal());
    let tag = code.map(|code| referrals::code_tag(&sealer, &code));
    throttle.document_check(&request, tag.as_deref().unwrap_or_default())?;
    let tag = tag.ok_or_else(Error::not_found)?;
    platform
        .write(move |tx| {
            let referral = referrals::find_by_code(tx, &tag)?.ok_or_else(Error::not_found)?;
            audit::record(tx, Actor::ANONYMOUS, "hub_referral.looked_up", ("hub_referral", Some(referral.id)))?;
            Response::ok(&ReferralStatus {
                state: referral.state,
                next_step: rules::next_step(referral.kind, referral.state).to_owned(),
                signposts: signposts::for_seeker(tx, rules::signpost_needs(referral.state), &in_england(), tx.now.london_day())?,
            })
        })
        .await
}

/// Hubs exist in England only.
fn in_england() -> Seeker {
    Seeker { nation: Some(Nation::England), ..Seeker::default() }
}
