//! What a coordinator sees of it.

use serde::Serialize;
use utoipa::ToSchema;

use super::queries::Tie;
use people::relationships::model::ArrangementKind;
use platform::ids::{Id, UtcTime};

/// Something that a practitioner has with a person they must not meet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictView {
    /// What it is.
    pub kind: ArrangementKind,
    /// Names it: the appointment, the enrolment, the stretch of care, the follow-up, the prescription or the note.
    pub id: Id,
    /// Whose it is.
    pub practitioner_id: Id,
    /// The code that the practitioner goes by.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The clinician it is with. Null where it is another member of the group.
    pub clinician_id: Option<Id>,
    /// When it begins, where it has a time.
    pub starts_at: Option<UtcTime>,
}

impl ConflictView {
    /// The view of one, with the practitioner's reference.
    pub fn new(tie: Tie, reference: String) -> Self {
        Self {
            kind: tie.what,
            id: tie.id,
            practitioner_id: tie.practitioner,
            reference,
            clinician_id: tie.clinician,
            starts_at: tie.starts_at,
        }
    }
}
