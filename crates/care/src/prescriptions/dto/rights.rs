//! The register of prescribing rights as it is shown and changed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::prescriptions::model::{PrescriberKind, PrescribingRight, PrescribingRightKind};
use platform::ids::Id;
use platform::private::Private;

/// A right and the days on which it is in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescribingRightForm {
    /// Which.
    pub kind: PrescribingRightKind,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; left out while there is no end.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// What the register shall hold of a clinician, all of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacePrescribingRights {
    /// The rights. Doctors and dentists prescribe by their registration and need none.
    #[schema(max_items = 20)]
    pub rights: Vec<PrescribingRightForm>,
    /// The code for private prescriptions of controlled drugs, if there is one.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 6, pattern = "^6[0-9A-Z]{5}$")]
    pub private_cd_code: Option<Private<String>>,
}

/// A right in the register.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrescribingRightView {
    /// Which.
    pub kind: PrescribingRightKind,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; null while there is no end.
    pub valid_until: Option<NaiveDate>,
    /// Whether it is in force today.
    pub in_force: bool,
}

impl PrescribingRightView {
    /// The right as it stands today.
    pub fn new(right: &PrescribingRight, today: NaiveDate) -> Self {
        Self { kind: right.kind, valid_from: right.valid_from, valid_until: right.valid_until, in_force: right.in_force(today) }
    }
}

/// What the register holds of a clinician.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrescribingRights {
    /// Whose rights.
    pub clinician_id: Id,
    /// As what they prescribe today; null when they may not.
    pub prescribes_as: Option<PrescriberKind>,
    /// Why they may not, as the code of the refusal; null when they may.
    #[schema(max_length = 50)]
    pub refusal_code: Option<String>,
    /// The rights, past and future ones included.
    #[schema(max_items = 20)]
    pub rights: Vec<PrescribingRightView>,
    /// The code for private prescriptions of controlled drugs. Null for callers other than the administrator and the clinician.
    #[schema(max_length = 6)]
    pub private_cd_code: Option<String>,
}
