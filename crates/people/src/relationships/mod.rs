//! Which staff may know of which practitioners: conflicts between people, the arrangements they affect, and episodes of care.

pub mod conflict_handlers;
pub mod conflicts;
pub mod episodes;
pub mod identities;
pub mod model;
