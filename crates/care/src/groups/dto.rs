//! Request and response bodies of group therapy.

mod enrolments;
mod programmes;
mod records;
mod sessions;

pub use enrolments::{
    CreateGroupEnrolment, CreateGroupGuest, EnrolmentView, GroupEnrolmentQuery, GuestContact, JoinGroupWaitingList,
    RecordGroupScreening, RemoveGroupMember, ReplaceFacilitatorWillingness, ScreeningView, UpdateGroupEnrolment,
};
pub use programmes::{EndGroup, GroupForm, GroupQuery, GroupReader, GroupSaved, GroupView, GroupViewContext, MemberAlias};
pub use records::{CreateGroupNote, GroupNoteView, MemberAttendance, Reader, RecordGroupAttendance, ReplaceGroupNote};
pub use sessions::{
    CancelGroupSession, GroupSessionChange, GroupSessionQuery, GroupSessionView, MoveGroupSession, SessionReader,
};
