//! The crate `people`: accounts, sign-in, staff, blocked colleagues, conflicts of interest, and notifications.

mod account_protection;
mod accounts;
mod audit_flags;
mod audit_trail;
mod blocked_colleagues;
mod break_glass;
mod employers;
mod equal_refusals;
mod messages;
mod passwords;
mod possible_duplicates;
mod purposes;
mod retention;
mod second_person;
mod sessions;
mod staff;
mod staff_addresses;
mod staff_as_practitioners;
mod staff_changes;
mod stored_indexes;
mod unlinked_records;
