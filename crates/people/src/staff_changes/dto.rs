//! Request and response bodies of proposed changes.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{ProposedValueName, StaffChange, StaffChangeKind, StaffChangeState};
use crate::accounts::model::Role;
use crate::accounts::queries::AccountDetails;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A change that waits for a second administrator. Until it is approved, everything stays as it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PendingChange {
    /// The id of the change: `GET /v1/staff-changes/{id}`.
    pub id: Id,
    /// When it expires if no one decides.
    pub expires_at: UtcTime,
    /// What must happen next, to show to the administrator.
    #[schema(max_length = 300)]
    pub next_step: String,
}

/// A value that a change sets.
#[derive(Serialize, ToSchema)]
pub struct StaffChangeValue {
    /// The name of the value.
    pub name: ProposedValueName,
    /// The value.
    #[schema(max_length = 200)]
    pub value: String,
}

/// A change to a member of staff that an administrator proposed and another administrator decides about.
#[derive(Serialize, ToSchema)]
pub struct StaffChangeView {
    /// The id of the change.
    pub id: Id,
    /// What it gives.
    pub kind: StaffChangeKind,
    /// Its state.
    pub state: StaffChangeState,
    /// The account of the member of staff.
    pub account_id: Id,
    /// Their name now.
    #[schema(max_length = 100)]
    pub account_name: String,
    /// Their role.
    pub account_role: Role,
    /// What the change sets. It replaces all values of its kind.
    #[schema(max_items = 300)]
    pub values: Vec<StaffChangeValue>,
    /// Why it was proposed.
    #[schema(max_length = 500)]
    pub reason: String,
    /// The account of the administrator who proposed it.
    pub proposed_by: Id,
    /// When it was proposed.
    pub proposed_at: UtcTime,
    /// When it expires if no one decides: 14 days after it was proposed.
    pub expires_at: UtcTime,
    /// The account of the administrator who approved, rejected or withdrew it; null while no one has.
    pub decided_by: Option<Id>,
    /// When they did.
    pub decided_at: Option<UtcTime>,
    /// Why it was rejected; null otherwise.
    #[schema(max_length = 500)]
    pub decision_reason: Option<String>,
}

impl StaffChangeView {
    /// The change with the account that it is about.
    pub fn new(change: StaffChange, account: AccountDetails) -> Self {
        Self {
            id: change.id,
            kind: change.kind,
            state: change.status,
            account_id: change.account,
            account_name: account.name.into_revealed(),
            account_role: account.account.role,
            values: change.values.into_iter().map(|one| StaffChangeValue { name: one.name, value: one.value }).collect(),
            reason: change.reason.into_revealed(),
            proposed_by: change.proposed_by,
            proposed_at: change.proposed_at,
            expires_at: change.expires_at,
            decided_by: change.decided_by,
            decided_at: change.decided_at,
            decision_reason: change.decision_reason.map(Private::into_revealed),
        }
    }
}

/// Why a change is rejected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectStaffChange {
    /// The reason, which the proposer sees.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// Which changes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StaffChangeQuery {
    /// Only changes in this state.
    #[param(nullable = false)]
    pub state: Option<StaffChangeState>,
}
