//! Follow-ups.

mod agreeing;
mod booking;
mod listing;
mod reminders;
