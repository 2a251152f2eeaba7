//! Something shows a risk: help in the same response, an alert that is escalated until someone acts, and the assessment that closes it.

mod assessments;
mod attempts;
mod carried_over;
mod escalation;
mod raising;
mod readers;
mod reviews;
