//! The crate `people`: accounts, who may meet whom, and how people are written to.

mod accounts;
mod blocked_colleagues;
mod messages;
mod passwords;
mod same_person;
mod sessions;
mod staff;
mod strangers;
