//! Operations on the directory of signposts, which [`reference::signposts`] holds.

pub mod dto;
mod routes;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::searching::list_signposts)
        .service(routes::keeping::create_signpost)
        .service(routes::searching::get_signpost)
        .service(routes::keeping::update_signpost)
        .service(routes::keeping::end_signpost)
        .service(routes::keeping::confirm_signpost_check)
        .service(routes::keeping::list_signpost_changes)
        .service(routes::keeping::list_unchecked_signposts);
}
