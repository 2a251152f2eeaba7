//! Sessions of groups.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::records::MemberAttendance;
use crate::groups::model::{GroupMode, GroupRecordType, GroupSessionState};
use crate::groups::queries::groups::Group;
use crate::groups::queries::records::AttendanceRecord;
use crate::groups::queries::sessions::GroupSession;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// Who reads a session. What they see depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionReader {
    /// A caller who may see the group: sees when it meets.
    NonMember,
    /// A member: also sees where it meets.
    Member,
    /// A facilitator or a coordinator: also sees who attended.
    GroupStaff,
}

/// A session of a group. Details for members or staff are null for other callers.
#[derive(Serialize, ToSchema)]
pub struct GroupSessionView {
    /// The session's id.
    pub id: Id,
    /// The group.
    pub group_id: Id,
    /// The title of the group.
    #[schema(max_length = 100)]
    pub title: String,
    /// Whether a note is recorded for each member, or a head count only.
    pub record_type: GroupRecordType,
    /// When it starts.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// Whether it is planned or cancelled.
    pub state: GroupSessionState,
    /// Whether it was moved to another time.
    pub moved: bool,
    /// Members, facilitators and coordinators: why it was moved or cancelled.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Whether the group meets in person or by video.
    pub mode: GroupMode,
    /// Members, facilitators and coordinators: the address.
    #[schema(max_length = 300)]
    pub place: Option<String>,
    /// Members, facilitators and coordinators: the link to the video call.
    #[schema(max_length = 500)]
    pub link: Option<String>,
    /// Facilitators and coordinators: how many people took part, where a head count is recorded.
    #[schema(minimum = 0, maximum = 999)]
    pub head_count: Option<u16>,
    /// Facilitators and coordinators: when attendance was first recorded.
    pub recorded_at: Option<UtcTime>,
    /// Facilitators and coordinators: who attended. Empty in lists.
    #[schema(max_items = 100)]
    pub attendances: Vec<MemberAttendance>,
}

impl GroupSessionView {
    /// What this reader may see of the session.
    pub fn new(session: GroupSession, group: &Group, attended: Vec<AttendanceRecord>, reader: SessionReader) -> Self {
        let sees_address = reader != SessionReader::NonMember;
        let is_staff = reader == SessionReader::GroupStaff;
        let programme = &group.programme;
        Self {
            id: session.id,
            group_id: session.group,
            title: programme.title.clone(),
            record_type: session.record_type,
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            state: session.state,
            moved: session.moved,
            reason: session.reason.filter(|_| sees_address),
            mode: programme.mode,
            place: programme.place.clone().filter(|_| sees_address),
            link: programme.link.clone().filter(|_| sees_address),
            head_count: session.head_count.filter(|_| is_staff),
            recorded_at: session.recorded_at.filter(|_| is_staff),
            attendances: if is_staff { attended.into_iter().map(MemberAttendance::from).collect() } else { Vec::new() },
        }
    }
}

/// Filters of sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GroupSessionQuery {
    /// Only sessions that start at this time or later.
    #[param(nullable = false)]
    pub from: Option<UtcTime>,
    /// Only sessions that start before this time.
    #[param(nullable = false)]
    pub until: Option<UtcTime>,
}

/// A new time for a session. Its length does not change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveGroupSession {
    /// The new start time.
    pub starts_at: UtcTime,
    /// The reason. Members see it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// Why a session is cancelled.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelGroupSession {
    /// The reason. Members see it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// A session that was moved or cancelled, and the appointments that this affects.
#[derive(Serialize, ToSchema)]
pub struct GroupSessionChange {
    /// The session.
    pub session: GroupSessionView,
    /// The facilitators' booked appointments that are at the same time as the session. Move or cancel them.
    #[schema(max_items = 10_000)]
    pub orphaned_appointments: Vec<Id>,
}
