//! HTTP handlers of the figures for commissioners.

use actix_web::get;

use super::dto::{BoardFundingFigures, FundingFigures, RegistrationFigures, RegistrationPeriod, WorkforceFigures};
use crate::disclosure::callers::FigureReader;
use crate::disclosure::dto::MonthsQuery;
use crate::disclosure::model::Dataset;
use crate::disclosure::queries;
use access::funding::queries::areas;
use people::{Caller, Role};
use platform::error::Result;
use platform::http::{Query, Response};
use platform::{Platform, Tx};
use reference::workforce;
use reference::workforce::model::Icb;
use reference::workforce::rules::boards_covered_by;
use scheduling::clinicians::queries::disciplines_in_service;

/// Get funding figures
///
/// For each board and quarter: funding requests by their first decision and by the time to it, what approvals commit, and what funded
/// sessions cost. Commissioners see their own boards, with those that these took over. Each quarter is counted once. No figure is about
/// fewer than five people, no sum about fewer than ten, counts are rounded to five and sums to 500 pounds, and hidden figures cannot be
/// calculated from those that are shown.
#[utoipa::path(
    operation_id = "getFundingFigures", tag = "Statistics", params(MonthsQuery),
    extensions(("x-roles" = json!(FigureReader::ROLES)), ("x-problems" = json!(["invalid_parameter"]))),
    responses((status = 200, description = "The quarters that have been counted.", body = FundingFigures))
)]
#[get("/v1/statistics/funding")]
pub async fn get_funding_figures(caller: FigureReader, query: Query<MonthsQuery>, platform: Platform) -> Result<Response> {
    let requested = query.0.days(platform.clock.now().london_day())?;
    platform
        .read(move |tx| {
            let boards = visible_boards(tx, &caller)?;
            let snapshots = queries::snapshots(tx, Dataset::Funding, requested.from, requested.until)?;
            let boards = boards.into_iter().filter_map(|board| BoardFundingFigures::new(&board, &snapshots)).collect();
            Response::ok(&FundingFigures { boards })
        })
        .await
}

/// Get registration figures
///
/// Registrations of each quarter by profession, by region and by board. Commissioners see the boards that are their own, with those that
/// these took over. Each quarter is counted once. No figure is about fewer than five people, counts are rounded to five, and hidden
/// counts cannot be calculated from those that are shown: the boards of a hidden region are hidden too.
#[utoipa::path(
    operation_id = "getRegistrationFigures", tag = "Statistics", params(MonthsQuery),
    extensions(("x-roles" = json!(FigureReader::ROLES)), ("x-problems" = json!(["invalid_parameter"]))),
    responses((status = 200, description = "The quarters that have been counted.", body = RegistrationFigures))
)]
#[get("/v1/statistics/registrations")]
pub async fn get_registration_figures(caller: FigureReader, query: Query<MonthsQuery>, platform: Platform) -> Result<Response> {
    let requested = query.0.days(platform.clock.now().london_day())?;
    platform
        .read(move |tx| {
            let boards = visible_boards(tx, &caller)?;
            let snapshots = queries::snapshots(tx, Dataset::Registrations, requested.from, requested.until)?;
            let periods = snapshots.iter().filter_map(|snapshot| RegistrationPeriod::new(snapshot, &boards)).collect();
            Response::ok(&RegistrationFigures { periods })
        })
        .await
}

/// Get workforce figures
///
/// How many clinicians have an entry in the directory and an open account now, by discipline.
#[utoipa::path(
    operation_id = "getWorkforceFigures", tag = "Statistics", extensions(("x-roles" = json!(FigureReader::ROLES))),
    responses((status = 200, description = "The counts.", body = WorkforceFigures))
)]
#[get("/v1/statistics/workforce")]
pub async fn get_workforce_figures(_caller: FigureReader, platform: Platform) -> Result<Response> {
    platform
        .read(move |tx| {
            let clinicians = disciplines_in_service(tx)?;
            Response::ok(&WorkforceFigures::new(tx.now, &clinicians))
        })
        .await
}

/// The boards whose figures the caller may see, by code: commissioners their own.
fn visible_boards(tx: &mut Tx, caller: &Caller) -> Result<Vec<Icb>> {
    let all = workforce::boards(tx)?;
    let mut visible: Vec<Icb> = match caller.role {
        Role::Commissioner => {
            let areas = areas::for_commissioner(tx, caller.id)?;
            let own = boards_covered_by(&all, &areas, tx.now.london_day());
            all.iter().filter(|board| own.contains(&board.code)).cloned().collect()
        }
        _ => all.to_vec(),
    };
    visible.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(visible)
}
