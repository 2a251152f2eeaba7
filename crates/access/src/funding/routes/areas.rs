//! HTTP handlers of the boards for which a commissioner decides.

use actix_web::{get, put};
use serde::{Deserialize, Serialize};

use crate::funding::dto::{CommissionedAreas, IcbCode, ReplaceCommissionedAreas};
use crate::funding::queries::areas;
use people::accounts::queries as accounts;
use people::accounts::queries::lock_account;
use people::staff_changes::model::{Proposal, ProposedValue, ProposedValueName, StaffChange, StaffChangeKind};
use people::staff_changes::{self, ChangeHandler, proposal_data};
use people::{Administrator, Caller, Role};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Json, Path, Response};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::workforce;
use reference::workforce::rules::check_icb;

/// Get the areas of a commissioner
#[utoipa::path(
    operation_id = "getCommissionedAreas", tag = "Staff", extensions(("x-roles" = json!(Administrator::ROLES))),
    params(("id" = Id, Path, description = "The commissioner's account.")),
    responses((status = 200, description = "The boards for which they decide.", body = CommissionedAreas))
)]
#[get("/v1/staff/{id}/commissioned-areas")]
pub async fn get_commissioned_areas(_caller: Administrator, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .read(move |tx| {
            check_commissioner(tx, id)?;
            view(tx, id)
        })
        .await
}

/// Replace the areas of a commissioner
///
/// Replaces all of them. Boards are taken away at once, and a change that waits is withdrawn. Where one is added, everything stays as it
/// is until another administrator has approved `pending_change`. Requests to a board that is dissolved later pass to the commissioners
/// of its successors automatically.
#[utoipa::path(
    operation_id = "replaceCommissionedAreas", tag = "Staff", request_body = ReplaceCommissionedAreas,
    extensions(("x-roles" = json!(Administrator::ROLES)), ("x-audit" = json!(["staff.areas_set", "staff_change.proposed"])), ("x-problems" = json!(["state_conflict", "own_account"]))),
    params(("id" = Id, Path, description = "The commissioner's account.")),
    responses((status = 200, description = "The boards for which they decide now.", body = CommissionedAreas))
)]
#[put("/v1/staff/{id}/commissioned-areas")]
pub async fn replace_commissioned_areas(
    caller: Administrator,
    id: Path<Id>,
    form: Json<ReplaceCommissionedAreas>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let codes = existing_boards(tx, &form.icb_codes)?;
            lock_account(tx, id)?.ok_or_else(Error::not_found)?;
            check_commissioner(tx, id)?;
            let before = areas::for_commissioner(tx, id)?;
            if codes.iter().all(|code| before.contains(code)) {
                staff_changes::withdraw_pending(tx, &caller, id, Some((StaffChangeKind::CommissionedAreas, id)))?;
                areas::replace(tx, id, &codes)?;
                audit::record(tx, caller.actor(), "staff.areas_set", ("account", Some(id)))?;
            } else {
                propose(tx, &caller, id, Data { before, after: codes.clone() }, form.reason.reveal())?;
            }
            view(tx, id)
        })
        .await
}

/// The codes of the boards in a form, each of which must exist today.
fn existing_boards(tx: &mut Tx, form: &[IcbCode]) -> Result<Vec<String>> {
    let (boards, today) = (workforce::boards(tx)?, tx.now.london_day());
    let mut codes = Vec::with_capacity(form.len());
    for (index, code) in form.iter().enumerate() {
        let board = check_icb(&boards, &code.0, today).map_err(|mut refusal| {
            refusal.fields.iter_mut().for_each(|field| field.pointer = format!("/icb_codes/{index}"));
            refusal
        })?;
        if !codes.contains(&board.code) {
            codes.push(board.code.clone());
        }
    }
    Ok(codes)
}

/// How areas are added when that is approved.
pub const COMMISSIONED_AREAS: ChangeHandler = ChangeHandler { kind: StaffChangeKind::CommissionedAreas, apply };

/// The codes of the boards when a change was proposed, and those that it sets.
#[derive(Serialize, Deserialize)]
struct Data {
    before: Vec<String>,
    after: Vec<String>,
}

fn propose(tx: &mut Tx, caller: &Caller, commissioner: Id, data: Data, reason: &str) -> Result<()> {
    let proposal = Proposal {
        kind: StaffChangeKind::CommissionedAreas,
        account: commissioner,
        record: commissioner,
        values: data.after.iter().map(|code| ProposedValue::new(ProposedValueName::Area, code)).collect(),
        data: proposal_data(&data)?,
        reason,
    };
    staff_changes::propose(tx, caller, &proposal).map(|_| ())
}

fn apply(tx: &mut Tx, change: &StaffChange, caller: &Caller) -> Result<()> {
    let Data { before, after } = change.data()?;
    if areas::for_commissioner(tx, change.account)? != before {
        return Err(Reason::ChangeOutdated.into());
    }
    areas::replace(tx, change.account, &after)?;
    audit::record(tx, caller.actor(), "staff.areas_set", ("account", Some(change.account)))
}

/// Only commissioners have areas.
fn check_commissioner(tx: &mut Tx, id: Id) -> Result<()> {
    match accounts::find(tx, id)? {
        Some(open) if open.account.role == Role::Commissioner => Ok(()),
        _ => Err(Error::not_found()),
    }
}

fn view(tx: &mut Tx, id: Id) -> Result<Response> {
    let codes = areas::for_commissioner(tx, id)?;
    let pending = staff_changes::pending(tx, StaffChangeKind::CommissionedAreas, id)?;
    Response::ok(&CommissionedAreas::new(id, &codes, &workforce::boards(tx)?, tx.now.london_day(), pending))
}
