//! HTTP handlers about practitioners.

pub mod blocked;
