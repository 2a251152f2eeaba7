//! The directory of help elsewhere.

mod administration;
mod in_answers;
mod search;
