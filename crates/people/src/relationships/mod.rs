//! Which staff may know of which practitioners: conflicts between people, the arrangements they affect, and episodes of care.

pub mod acquaintance;
pub mod apart;
pub mod conflicts;
pub mod episodes;
pub mod model;
