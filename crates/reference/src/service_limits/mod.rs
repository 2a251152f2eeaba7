//! Limits of outreach and standards of waiting times. Crates above `care` use them; they are here because `care` checks every dataset that
//! administrators change.

pub mod outreach;
pub mod waits;
