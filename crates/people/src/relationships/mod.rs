//! Which staff may see which practitioners: conflicts between people, what they affect, and episodes of care.

pub mod acquaintance;
pub mod apart;
pub mod conflicts;
pub mod episodes;
pub mod model;
