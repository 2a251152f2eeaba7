//! Fit notes and plans for a return to work.

mod checking;
mod issuing;
mod paper;
mod plans;
mod reading;
