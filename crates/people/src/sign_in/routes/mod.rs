//! Front desk of signing in.

pub mod passwords;
pub mod sessions;
