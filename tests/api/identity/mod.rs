//! Floor 1.

mod sessions;
