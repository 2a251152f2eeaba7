//! Reference data that every crate above looks up: the workforce and its boards, questionnaires, services elsewhere.

pub mod embedded;
pub mod questionnaires;
pub mod schema;
pub mod signposts;
pub mod workforce;
