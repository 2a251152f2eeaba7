//! Group therapy.

mod calendars;
mod conflicts;
mod counts;
mod former_members;
mod places;
mod programmes;
mod races;
mod records;
mod waiting_list;
