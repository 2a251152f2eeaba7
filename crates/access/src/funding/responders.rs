//! Who must answer a funding request.

use super::model::FundingState;
use super::queries::{FundingRequest, areas};
use people::Role;
use people::accounts::queries as accounts;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use reference::workforce;
use reference::workforce::rules::successor_boards;

/// The people whose answer a request waits for. Where an area has no commissioner in the system, the coordinators must act.
pub(super) fn for_request(tx: &mut Tx, request: &FundingRequest) -> Result<Vec<Id>> {
    match request.state {
        FundingState::Panel | FundingState::Reconsideration | FundingState::Appeal => {
            let commissioners = deciders(tx, request)?;
            if commissioners.is_empty() { coordinators(tx, request) } else { Ok(commissioners) }
        }
        FundingState::Submitted | FundingState::Screening => coordinators(tx, request),
        _ => Ok(vec![request.practitioner]),
    }
}

/// The coordinators who may know of the practitioner.
pub(super) fn coordinators(tx: &mut Tx, request: &FundingRequest) -> Result<Vec<Id>> {
    let all = accounts::active_with_role(tx, Role::Coordinator)?;
    conflicts::permitted_staff(tx, request.practitioner, all)
}

/// The commissioners who decide a request: those of the board that is asked, or of its successors, who may know of the
/// practitioner.
pub(super) fn deciders(tx: &mut Tx, request: &FundingRequest) -> Result<Vec<Id>> {
    let Some(code) = request.icb_code.as_deref() else { return Ok(Vec::new()) };
    let boards = workforce::boards(tx)?;
    let codes: Vec<String> = successor_boards(&boards, code, tx.now.london_day()).into_iter().map(str::to_owned).collect();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let all = areas::commissioners_of(tx, &codes)?;
    conflicts::permitted_staff(tx, request.practitioner, all)
}
