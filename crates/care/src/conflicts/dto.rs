//! Response bodies of conflicts.

use serde::Serialize;
use utoipa::ToSchema;

use super::queries::Arrangement;
use people::relationships::model::ArrangementKind;
use platform::ids::{Id, UtcTime};

/// An arrangement between a practitioner and a person they must not meet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictView {
    /// The kind of arrangement that two people in conflict still share.
    pub kind: ArrangementKind,
    /// Id of the appointment, group enrolment, episode of care, follow-up, prescription or note.
    pub id: Id,
    /// The practitioner it belongs to.
    pub practitioner_id: Id,
    /// The practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The clinician it is with. Null if the conflict is with another member of the group.
    pub clinician_id: Option<Id>,
    /// When it begins, if it has a time.
    pub starts_at: Option<UtcTime>,
}

impl ConflictView {
    /// The view of an arrangement, with the practitioner's reference.
    pub fn new(arrangement: Arrangement, reference: String) -> Self {
        Self {
            kind: arrangement.kind,
            id: arrangement.id,
            practitioner_id: arrangement.practitioner,
            reference,
            clinician_id: arrangement.clinician,
            starts_at: arrangement.starts_at,
        }
    }
}
