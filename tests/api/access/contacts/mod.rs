//! The contact line.

mod forgetting;
mod hours;
mod in_care;
mod inviting;
mod journeys;
mod logging;
mod requests;
mod triage;
