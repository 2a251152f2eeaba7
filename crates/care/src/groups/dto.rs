//! Forms about groups.

mod enrolments;
mod programmes;
mod records;
mod sessions;

pub use enrolments::{
    AgreeToMeet, ChangeEnrolment, EnrolGuest, EnrolInGroup, EnrolmentView, GroupEnrolmentQuery, GuestContact, JoinWaitingList,
    RecordScreening, RemoveFromGroup, ScreeningView,
};
pub use programmes::{EndGroup, GroupForm, GroupQuery, GroupReader, GroupSaved, GroupView, MemberAlias, Surroundings};
pub use records::{GroupNoteView, MemberAttendance, Reader, RecordGroupAttendance, RewordGroupNote, WriteGroupNote};
pub use sessions::{CancelGroupSession, GroupSessionQuery, GroupSessionView, MoveGroupSession, SessionChange, SessionReader};
