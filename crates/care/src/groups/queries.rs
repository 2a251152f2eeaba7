//! The database statements about groups, their sessions, members and records.

pub mod agreements;
pub mod enrolments;
pub mod facilitators;
pub mod groups;
pub mod records;
pub mod screenings;
pub mod sessions;
