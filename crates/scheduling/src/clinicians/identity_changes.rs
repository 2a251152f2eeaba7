//! Changes of a clinician's name, employer, discipline or registration, which a second administrator approves.

use serde::{Deserialize, Serialize};

use super::model::{Discipline, Profile};
use super::queries;
use people::Caller;
use people::staff_changes::model::{Proposal, ProposedValue, ProposedValueName, StaffChange, StaffChangeKind};
use people::staff_changes::{self, ChangeHandler, proposal_data};
use platform::error::{Error, Result};
use platform::refusal::Reason;
use platform::{Tx, audit};
use reference::workforce::model::{NmcProfession, RegistrationBody};

/// How name, employer, discipline and registration are set when that is approved.
pub const CLINICIAN_IDENTITY: ChangeHandler = ChangeHandler { kind: StaffChangeKind::ClinicianIdentity, apply };

#[derive(PartialEq, Serialize, Deserialize)]
struct Identity {
    name: String,
    employer: Option<String>,
    discipline: Discipline,
    registration: Option<(RegistrationBody, String)>,
    /// Absent in a change that was proposed before it was recorded.
    #[serde(default)]
    nmc_profession: Option<NmcProfession>,
}

impl Identity {
    fn of(entry: &Profile) -> Self {
        let registration = entry.affiliation.registration.as_ref().map(|(body, number)| (*body, number.reveal().clone()));
        let employer = entry.affiliation.employer_ods.as_ref().map(|code| code.reveal().clone());
        Self {
            name: entry.name.reveal().clone(),
            employer,
            discipline: entry.discipline,
            registration,
            nmc_profession: entry.affiliation.nmc_profession,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Data {
    /// What applied when the change was proposed.
    before: Identity,
    after: Identity,
    /// Whether the entry is listed from then on.
    lists: bool,
}

/// Proposes the identity of `new` for an entry that is stored as `stored`.
pub(super) fn propose(tx: &mut Tx, caller: &Caller, stored: &Profile, new: &Profile, reason: &str) -> Result<()> {
    let (before, after) = (Identity::of(stored), Identity::of(new));
    let registration = after.registration.as_ref().map(|(body, number)| {
        let profession = after.nmc_profession.map(|profession| format!(" {}", profession.as_str())).unwrap_or_default();
        format!("{} {number}{profession}", body.as_str())
    });
    let proposal = Proposal {
        kind: StaffChangeKind::ClinicianIdentity,
        account: new.id,
        record: new.id,
        values: vec![
            ProposedValue::new(ProposedValueName::Name, &after.name),
            ProposedValue::new(ProposedValueName::Employer, after.employer.clone().unwrap_or_default()),
            ProposedValue::new(ProposedValueName::Discipline, after.discipline.as_str()),
            ProposedValue::new(ProposedValueName::Registration, registration.unwrap_or_default()),
        ],
        data: proposal_data(&Data { before, after, lists: new.listed && !stored.listed })?,
        reason,
    };
    staff_changes::propose(tx, caller, &proposal).map(|_| ())
}

fn apply(tx: &mut Tx, change: &StaffChange, caller: &Caller) -> Result<()> {
    let Data { before, after, lists } = change.data()?;
    let mut entry = queries::find(tx, change.account)?.ok_or_else(Error::not_found)?;
    if Identity::of(&entry.profile) != before {
        return Err(Reason::ChangeOutdated.into());
    }
    entry.profile.name = after.name.into();
    entry.profile.affiliation.employer_ods = after.employer.map(Into::into);
    entry.profile.discipline = after.discipline;
    entry.profile.affiliation.registration = after.registration.map(|(body, number)| (body, number.into()));
    entry.profile.affiliation.nmc_profession = after.nmc_profession;
    entry.profile.listed |= lists;
    queries::save(tx, &entry.profile, Some(entry.version), change.changed_by(caller.id))?;
    audit::record(tx, caller.actor(), "clinician.identified", ("clinician", Some(change.account)))
}
