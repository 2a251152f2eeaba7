//! Attendance at sessions, and notes about members.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::groups::queries::records::{AttendanceRecord, GroupNote, NoteContent};
use crate::records::model::NoteState;
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};
use scheduling::booking::model::Attendance;

pub use scheduling::booking::care_relationship::Reader;

/// One member's attendance at a session.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberAttendance {
    /// The member's enrolment.
    pub enrolment_id: Id,
    /// Whether they attended.
    pub attendance: Attendance,
}

impl From<AttendanceRecord> for MemberAttendance {
    fn from(attended: AttendanceRecord) -> Self {
        Self { enrolment_id: attended.enrolment, attendance: attended.attendance }
    }
}

/// Who attended a session. Recording it again corrects the members that are named.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordGroupAttendance {
    /// The attendance of each member.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attendances: Vec<MemberAttendance>,
    /// How many people took part, not counting staff. Required for groups that record a head count, and not allowed for others.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 999)]
    pub head_count: Option<u16>,
}

/// A new note in a member's record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupNote {
    /// The member's enrolment.
    pub enrolment_id: Id,
    /// The clinical note.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub text: Private<String>,
    /// The part that the practitioner can read once the note is signed.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub shared: Option<Private<String>>,
}

/// The new text of a draft note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceGroupNote {
    /// The clinical note.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 8000)]
    pub text: Private<String>,
    /// The part that the practitioner can read once the note is signed.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub shared: Option<Private<String>>,
}

impl ReplaceGroupNote {
    /// The text of the note.
    pub fn content(&self) -> NoteContent {
        NoteContent { text: trimmed(&self.text), shared: trimmed_non_empty(self.shared.as_ref()) }
    }
}

impl CreateGroupNote {
    /// The text of the note.
    pub fn content(&self) -> NoteContent {
        NoteContent { text: trimmed(&self.text), shared: trimmed_non_empty(self.shared.as_ref()) }
    }
}

/// A note about a member in a session, part of the member's record.
#[derive(Serialize, ToSchema)]
pub struct GroupNoteView {
    /// The note's id.
    pub id: Id,
    /// The group.
    pub group_id: Id,
    /// The session.
    pub session_id: Id,
    /// When the session started.
    pub session_at: UtcTime,
    /// Clinicians: the member's enrolment. Null for the practitioner.
    pub enrolment_id: Option<Id>,
    /// The practitioner whose record it belongs to.
    pub practitioner_id: Id,
    /// The clinician who wrote it.
    pub author_id: Id,
    /// Whether it is a draft or signed.
    pub state: NoteState,
    /// The clinical note. Null for the practitioner.
    #[schema(max_length = 8000)]
    pub text: Option<String>,
    /// The part that the practitioner can read.
    #[schema(max_length = 4000)]
    pub shared: Option<String>,
    /// When the draft was created.
    pub created_at: UtcTime,
    /// When it was signed.
    pub signed_at: Option<UtcTime>,
}

impl GroupNoteView {
    /// What this reader may see of the note.
    pub fn new(note: GroupNote, reader: Reader) -> Self {
        let is_clinician = reader == Reader::Clinician;
        Self {
            id: note.id,
            group_id: note.group,
            session_id: note.session,
            session_at: note.session_at,
            enrolment_id: is_clinician.then_some(note.enrolment),
            practitioner_id: note.practitioner,
            author_id: note.author,
            state: if note.signed_at.is_some() { NoteState::Signed } else { NoteState::Draft },
            text: is_clinician.then_some(note.content.text),
            shared: note.content.shared,
            created_at: note.created_at,
            signed_at: note.signed_at,
        }
    }
}
