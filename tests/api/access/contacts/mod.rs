//! The contact line.

mod erasure;
mod hours;
mod in_care;
mod invitations;
mod journeys;
mod logging;
mod requests;
mod triage;
