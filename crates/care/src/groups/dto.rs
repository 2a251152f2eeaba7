//! Request and response bodies of group therapy.

mod enrolments;
mod programmes;
mod records;
mod sessions;

pub use enrolments::{
    CreateGroupEnrolment, CreateGroupGuest, CreateGroupScreening, EnrolmentView, GroupEnrolmentQuery, GuestContact,
    JoinGroupWaitingList, RemoveGroupMember, ReplaceFacilitatorAgreement, ScreeningView, UpdateGroupEnrolment,
};
pub use programmes::{EndGroup, GroupForm, GroupQuery, GroupReader, GroupSaved, GroupView, GroupViewContext, MemberAlias};
pub use records::{CreateGroupNote, GroupNoteView, MemberAttendance, Reader, RecordGroupAttendance, ReplaceGroupNote};
pub use sessions::{
    CancelGroupSession, GroupSessionChange, GroupSessionQuery, GroupSessionView, MoveGroupSession, SessionReader,
};
