//! Who gets which slot: holding, booking, moving and cancelling appointments, and recording attendance.

pub mod model;
pub mod rules;
pub mod treating;
