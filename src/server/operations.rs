//! The modules of the service with their operations.

use crate::platform::http::health;
use crate::platform::http::operations::ServiceConfig;
use crate::{access, care, insight, partners, people, scheduling};

/// Registers every operation. An operation that is not registered here is neither served nor documented.
pub fn operations(config: &mut ServiceConfig<'_>) {
    health::configure(config);
    people::configure(config);
    access::configure(config);
    scheduling::configure(config);
    care::configure(config);
    partners::configure(config);
    insight::configure(config);
}
