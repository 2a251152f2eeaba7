//! Reference data that administrators change from a day on.

mod bank_holidays;
mod boards;
mod changing;
mod figures;
mod funding;
mod medicines;
mod prescribing;
mod second_person;
mod services;
mod times;
