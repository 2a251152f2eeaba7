//! Confide: the booking and care back end of a confidential mental-health service for NHS doctors and dentists.
//!
//! The folders are floors; a floor uses only those beneath it. `ARCHITECTURE.md` walks through one booking.

pub mod access;
pub mod app;
pub mod care;
pub mod cli;
pub mod demo;
pub mod identity;
pub mod insight;
pub mod platform;
pub mod scheduling;
