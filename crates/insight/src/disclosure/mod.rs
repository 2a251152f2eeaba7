//! How figures are published so that they identify no one: small groups are hidden together with others, counts are rounded, and
//! each period is counted once and then frozen.

pub mod callers;
pub mod dto;
pub mod model;
pub mod queries;
pub mod rules;
