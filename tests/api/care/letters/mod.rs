//! Printed letters: from the draft to the register of what was sent.

mod access;
mod agreeing;
mod answers;
mod drafting;
mod employers;
mod formats;
mod journey;
mod medicines;
mod printed;
mod sending;
mod unsent;
