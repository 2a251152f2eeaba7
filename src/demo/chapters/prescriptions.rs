//! The story's chapter about prescriptions.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};

use super::Cast;
use crate::demo::story::Story;

/// Tells it.
pub(super) async fn tell<S, B>(_: &Story<'_, S>, _: &Cast<'_>) -> Result<(), String>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    Ok(())
}
