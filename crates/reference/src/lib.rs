//! Reference data for every crate above: the workforce and integrated care boards, questionnaires, and signposts to other
//! services.

pub mod embedded;
pub mod questionnaires;
pub mod schema;
pub mod signposts;
pub mod workforce;
