//! The crate `reference`: reference data that is built in.

mod signposts;
