//! HTTP handlers of hubs, and what they have in common.

pub(super) mod administration;
pub(super) mod coordinators;
pub(super) mod directory;
pub(super) mod lifecycle;
pub(super) mod places;
pub mod practitioners;
mod referral_access;
pub(super) mod referrals;
pub(super) mod search;
pub(super) mod status;

use chrono::NaiveDate;

use super::dto::{HubBoardCode, HubView};
use super::model::Hub;
use super::queries;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Response;
use platform::ids::Id;
use reference::workforce;
use reference::workforce::rules::check_icb;

/// Hubs with their areas and channels.
fn views(tx: &mut Tx, hubs: Vec<Hub>) -> Result<Vec<HubView>> {
    let ids: Vec<Id> = hubs.iter().map(|hub| hub.id).collect();
    let mut coverage = queries::coverage(tx, &ids)?;
    let mut channels = queries::channels(tx, &ids)?;
    let view = |hub: Hub| {
        let id = hub.id;
        let covers = coverage.extract_if(.., |area| area.value.0 == id).collect();
        let reached = channels.extract_if(.., |(of, _)| *of == id).map(|(_, way)| way).collect();
        HubView::new(hub, covers, reached)
    };
    Ok(hubs.into_iter().map(view).collect())
}

/// The answer with a hub.
fn hub_answer(tx: &mut Tx, id: Id) -> Result<Response> {
    let hub = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let version = hub.version;
    let view = views(tx, vec![hub])?.pop().ok_or_else(Error::not_found)?;
    Ok(Response::ok(&view)?.with_version(version))
}

/// The codes of the boards in a request body, each of which must exist on that day.
fn check_boards(tx: &mut Tx, codes: &[HubBoardCode], on: NaiveDate) -> Result<Vec<String>> {
    let boards = workforce::boards_on(tx, on)?;
    let mut known: Vec<String> = Vec::with_capacity(codes.len());
    for (index, code) in codes.iter().enumerate() {
        let board = check_icb(&boards, &code.0, on).map_err(|mut refusal| {
            refusal.fields.iter_mut().for_each(|field| field.pointer = format!("/icb_codes/{index}"));
            refusal
        })?;
        if !known.contains(&board.code) {
            known.push(board.code.clone());
        }
    }
    Ok(known)
}
