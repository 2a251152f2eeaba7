//! HTTP handler that finds hubs by what is known of where a person works.

use actix_web::post;
use chrono::NaiveDate;

use super::views;
use crate::hubs::dto::{HubArea, HubSearchResults, SearchHubs};
use crate::hubs::model::{Outcode, PlaceKind};
use crate::hubs::queries;
use crate::hubs::queries::{HubFilter, places};
use crate::hubs::rules;
use platform::Platform;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::{Json, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use platform::text::code;
use reference::workforce;
use reference::workforce::model::Icb;
use reference::workforce::rules::check_ods_code;

const HOW_TO_CHOOSE: &str = "We do not know which area this is in. Please choose the area where you work: it has the name of the \
     integrated care board of your employer or practice.";

/// Search for hubs by area, postcode or employer
///
/// By area, by the first half of a postcode, or by employer. No account is needed, and nothing is stored about the search. When
/// the place is not known, no area is guessed: the answer says how to choose one.
#[utoipa::path(
    operation_id = "searchHubs", tag = "Hubs", request_body = SearchHubs, security(()),
    responses((status = 200, description = "The areas and their hubs, or how to choose an area.", body = HubSearchResults))
)]
#[post("/v1/hub-searches")]
pub async fn search_hubs(form: Json<SearchHubs>, platform: Platform) -> Result<Response> {
    let on = form.on.unwrap_or_else(|| platform.clock.now().london_day());
    let key = search_key(&form)?;
    platform
        .read(move |tx| {
            let boards = workforce::boards_on(tx, on)?;
            let (codes, confirmed) = find_boards(tx, &boards, &key, on)?;
            Response::ok(&search_results(tx, &boards, &codes, confirmed, on)?)
        })
        .await
}

/// What to search by.
enum SearchKey {
    Board(String),
    Place(PlaceKind, Vec<String>),
}

fn search_key(form: &SearchHubs) -> Result<SearchKey> {
    match (&form.icb_code, &form.outcode, &form.employer_ods) {
        (Some(given), None, None) => Ok(SearchKey::Board(code(given))),
        (None, Some(typed), None) => Ok(match rules::check_outcode(typed.reveal())? {
            Outcode::InArea(known) => SearchKey::Place(PlaceKind::Outcode, known),
            Outcode::WithoutArea => SearchKey::Place(PlaceKind::Outcode, Vec::new()),
        }),
        (None, None, Some(typed)) => Ok(SearchKey::Place(PlaceKind::Employer, vec![check_ods_code(typed.reveal())?])),
        _ => {
            let detail = "Give exactly one of the area, the outcode or the employer.";
            Err(Error::field(Reason::InvalidBody, "/icb_code", "exactly_one", detail))
        }
    }
}

/// The boards in force on the day for what is searched by, and whether they are confirmed.
fn find_boards<'a>(tx: &mut Tx, boards: &'a [Icb], key: &SearchKey, on: NaiveDate) -> Result<(Vec<&'a str>, bool)> {
    let (codes, confirmed) = match key {
        SearchKey::Board(code) => {
            if !boards.iter().any(|board| board.code == *code) {
                let refusal = Refusal::new(Reason::InvalidBody, "This integrated care board is unknown.");
                return Err(refusal
                    .field("/icb_code", "unknown", "There is no integrated care board with this code. Check the code.")
                    .into());
            }
            (vec![code.clone()], true)
        }
        SearchKey::Place(kind, known) => {
            let places = places::of(tx, *kind, known)?;
            let areas = known.iter().find_map(|code| {
                let place = places.iter().find(|place| place.code == *code)?;
                let areas: Vec<_> = place.areas.iter().filter(|area| area.is_valid_on(on)).map(|area| &area.value).collect();
                (!areas.is_empty()).then_some(areas)
            });
            let areas = areas.unwrap_or_default();
            (areas.iter().map(|area| area.icb_code.clone()).collect(), areas.iter().all(|area| area.confirmed))
        }
    };
    let mut current = Vec::new();
    for board in codes.iter().flat_map(|code| rules::boards_on(boards, code, on)) {
        if !current.contains(&board) {
            current.push(board);
        }
    }
    Ok((current, confirmed))
}

fn search_results(tx: &mut Tx, boards: &[Icb], codes: &[&str], confirmed: bool, on: NaiveDate) -> Result<HubSearchResults> {
    let area = |code: &&str| boards.iter().find(|board| board.code == *code).map(HubArea::from);
    if codes.is_empty() {
        let choices = boards.iter().filter(|board| board.in_force(on)).map(HubArea::from).collect();
        let how_to_choose = Some(HOW_TO_CHOOSE.to_owned());
        return Ok(HubSearchResults {
            areas: Vec::new(),
            confirmed: false,
            items: Vec::new(),
            how_to_choose,
            choose_from: choices,
        });
    }
    let coverage = queries::coverage_on(tx, on)?;
    let mut ids: Vec<Id> = codes.iter().flat_map(|code| rules::hubs_covering(boards, &coverage, code, on)).collect();
    ids.sort();
    ids.dedup();
    let hubs = queries::list(tx, &HubFilter { ids: Some(ids), region: None, on, after: None }, 100)?;
    Ok(HubSearchResults {
        areas: codes.iter().filter_map(area).collect(),
        confirmed,
        items: views(tx, hubs)?,
        how_to_choose: None,
        choose_from: Vec::new(),
    })
}
