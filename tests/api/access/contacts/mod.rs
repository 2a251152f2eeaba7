//! The contact line.

mod forgetting;
mod hours;
mod inviting;
mod journeys;
mod logging;
mod requests;
mod roles;
mod triage;
