//! The crate `reference`: what the program ships.

mod signposts;
