//! Forms about groups.

mod enrolments;
mod programmes;
mod records;
mod sessions;

pub use enrolments::{
    AgreeToMeet, ChangeEnrolment, EnrolGuest, EnrolInGroup, EnrolmentView, GroupEnrolmentPage, GroupEnrolmentQuery, GuestContact,
    JoinWaitingList, RecordScreening, RemoveFromGroup, ScreeningView,
};
pub use programmes::{EndGroup, GroupForm, GroupPage, GroupQuery, GroupReader, GroupSaved, GroupView, MemberAlias, Surroundings};
pub use records::{
    GroupNotePage, GroupNoteView, MemberAttendance, NoteReader, RecordGroupAttendance, RewordGroupNote, WriteGroupNote,
};
pub use sessions::{
    CancelGroupSession, GroupSessionPage, GroupSessionQuery, GroupSessionView, MoveGroupSession, SessionChange, SessionReader,
};
