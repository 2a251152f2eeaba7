//! Reference data that administrators change from a day on.

mod bank_holidays;
mod boards;
mod changing;
mod funding;
mod medicines;
