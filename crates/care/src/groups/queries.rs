//! Every statement about groups, their sessions, their members and their records.

pub mod enrolments;
pub mod groups;
pub mod records;
pub mod screenings;
pub mod sessions;
