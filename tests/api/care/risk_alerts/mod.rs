//! Something shows a risk: help in the same response, an alert that is escalated until someone acts, and the assessment that closes it.

mod assessments;
mod attempts;
mod batches;
mod carried_over;
mod escalation;
mod levels;
mod raising;
mod readers;
mod reviews;
