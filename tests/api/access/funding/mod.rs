//! Special arrangement funding.

mod areas;
mod booking;
mod course;
mod races;
mod roles;
mod time;
