//! Colleagues who must never see a practitioner.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::practitioners::particulars::ColleagueRelationship;
use crate::practitioners::queries::Blocked;
use crate::relationships::apart::{Affected, ArrangementKind};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::RegistrationBody;

/// A colleague who must never see the practitioner, meant in at least one way.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockColleague {
    /// A clinician of the service.
    #[serde(default)]
    pub clinician_id: Option<Id>,
    /// The register that the number belongs to.
    #[serde(default)]
    pub registration_body: Option<RegistrationBody>,
    /// The registration number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub registration_number: Option<Private<String>>,
    /// The name as it is known. Titles, letters behind it, the order of given and family name, middle names, accents, case and
    /// apostrophes do not count. A colleague in the directory is best chosen by `clinician_id`.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
    /// What they are to the practitioner.
    pub relationship: ColleagueRelationship,
}

/// A colleague who must never see the practitioner.
#[derive(Serialize, ToSchema)]
pub struct BlockedColleague {
    /// Names the entry.
    pub id: Id,
    /// A clinician of the service.
    pub clinician_id: Option<Id>,
    /// The register that the number belongs to.
    pub registration_body: Option<RegistrationBody>,
    /// The registration number.
    #[schema(max_length = 20)]
    pub registration_number: Option<String>,
    /// The name.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// What they are to the practitioner.
    pub relationship: ColleagueRelationship,
    /// Whether this matches a clinician today that you could otherwise find in the directory. Where it is false, no clinician that you
    /// could see has this name or number: check that it is written as your colleague writes it, or choose them in the directory.
    /// The entry also applies to staff who get the name or number later.
    pub matched: bool,
    /// Since when they are on the list.
    pub created_at: UtcTime,
    /// What you have with people you must not meet, in the answer to blocking them; null in lists. A coordinator is asked to
    /// arrange it with another person.
    #[schema(max_items = 1000)]
    pub affected_arrangements: Option<Vec<AffectedArrangement>>,
}

/// Something that involves a person the practitioner must not meet.
#[derive(Serialize, ToSchema)]
pub struct AffectedArrangement {
    /// What it is.
    pub kind: ArrangementKind,
    /// Which appointment, enrolment or follow-up; null for what has no address of its own.
    pub id: Option<Id>,
    /// When it begins, where it has a time.
    pub starts_at: Option<UtcTime>,
}

impl From<Affected> for AffectedArrangement {
    fn from(affected: Affected) -> Self {
        Self { kind: affected.what, id: affected.id, starts_at: affected.starts_at }
    }
}

impl BlockedColleague {
    /// The entry; `matched` holds the entries that match a clinician today.
    pub fn new(blocked: Blocked, matched: &[Id]) -> Self {
        Self {
            matched: matched.contains(&blocked.id),
            id: blocked.id,
            clinician_id: blocked.clinician,
            registration_body: blocked.known.registration_body,
            registration_number: blocked.known.registration_number,
            name: blocked.known.name,
            relationship: blocked.known.relationship,
            created_at: blocked.created_at,
            affected_arrangements: None,
        }
    }
}
