//! Floor 2.

mod hubs;
