//! The contact line.

mod areas;
mod crises;
mod erasure;
mod hours;
mod in_care;
mod invitations;
mod journeys;
mod logging;
mod overdue;
mod requests;
mod safety_question;
mod triage;
