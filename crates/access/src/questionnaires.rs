//! Operations that read the questionnaires of [`reference::questionnaires`].

mod routes;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_questionnaires).service(routes::get_questionnaire);
}
