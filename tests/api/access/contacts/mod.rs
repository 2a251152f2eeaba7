//! The contact line.

mod anonymous_alerts;
mod areas;
mod crises;
mod erasure;
mod hours;
mod in_care;
mod invitations;
mod journeys;
mod logging;
mod overdue;
mod own_alerts;
mod requests;
mod safety_question;
mod triage;
