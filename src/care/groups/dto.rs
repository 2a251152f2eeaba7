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

use crate::platform::private::Private;

/// What somebody wrote, unless it is blank.
pub(super) fn said(text: Option<&Private<String>>) -> Option<String> {
    text.map(|text| text.reveal().trim().to_owned()).filter(|text| !text.is_empty())
}
