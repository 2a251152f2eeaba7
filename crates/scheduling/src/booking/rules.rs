//! Who may book which slot, how an appointment may change, and when a message is sent about it.

mod appointments;
mod booking;
mod notifications;
mod search;
#[cfg(test)]
mod tests;

pub use self::appointments::{
    check_attendance, check_cancellation, check_move, check_phone_change, is_time_to_call, pathway_after_cancel,
    pathway_after_not_attended, shows_meeting_details,
};
pub use self::booking::{bookable_times, check_booking, check_holding, check_phone_number, check_slot, pathway_after_booking};
pub use self::notifications::{notify_at, reminders};
pub use self::search::{LONGEST_SEARCH, check_kind, check_moving, check_search_window};
