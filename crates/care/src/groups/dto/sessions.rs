//! Sessions.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::records::MemberAttendance;
use crate::groups::model::{GroupMode, GroupRecordType, GroupSessionState};
use crate::groups::queries::groups::KeptGroup;
use crate::groups::queries::records::Attended;
use crate::groups::queries::sessions::KeptSession;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// Who looks at a session: what is shown depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionReader {
    /// Anybody who may see the group: when it meets.
    Outsider,
    /// A member: where, too.
    Member,
    /// Whoever leads or runs the group: who came, too.
    Insider,
}

/// A session of a group. What is for members or staff is null for others.
#[derive(Serialize, ToSchema)]
pub struct GroupSessionView {
    /// Names it.
    pub id: Id,
    /// Whose it is.
    pub group_id: Id,
    /// What the group is called.
    #[schema(max_length = 100)]
    pub title: String,
    /// What is recorded of it.
    pub record_type: GroupRecordType,
    /// When it begins.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// Whether it takes place.
    pub state: GroupSessionState,
    /// Whether it was moved to another time.
    pub moved: bool,
    /// Members and staff of the group: why it was moved or cancelled.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// How the group meets.
    pub mode: GroupMode,
    /// Members and those who lead or run it: where exactly.
    #[schema(max_length = 300)]
    pub place: Option<String>,
    /// Members and those who lead or run it: the address of the video call.
    #[schema(max_length = 500)]
    pub link: Option<String>,
    /// Those who lead or run it: how many took part, where heads are counted.
    #[schema(minimum = 0, maximum = 999)]
    pub head_count: Option<u16>,
    /// Those who lead or run it: when attendance was first recorded.
    pub recorded_at: Option<UtcTime>,
    /// Those who lead or run it: who came. Not shown in lists.
    #[schema(max_items = 100)]
    pub attendances: Vec<MemberAttendance>,
}

impl GroupSessionView {
    /// What this reader may see of it.
    pub fn new(session: KeptSession, group: &KeptGroup, attended: Vec<Attended>, reader: SessionReader) -> Self {
        let inside = reader != SessionReader::Outsider;
        let staff = reader == SessionReader::Insider;
        let programme = &group.programme;
        Self {
            id: session.id,
            group_id: session.group,
            title: programme.title.clone(),
            record_type: session.form,
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            state: session.state,
            moved: session.moved,
            reason: session.reason.filter(|_| inside),
            mode: programme.mode,
            place: programme.place.clone().filter(|_| inside),
            link: programme.link.clone().filter(|_| inside),
            head_count: session.head_count.filter(|_| staff),
            recorded_at: session.recorded_at.filter(|_| staff),
            attendances: if staff { attended.into_iter().map(MemberAttendance::from).collect() } else { Vec::new() },
        }
    }
}

/// Which sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GroupSessionQuery {
    /// Only those that begin then or later.
    #[param(nullable = false)]
    pub from: Option<UtcTime>,
    /// Only those that begin before.
    #[param(nullable = false)]
    pub to: Option<UtcTime>,
}

/// Another time for a session. It keeps its length.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveGroupSession {
    /// When it begins.
    pub starts_at: UtcTime,
    /// Why, for members.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// That a session does not take place.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelGroupSession {
    /// Why, for members.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 500)]
    pub reason: Private<String>,
}

/// A session after a change, and what the change costs.
#[derive(Serialize, ToSchema)]
pub struct GroupSessionChange {
    /// The session.
    pub session: GroupSessionView,
    /// The facilitators' live appointments that lose their slots to it, and must be moved or called off.
    #[schema(max_items = 10_000)]
    pub orphaned_appointments: Vec<Id>,
}
