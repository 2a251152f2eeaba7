//! Attendance and notes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::groups::model::GroupNoteState;
use crate::groups::queries::records::{Attended, KeptNote, NoteWords};
use platform::ids::{Id, UtcTime};
use platform::private::{Private, said, trimmed};
use scheduling::booking::model::Attendance;

pub use scheduling::booking::treating::Reader;

/// One member's attendance at a session.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberAttendance {
    /// The member's enrolment.
    pub enrolment_id: Id,
    /// Whether, and how, they came.
    pub attendance: Attendance,
}

impl From<Attended> for MemberAttendance {
    fn from(attended: Attended) -> Self {
        Self { enrolment_id: attended.enrolment, attendance: attended.attendance }
    }
}

/// Who came to a session. A repeat corrects what it names.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordGroupAttendance {
    /// Member by member.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attendances: Vec<MemberAttendance>,
    /// How many took part, without the professionals. For group sessions, and required there.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 999)]
    pub head_count: Option<u16>,
}

/// A note in a member's record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupNote {
    /// The member's enrolment.
    pub enrolment_id: Id,
    /// What was found.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub text: Private<String>,
    /// What the practitioner sees of it once it is signed.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub shared: Option<Private<String>>,
}

/// Other words for a note that is not signed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceGroupNote {
    /// What was found.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub text: Private<String>,
    /// What the practitioner sees of it once it is signed.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub shared: Option<Private<String>>,
}

impl ReplaceGroupNote {
    /// The words.
    pub fn words(&self) -> NoteWords {
        NoteWords { text: trimmed(&self.text), shared: said(self.shared.as_ref()) }
    }
}

impl CreateGroupNote {
    /// The words.
    pub fn words(&self) -> NoteWords {
        NoteWords { text: trimmed(&self.text), shared: said(self.shared.as_ref()) }
    }
}

/// A note about a member of a session, in their record.
#[derive(Serialize, ToSchema)]
pub struct GroupNoteView {
    /// Names it.
    pub id: Id,
    /// Of which group.
    pub group_id: Id,
    /// Of which session.
    pub session_id: Id,
    /// When the session began.
    pub session_at: UtcTime,
    /// Clinicians: about which member of the group. Null for the practitioner.
    pub enrolment_id: Option<Id>,
    /// In whose record.
    pub practitioner_id: Id,
    /// Whose note it is.
    pub author_id: Id,
    /// Whether it may still be changed.
    pub state: GroupNoteState,
    /// What was found. Clinicians only.
    #[schema(max_length = 8000)]
    pub text: Option<String>,
    /// What the practitioner sees of it.
    #[schema(max_length = 4000)]
    pub shared: Option<String>,
    /// When it was begun.
    pub created_at: UtcTime,
    /// When it was signed.
    pub signed_at: Option<UtcTime>,
}

impl GroupNoteView {
    /// What this reader may see of it.
    pub fn new(note: KeptNote, reader: Reader) -> Self {
        let whole = reader == Reader::Clinician;
        Self {
            id: note.id,
            group_id: note.group,
            session_id: note.session,
            session_at: note.session_at,
            enrolment_id: whole.then_some(note.enrolment),
            practitioner_id: note.practitioner,
            author_id: note.author,
            state: if note.signed_at.is_some() { GroupNoteState::Signed } else { GroupNoteState::Draft },
            text: whole.then_some(note.words.text),
            shared: note.words.shared,
            created_at: note.created_at,
            signed_at: note.signed_at,
        }
    }
}
