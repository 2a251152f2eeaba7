//! Reasons for confidentiality in the practitioner's own words, which staff accept or decline.

mod changes;
mod deciders;
mod decisions;
mod words;
