//! The rules of group therapy: programmes, sessions, places, conflicts between people, and what is recorded.

mod conflicts;
mod places;
mod programme;
mod records;
mod series;

pub use conflicts::{ConflictCheck, check_conflicts, conflict, have_agreed, without_later_blocks};
pub use places::{
    check_acceptance, check_enrolment, check_guest_enrolment, check_waiting_list_request, may_be_offered, next_seat,
};
pub use programme::{check_programme, check_start, state_after_end};
pub use records::{check_attendance, check_not_signed, check_note, check_session_change};
pub use series::sessions_between;
