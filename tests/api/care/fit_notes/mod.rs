//! Fit notes and plans for a return to work.

mod checking;
mod issuing;
mod plans;
mod printed;
mod reading;
