//! The health of the service, for its operators.

use std::time::Duration;

use crate::http::operations::ServiceConfig;
use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::Response;
use crate::Platform;
use crate::error::Result;

/// The health of the service.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: a service that is not healthy answers with a problem.
    #[schema(max_length = 20)]
    pub status: String,
    /// The version of the service.
    #[schema(max_length = 20)]
    pub version: String,
}

fn healthy() -> Health {
    Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_liveness).service(get_readiness);
}

/// Get the state of the process
#[utoipa::path(
    operation_id = "getLiveness", tag = "System", security(()),
    responses((status = 200, description = "The process is alive.", body = Health))
)]
#[get("/health/live")]
async fn get_liveness() -> Result<Response> {
    Response::ok(&healthy())
}

/// How long the database may take to be read and written: shorter than the health check's own time limit.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Get the state of the service
///
/// 503 while the database cannot be read or cannot be written: both are tried.
#[utoipa::path(
    operation_id = "getReadiness", tag = "System", security(()),
    responses((status = 200, description = "The service is ready.", body = Health))
)]
#[get("/health/ready")]
async fn get_readiness(platform: Platform) -> Result<Response> {
    platform.db.check(CHECK_TIMEOUT).await?;
    Response::ok(&healthy())
}
