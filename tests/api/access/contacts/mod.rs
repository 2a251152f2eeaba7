//! The contact line.

mod inviting;
mod logging;
mod roles;
mod triage;
