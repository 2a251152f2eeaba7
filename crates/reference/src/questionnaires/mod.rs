//! The questionnaires of the service: their items, their scoring, and the meaning of a change between two scores.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod rules;

pub use catalogue::catalogue;
