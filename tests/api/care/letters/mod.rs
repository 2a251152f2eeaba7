//! Printed letters: from the draft to the register of what was sent.

mod access;
mod agreeing;
mod answers;
mod drafting;
mod journey;
mod printed;
mod sending;
