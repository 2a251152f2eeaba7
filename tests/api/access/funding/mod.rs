//! Special arrangement funding.

mod areas;
mod booking;
mod deadlines;
mod lifecycle;
mod races;
mod roles;
