//! Who may join: profession and registration, what the service is commissioned for on which day, and the reference that
//! stands for a person instead of a name.

pub mod catalogue;
pub mod model;
pub mod queries;
pub mod rules;
