//! Authorisation: which staff may know of which practitioners (patients). Every operation asks this one question ([`permit()`]). Also
//! conflicts between people, the arrangements they affect, and episodes of care.

pub mod access_rules;
pub mod basis;
pub mod conflict_handlers;
pub mod conflicts;
pub mod episodes;
pub mod escalation;
pub mod identities;
pub mod model;
mod permit;
pub mod repeats;
pub mod same_person;
pub mod same_registration;
mod stated_values;

pub use basis::{Basis, Purpose};
pub use permit::{Permit, PermitExt, PermittedPractitioners, Protected, permit, permits_among, permitted_practitioners};
