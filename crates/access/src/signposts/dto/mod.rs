//! JSON forms about signposts.

pub mod entries;
