//! Texts that people type: what is kept of them, and when two of them are the same.

mod characters;
mod folding;

pub use characters::is_invisible;
pub use folding::folded;
