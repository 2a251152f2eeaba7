//! Prescriptions, from the draft to the last issue.

mod course;
mod medicines;
mod prescribers;
mod printed;
mod reading;
mod signing;
