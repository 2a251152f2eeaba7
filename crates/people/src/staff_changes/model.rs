//! A proposed change and what it consists of.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// How long a change waits for a second administrator.
pub const PROPOSAL_LIFE: TimeDelta = TimeDelta::days(14);

platform::string_enum! {
    /// What a change to a member of staff gives them.
    pub enum StaffChangeKind {
        /// Opens an account: a new one, or one that was closed.
        OpenAccount = "open_account",
        /// Sets the name, the employer, the discipline or the registration of a clinician in the directory.
        ClinicianIdentity = "clinician_identity",
        /// Grants a clinician rights to prescribe.
        PrescribingRights = "prescribing_rights",
        /// Gives a commissioner areas to decide for.
        CommissionedAreas = "commissioned_areas",
        /// Assigns a hub coordinator to a hub, or sets their employer there.
        HubCoordinator = "hub_coordinator",
        /// Sets the name or the employer of an account.
        AccountIdentity = "account_identity",
    }

    /// State of a staff change.
    pub enum StaffChangeState {
        /// It waits for a second administrator.
        Pending = "pending",
        /// A second administrator approved it, and it applies.
        Approved = "approved",
        /// An administrator rejected it.
        Rejected = "rejected",
        /// Its proposer withdrew it, the opposite was done meanwhile, or the account was closed.
        Withdrawn = "withdrawn",
        /// No one decided within 14 days.
        Expired = "expired",
    }

    /// The name of a value that a change sets.
    pub enum ProposedValueName {
        /// The role of the account.
        Role = "role",
        /// The discipline of a clinician.
        Discipline = "discipline",
        /// Register, number and, on the register of the NMC, the profession; empty to remove them.
        Registration = "registration",
        /// A prescribing right with its first and, if there is one, its last day.
        PrescribingRight = "prescribing_right",
        /// The code for private prescriptions of controlled drugs.
        PrivateCdCode = "private_cd_code",
        /// The ICB code of an area.
        Area = "area",
        /// The id of a hub.
        Hub = "hub",
        /// The ODS code of an employer; empty for this service.
        Employer = "employer",
        /// The name of a member of staff.
        Name = "name",
    }
}

/// A value that a change sets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProposedValue {
    pub name: ProposedValueName,
    pub value: String,
}

impl ProposedValue {
    pub fn new(name: ProposedValueName, value: impl Into<String>) -> Self {
        Self { name, value: value.into() }
    }
}

/// A change that is proposed now.
pub struct Proposal<'a> {
    pub kind: StaffChangeKind,
    /// Whose access it is.
    pub account: Id,
    /// What it is access to, where one account can have several: a hub. Otherwise the account.
    pub record: Id,
    /// What the second administrator is shown.
    pub values: Vec<ProposedValue>,
    /// What the handler of the kind applies, as JSON.
    pub data: String,
    pub reason: &'a str,
}

/// A stored change.
#[derive(Clone)]
pub struct StaffChange {
    pub id: Id,
    pub account: Id,
    pub kind: StaffChangeKind,
    pub record: Id,
    pub values: Vec<ProposedValue>,
    pub data: String,
    pub reason: Private<String>,
    pub status: StaffChangeState,
    pub proposed_by: Id,
    pub proposed_at: UtcTime,
    pub expires_at: UtcTime,
    pub decided_by: Option<Id>,
    pub decided_at: Option<UtcTime>,
    pub decision_reason: Option<Private<String>>,
}
