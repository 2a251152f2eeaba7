//! Who must answer a funding request.

use super::model::FundingState;
use super::queries::{Request, areas};
use people::Role;
use people::accounts::queries as accounts;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use reference::workforce;
use reference::workforce::rules::heirs;

/// The people whose answer a request waits for. Where an area has no commissioner in the system, the coordinators must act.
pub(super) fn waited_for(tx: &mut Tx, request: &Request) -> Result<Vec<Id>> {
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
pub(super) fn coordinators(tx: &mut Tx, request: &Request) -> Result<Vec<Id>> {
    let all = accounts::active_of(tx, Role::Coordinator)?;
    conflicts::who_may_know(tx, request.practitioner, all)
}

/// The commissioners who decide a request: those of the board that is asked, or of its successors, who may know of the
/// practitioner.
pub(super) fn deciders(tx: &mut Tx, request: &Request) -> Result<Vec<Id>> {
    let Some(code) = request.icb_code.as_deref() else { return Ok(Vec::new()) };
    let codes: Vec<String> = heirs(workforce::boards(), code, tx.now.london_day()).into_iter().map(str::to_owned).collect();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let all = areas::commissioners_of(tx, &codes)?;
    conflicts::who_may_know(tx, request.practitioner, all)
}
