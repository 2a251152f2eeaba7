//! What may be done with a group: its programme, its sessions, its places, who may meet whom in it, and its records.

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
