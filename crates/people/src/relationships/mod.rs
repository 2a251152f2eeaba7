//! Which staff may know of which practitioners: the one question every operation asks ([`known()`]), conflicts between people, the
//! arrangements they affect, and episodes of care.

pub mod basis;
pub mod conflict_handlers;
pub mod conflicts;
pub mod episodes;
pub mod escalation;
pub mod identities;
mod known;
pub mod model;
pub mod repeats;
pub mod same_person;
pub mod sources;
mod stated_values;

pub use basis::{Basis, Purpose};
pub use known::{Known, KnownTo, Permit, Protected, known, known_among, known_to};
