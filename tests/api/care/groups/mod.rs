//! Group therapy.

mod calendars;
mod conflicts;
mod places;
mod programmes;
mod races;
mod records;
mod waiting_list;
