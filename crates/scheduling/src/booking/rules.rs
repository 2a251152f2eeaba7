//! Who may book which slot, how an appointment may change, and when a message is sent about it.

mod appointments;
mod booking;
mod notices;
mod search;
#[cfg(test)]
mod tests;

pub use self::appointments::{
    cancel, change_phone, is_meeting_told, record_attendance, reschedule, stage_after_cancel, stage_after_not_attended,
};
pub use self::booking::{book, bookable_times, check_slot, hold, phone, stage_after_booking};
pub use self::notices::{reminders, told_at};
pub use self::search::{LONGEST_SEARCH, check_kind, check_moving, check_search_window};
