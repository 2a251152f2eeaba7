//! Changes of a clinician's prescribing rights. What gives more than before waits for a second administrator.

use serde::{Deserialize, Serialize};

use super::facts::prescriber_facts;
use super::in_force;
use super::model::PrescribingRight;
use super::queries::rights::{self, RightsUpdate};
use super::rules::prescriber::{self, PrescriberFacts};
use people::Caller;
use people::accounts::identity::{self, ChangedBy, IdentityKind};
use people::staff_changes::model::{Proposal, ProposedValue, ProposedValueName, StaffChange, StaffChangeKind};
use people::staff_changes::{self, ChangeHandler, proposal_data};
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::{Tx, audit};

/// How rights are granted when that is approved.
pub const PRESCRIBING_RIGHTS: ChangeHandler = ChangeHandler { kind: StaffChangeKind::PrescribingRights, apply };

/// All rights of a clinician and the code for private prescriptions of controlled drugs, as they are to be.
#[derive(Serialize, Deserialize)]
pub(super) struct NewRights {
    pub(super) rights: Vec<PrescribingRight>,
    pub(super) code: Option<String>,
    /// The version of the register that they replace.
    pub(super) version: i32,
}

/// Proposes rights for a clinician.
pub(super) fn propose(tx: &mut Tx, caller: &Caller, clinician: Id, new: &NewRights, reason: &str) -> Result<()> {
    let rights = new.rights.iter().map(|right| ProposedValue::new(ProposedValueName::PrescribingRight, right.to_string()));
    let code = new.code.iter().map(|code| ProposedValue::new(ProposedValueName::PrivateCdCode, code));
    let proposal = Proposal {
        kind: StaffChangeKind::PrescribingRights,
        account: clinician,
        record: clinician,
        values: rights.chain(code).collect(),
        data: proposal_data(new)?,
        reason,
    };
    staff_changes::propose(tx, caller, &proposal).map(|_| ())
}

/// Stores rights, and records them in the identity history.
pub(super) fn store(tx: &mut Tx, caller: &Caller, clinician: Id, new: &NewRights, by: ChangedBy<'_>) -> Result<()> {
    let author = by.account.ok_or_else(|| Error::internal("prescribing rights are set by no one"))?;
    let update = RightsUpdate { rights: &new.rights, code: new.code.as_deref(), by: author };
    rights::save(tx, clinician, &update, new.version)?;
    let code = new.code.iter().map(|_| "private_cd_code".to_owned());
    let entries: Vec<String> = new.rights.iter().map(PrescribingRight::to_string).chain(code).collect();
    let value = (!entries.is_empty()).then(|| entries.join(", "));
    identity::set_current(tx, clinician, IdentityKind::PrescribingRights, value.as_deref(), by)?;
    audit::record(tx, caller.actor(), "prescribing_rights.changed", ("clinician", Some(clinician)))
}

/// Checks that the clinician's registration allows these rights today.
///
/// # Errors
/// `registration_number_required`; `invalid_body` at the right that does not match.
pub(super) fn check_registration(tx: &mut Tx, facts: &PrescriberFacts, new: &[PrescribingRight]) -> Result<()> {
    let catalogue = in_force::catalogue(tx)?;
    let (body, number) = facts.registration.as_ref().ok_or(Reason::RegistrationNumberRequired)?;
    for (index, right) in new.iter().enumerate() {
        if !prescriber::may_hold_right(right.kind, *body, number, &catalogue.prescribers) {
            let detail = "This right does not match the clinician's register and registration number. Choose another right.";
            return Err(Error::field(Reason::InvalidBody, format!("/rights/{index}/kind"), "not_allowed", detail));
        }
    }
    Ok(())
}

fn apply(tx: &mut Tx, change: &StaffChange, caller: &Caller) -> Result<()> {
    let new: NewRights = change.data()?;
    let (_, facts, register) = prescriber_facts(tx, change.account)?;
    if register.version != new.version || check_registration(tx, &facts, &new.rights).is_err() {
        return Err(Reason::ChangeOutdated.into());
    }
    store(tx, caller, change.account, &new, change.changed_by(caller.id))
}
