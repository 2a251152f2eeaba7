//! HTTP handlers of practitioners.

pub mod blocked;
