//! Group therapy.

mod calendars;
mod meeting;
mod places;
mod programmes;
mod races;
mod records;
mod waiting;
