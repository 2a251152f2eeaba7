//! Infrastructure that every other crate uses. It knows no feature.

pub mod address;
pub mod audit;
pub mod clock;
pub mod config;
pub mod db;
pub mod email;
pub mod error;
pub mod files;
pub mod http;
pub mod ids;
pub mod key_checks;
pub mod keys;
pub mod names;
pub mod outbox;
pub mod password;
pub mod private;
pub mod refusal;
pub mod rests;
pub mod schema;
pub mod seal;
pub mod small_numbers;
pub mod tasks;
pub mod telemetry;
pub mod text;
pub mod throttle;
mod tx;
pub mod words;

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use clock::Clock;
use config::Policy;
use db::Db;
use error::Error;
use seal::Sealer;

pub use tx::Tx;

/// What a request handler or a background task is given to work with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The records.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Sealing and blind indexes.
    pub sealer: Sealer,
    /// What the operator decided: limits, lifetimes, addresses.
    pub policy: Arc<Policy>,
}

impl FromRequest for Platform {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .app_data::<Self>()
                .cloned()
                .ok_or_else(|| Error::internal("the application was put together without its platform")),
        )
    }
}
