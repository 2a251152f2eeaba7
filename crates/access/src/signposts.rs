//! Operations on the directory of signposts, which [`reference::signposts`] holds.

pub mod dto;
mod routes;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::search::list_signposts)
        .service(routes::admin::create_signpost)
        .service(routes::search::get_signpost)
        .service(routes::admin::replace_signpost)
        .service(routes::admin::end_signpost)
        .service(routes::admin::check_signpost)
        .service(routes::admin::list_signpost_history)
        .service(routes::admin::list_unchecked_signposts);
}
