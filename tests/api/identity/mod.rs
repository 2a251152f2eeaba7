//! Floor 1.

mod accounts;
mod passwords;
mod sessions;
mod staff;
mod strangers;
