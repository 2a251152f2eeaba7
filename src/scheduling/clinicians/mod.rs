//! The clinicians: who there is to choose from, and who must not be shown to whom.

pub mod conflicts;
