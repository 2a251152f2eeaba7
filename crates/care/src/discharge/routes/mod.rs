//! The operations that end care, and the one that lets it begin again.

pub mod discharging;
pub mod outcome;
