//! The rules of group therapy: programmes, sessions, places, conflicts between people, and what is recorded.

mod meeting;
mod places;
mod programme;
mod recording;
mod series;

pub use meeting::{Meeting, agreed, conflict, conflicts};
pub use places::{accept, ask, enrol, enrol_guest, may_be_offered, next_seat};
pub use programme::{check_programme, end, may_start};
pub use recording::{attendance, move_session, note, sign};
pub use series::lay_out;
