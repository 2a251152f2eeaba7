//! Follow-ups.

mod agreeing;
mod booking;
mod chasing;
mod listing;
