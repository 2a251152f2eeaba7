//! Request and response bodies of prescribing rights.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::prescriptions::model::{PrescriberKind, PrescribingRight, PrescribingRightKind};
use people::staff_changes::dto::PendingChange;
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Code;

/// A prescribing right and the days on which it is in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescribingRightForm {
    /// The kind of right.
    pub kind: PrescribingRightKind,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; left out for a right without an end.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// All prescribing rights of a clinician.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacePrescribingRights {
    /// The rights. Doctors and dentists prescribe by their registration and need none.
    #[schema(max_items = 20)]
    pub rights: Vec<PrescribingRightForm>,
    /// The prescriber's code for private prescriptions of controlled drugs, if there is one.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 6, pattern = "^6[0-9A-Z]{5}$")]
    pub private_cd_code: Option<Private<String>>,
    /// Why the rights are changed. The identity history shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// A prescribing right.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrescribingRightView {
    /// The kind of right.
    pub kind: PrescribingRightKind,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; null for a right without an end.
    pub valid_until: Option<NaiveDate>,
    /// Whether it is in force today.
    pub in_force: bool,
}

impl PrescribingRightView {
    /// The right as clients see it today.
    pub fn new(right: &PrescribingRight, today: NaiveDate) -> Self {
        Self { kind: right.kind, valid_from: right.valid_from, valid_until: right.valid_until, in_force: right.in_force(today) }
    }
}

/// A clinician's prescribing rights.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrescribingRights {
    /// The clinician.
    pub clinician_id: Id,
    /// The kind of prescriber they are today; null when they may not prescribe.
    pub prescribes_as: Option<PrescriberKind>,
    /// Why they may not prescribe, as an error code; null when they may.
    pub refusal_code: Option<Code>,
    /// The rights, past and future ones included.
    #[schema(max_items = 20)]
    pub rights: Vec<PrescribingRightView>,
    /// The code for private prescriptions of controlled drugs. Null for callers other than administrators and the clinician.
    #[schema(max_length = 6)]
    pub private_cd_code: Option<String>,
    /// The change that waits for another administrator. Null for callers other than administrators.
    pub pending_change: Option<PendingChange>,
}
