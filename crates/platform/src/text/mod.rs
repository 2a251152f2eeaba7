//! Texts that people type: how they are stored, and when two of them are the same.

mod characters;
mod codes;
mod folding;
mod look_alikes;
mod normalise;
pub mod printable;

pub use crate::text::normalise::{InvalidText, Lines, normalise_text};
pub use characters::is_invisible;
pub use codes::{code, phone, token};
pub use folding::{dashed, folded};
pub use look_alikes::{as_capitals_look, as_typed};
