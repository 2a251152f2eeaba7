//! Prescriptions, from the draft to the last issue.

mod lifecycle;
mod medicines;
mod prescribers;
mod printed;
mod reading;
mod safety;
mod signing;
