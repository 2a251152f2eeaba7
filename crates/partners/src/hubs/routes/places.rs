//! HTTP handlers for the areas of outcodes and employers, which administrators maintain.

use actix_web::{get, put};
use chrono::NaiveDate;

use super::check_boards;
use crate::hubs::dto::{AreaMapping, HubBoardCode, ReplaceEmployerArea, ReplaceOutcodeArea};
use crate::hubs::model::{AssignedArea, DatedValue, PlaceKind};
use crate::hubs::queries::places;
use crate::hubs::queries::places::Place;
use crate::hubs::rules;
use people::{Administrator, Caller};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Json, Page, Paging, Path, Response};
use platform::refusal::{Reason, Refusal};
use reference::workforce::rules::check_ods_code;

/// List outcode areas
///
/// Outcodes, and the letters at the start of outcodes; an exact outcode takes precedence over its letters. The areas that the
/// service started with come from general knowledge and are not confirmed.
#[utoipa::path(
    operation_id = "listOutcodeAreas", tag = "Hubs", extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The outcodes.", body = Page<AreaMapping>))
)]
#[get("/v1/outcode-areas")]
pub async fn list_outcode_areas(_caller: Administrator, paging: Paging<String>, platform: Platform) -> Result<Response> {
    list(PlaceKind::Outcode, paging, platform).await
}

/// List employer areas
#[utoipa::path(
    operation_id = "listEmployerAreas", tag = "Hubs", extensions(("x-roles" = json!(Administrator::ROLES))),
    responses((status = 200, description = "The employers, by code.", body = Page<AreaMapping>))
)]
#[get("/v1/employer-areas")]
pub async fn list_employer_areas(_caller: Administrator, paging: Paging<String>, platform: Platform) -> Result<Response> {
    list(PlaceKind::Employer, paging, platform).await
}

/// Replace the area of an outcode
///
/// From a day on, today or later. What was valid before stays in the history.
#[utoipa::path(
    operation_id = "replaceOutcodeArea", tag = "Hubs", request_body = ReplaceOutcodeArea,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("area_mapping.changed"))),
    params(("outcode" = String, Path, description = "The outcode, such as `SW1A`, or the letters at the start of outcodes, such as `SW`.", min_length = 1, max_length = 4)),
    responses((status = 200, description = "Its area now, and its earlier areas.", body = AreaMapping))
)]
#[put("/v1/outcode-areas/{outcode}")]
pub async fn replace_outcode_area(
    caller: Administrator,
    outcode: Path<String>,
    form: Json<ReplaceOutcodeArea>,
    platform: Platform,
) -> Result<Response> {
    let code = rules::place_code(&outcode.0).ok_or_else(|| {
        Error::field(
            Reason::InvalidParameter,
            "outcode",
            "invalid",
            "This is neither an outcode nor the letters at the start of one.",
        )
    })?;
    let ReplaceOutcodeArea { starts_on, icb_codes } = form.form;
    let change = AreaChange { kind: PlaceKind::Outcode, code, name: None, starts_on, icb_codes };
    platform.write(move |tx| change.apply(tx, &caller)).await
}

/// Replace the area of an employer
///
/// From a day on, today or later. What was valid before stays in the history.
#[utoipa::path(
    operation_id = "replaceEmployerArea", tag = "Hubs", request_body = ReplaceEmployerArea,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!("area_mapping.changed"))),
    params(("employer_ods" = String, Path, description = "The employer's code in the NHS organisation data service.", min_length = 1, max_length = 9)),
    responses((status = 200, description = "Its area now, and its earlier areas.", body = AreaMapping))
)]
#[put("/v1/employer-areas/{employer_ods}")]
pub async fn replace_employer_area(
    caller: Administrator,
    employer_ods: Path<String>,
    form: Json<ReplaceEmployerArea>,
    platform: Platform,
) -> Result<Response> {
    let code = check_ods_code(&employer_ods.0).map_err(|_| {
        Error::field(Reason::InvalidParameter, "employer_ods", "invalid", "Give a code of one to nine letters and digits.")
    })?;
    let name = Some(form.name.trim().to_owned());
    let ReplaceEmployerArea { starts_on, icb_codes, .. } = form.form;
    let change = AreaChange { kind: PlaceKind::Employer, code, name, starts_on, icb_codes };
    platform.write(move |tx| change.apply(tx, &caller)).await
}

async fn list(kind: PlaceKind, paging: Paging<String>, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let rows = places::list(tx, kind, paging.after.as_deref(), paging.rows())?;
            let page = paging.page(rows, |place| place.code.clone())?;
            Response::ok(&page.map(AreaMapping::from))
        })
        .await
}

/// A change of the areas of a place from a day on.
struct AreaChange {
    kind: PlaceKind,
    code: String,
    name: Option<String>,
    starts_on: NaiveDate,
    icb_codes: Vec<HubBoardCode>,
}

impl AreaChange {
    fn apply(&self, tx: &mut Tx, caller: &Caller) -> Result<Response> {
        let boards = check_boards(tx, &self.icb_codes, self.starts_on)?;
        if self.starts_on < tx.now.london_day() {
            let detail = "The first day must be today or later.";
            return Err(Refusal::new(Reason::InvalidBody, detail).field("/starts_on", "out_of_range", detail).into());
        }
        let known = places::of(tx, self.kind, std::slice::from_ref(&self.code))?.pop();
        let areas = known.map(|place| place.areas).unwrap_or_default();
        let new = boards.iter().map(|code| AssignedArea {
            icb_code: code.clone(),
            confirmed: true,
            source: "An administrator of this service".to_owned(),
        });
        let areas: Vec<DatedValue<AssignedArea>> = rules::replace_from(&areas, &new.collect::<Vec<_>>(), self.starts_on);
        let place = Place { code: self.code.clone(), name: self.name.clone(), areas };
        places::set(tx, self.kind, &place)?;
        audit::record(tx, caller.actor(), "area_mapping.changed", ("area_place", None))?;
        Response::ok(&AreaMapping::from(place))
    }
}
