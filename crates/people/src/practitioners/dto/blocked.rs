//! JSON forms and views of the colleagues that a practitioner has blocked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::practitioners::details::ColleagueRelationship;
use crate::practitioners::queries::BlockedColleagueEntry;
use crate::relationships::conflict_handlers::{ArrangementKind, ConflictingArrangement};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::RegistrationBody;

/// A colleague who must never see the practitioner. Identify them in at least one way: by `clinician_id`, `account_id`,
/// registration or name.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockColleague {
    /// The id of a clinician of the service.
    #[serde(default)]
    pub clinician_id: Option<Id>,
    /// The id of the account of a member of staff of any role, as the search for staff finds it.
    #[serde(default)]
    pub account_id: Option<Id>,
    /// The register of the registration number.
    #[serde(default)]
    pub registration_body: Option<RegistrationBody>,
    /// The registration number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub registration_number: Option<Private<String>>,
    /// The name as the practitioner knows it: a given name or its initial, and the family name. Titles, post-nominals, middle names,
    /// accents, case, apostrophes and the order of given and family name make no difference. For a colleague in the directory,
    /// `clinician_id` is the better choice, and for other staff `account_id`.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub name: Option<Private<String>>,
    /// Their relationship to the practitioner.
    pub relationship: ColleagueRelationship,
}

/// A colleague the practitioner has blocked. Neither sees the other.
#[derive(Serialize, ToSchema)]
pub struct BlockedColleague {
    /// The id of the entry.
    pub id: Id,
    /// The id of a clinician of the service.
    pub clinician_id: Option<Id>,
    /// The id of the account of a member of staff.
    pub account_id: Option<Id>,
    /// The register of the registration number.
    pub registration_body: Option<RegistrationBody>,
    /// The registration number.
    #[schema(max_length = 20)]
    pub registration_number: Option<String>,
    /// The name.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// Their relationship to the practitioner.
    pub relationship: ColleagueRelationship,
    /// Whether the entry currently matches a clinician you could otherwise find in the directory; always true for a colleague you
    /// chose by `clinician_id` or `account_id`. When it is false, no such clinician has this name or number: check the spelling, or
    /// choose the colleague in the directory. The entry also applies to staff who get the name or number later.
    pub matched: bool,
    /// When they were blocked.
    pub created_at: UtcTime,
    /// Your arrangements with people you must not meet, in the answer to blocking a colleague; null in lists. Coordinators are
    /// notified and move each arrangement to another person.
    #[schema(max_items = 1000)]
    pub affected_arrangements: Option<Vec<AffectedArrangement>>,
}

/// An arrangement with a person the practitioner must not meet.
#[derive(Serialize, ToSchema)]
pub struct AffectedArrangement {
    /// What it is.
    pub kind: ArrangementKind,
    /// The id of the appointment, enrolment or follow-up; null for an arrangement that has no address of its own.
    pub id: Option<Id>,
    /// When it starts; null for an arrangement without a time.
    pub starts_at: Option<UtcTime>,
    /// What happens next, in a sentence for the practitioner.
    #[schema(max_length = 300)]
    pub next_step: String,
}

impl From<ConflictingArrangement> for AffectedArrangement {
    fn from(affected: ConflictingArrangement) -> Self {
        let next_step = affected.what.next_step().to_owned();
        Self { kind: affected.what, id: affected.id, starts_at: affected.starts_at, next_step }
    }
}

impl BlockedColleague {
    /// `matched` holds the ids of the entries that currently match a clinician.
    pub fn new(entry: BlockedColleagueEntry, matched: &[Id]) -> Self {
        Self {
            matched: matched.contains(&entry.id),
            id: entry.id,
            clinician_id: entry.clinician.filter(|_| !entry.details.any_role),
            account_id: entry.clinician,
            registration_body: entry.details.registration_body,
            registration_number: entry.details.registration_number,
            name: entry.details.name,
            relationship: entry.details.relationship,
            created_at: entry.created_at,
            affected_arrangements: None,
        }
    }
}
