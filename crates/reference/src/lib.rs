//! Reference data for every crate above: the workforce and integrated care boards, questionnaires, signposts to other services,
//! limits of services, and the changes that administrators make of such data.

pub mod embedded;
pub mod questionnaires;
pub mod reference_data;
pub mod schema;
pub mod service_limits;
pub mod signposts;
pub mod workforce;
