//! For which boards a commissioner decides.

use actix_web::{get, put};

use crate::funding::dto::{CommissionedAreas, SetCommissionedAreas};
use crate::funding::queries::areas;
use people::accounts::queries as accounts;
use people::accounts::queries::lock_account;
use people::{Administrator, Role};
use platform::Platform;
use platform::audit;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::{Answer, Json, Path};
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;
use reference::workforce;
use reference::workforce::rules::check_icb;

/// Read a commissioner's areas
#[utoipa::path(
    operation_id = "getCommissionedAreas", tag = "access", extensions(("x-roles" = json!(["administrator"]))),
    params(("id" = Id, Path, description = "The commissioner's account.")),
    responses((status = 200, description = "The boards for which they decide.", body = CommissionedAreas))
)]
#[get("/v1/staff/{id}/commissioned-areas")]
pub async fn get_commissioned_areas(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    platform
        .db
        .read(move |conn| {
            check_commissioner(conn, &sealer, id)?;
            shown(conn, id, now)
        })
        .await
}

/// Set a commissioner's areas
///
/// All of them. What was asked of a board that is dissolved later passes to the commissioners of its successors by itself.
#[utoipa::path(
    operation_id = "setCommissionedAreas", tag = "access", request_body = SetCommissionedAreas,
    extensions(("x-roles" = json!(["administrator"]))),
    params(("id" = Id, Path, description = "The commissioner's account.")),
    responses((status = 200, description = "The boards for which they decide now.", body = CommissionedAreas))
)]
#[put("/v1/staff/{id}/commissioned-areas")]
pub async fn set_commissioned_areas(
    caller: Administrator,
    id: Path<Id>,
    form: Json<SetCommissionedAreas>,
    platform: Platform,
) -> Result<Answer> {
    let (sealer, now, id) = (platform.sealer.clone(), platform.clock.now(), id.0);
    let mut codes = Vec::with_capacity(form.icb_codes.len());
    for (place, code) in form.icb_codes.iter().enumerate() {
        let board = check_icb(workforce::boards()?, &code.0, now.london_day()).map_err(|mut refusal| {
            refusal.fields.iter_mut().for_each(|field| field.pointer = format!("/icb_codes/{place}"));
            refusal
        })?;
        if !codes.contains(&board.code) {
            codes.push(board.code.clone());
        }
    }
    platform
        .db
        .write(move |conn| {
            lock_account(conn, id)?.ok_or_else(Error::not_found)?;
            check_commissioner(conn, &sealer, id)?;
            areas::set(conn, id, &codes, now)?;
            audit::record(conn, caller.actor(), "staff.areas_set", ("account", Some(id)), now)?;
            shown(conn, id, now)
        })
        .await
}

/// Only commissioners have areas.
fn check_commissioner(conn: &mut Conn, sealer: &Sealer, id: Id) -> Result<()> {
    match accounts::open(conn, sealer, id)? {
        Some(open) if open.account.role == Role::Commissioner => Ok(()),
        _ => Err(Error::not_found()),
    }
}

fn shown(conn: &mut Conn, id: Id, now: UtcTime) -> Result<Answer> {
    let codes = areas::of(conn, id)?;
    Answer::ok(&CommissionedAreas::new(id, &codes, workforce::boards()?, now.london_day()))
}
