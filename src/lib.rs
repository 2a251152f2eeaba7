//! Confide: the booking and care back end of a confidential mental-health service for NHS doctors and dentists.
//!
//! The folders are floors; a floor uses only those beneath it. `ARCHITECTURE.md` walks through one booking.

pub mod access;
pub mod care;
pub mod cli;
pub mod demo;
pub mod insight;
pub mod partners;
pub mod people;
pub mod platform;
pub mod print;
pub mod reference;
pub mod scheduling;
pub mod server;
