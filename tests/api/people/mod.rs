//! The crate `people`: accounts, sign-in, staff, blocked colleagues, conflicts of interest, and notifications.

mod account_protection;
mod accounts;
mod blocked_colleagues;
mod messages;
mod passwords;
mod sessions;
mod staff;
mod staff_as_practitioners;
