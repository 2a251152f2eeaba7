//! The one place where the application is put together: server, tests and document use it.

pub mod background;
pub mod document;
mod notices;
pub mod opening;

pub use notices::composers;

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::identity::sign_in::passwords::Passwords;
use crate::identity::sign_in::tokens::Tokens;
use crate::platform::Platform;
use crate::platform::http::contract::Contract;
use crate::platform::http::json::LARGEST_BODY;
use crate::platform::http::{health, middleware};
use crate::platform::keys::KeyRing;
use crate::platform::telemetry::QuietSpan;
use crate::platform::throttle::Throttle;
use crate::{access, care, identity, insight, scheduling};

/// Everything that the application is made of. Cheap to clone: one for each worker.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Database, clock, sealing, policy.
    pub platform: Platform,
    passwords: Data<Passwords>,
    tokens: Data<Tokens>,
    throttle: Data<Throttle>,
    contract: Contract,
    cors_origins: Arc<[String]>,
}

impl Parts {
    /// Puts the parts together.
    ///
    /// # Errors
    /// One line for the operator: a key is not usable, or the document's schemas do not compile.
    pub fn new(platform: Platform, keys: &KeyRing, passwords: Passwords, cors_origins: Vec<String>) -> Result<Self, String> {
        let tokens = Tokens::new(keys, &platform.sealer, platform.policy.access_token)?;
        let throttle = Throttle::new(&platform.policy);
        Ok(Self {
            platform,
            passwords: Data::new(passwords),
            tokens: Data::new(tokens),
            throttle: Data::new(throttle),
            contract: document::prepared()?,
            cors_origins: cors_origins.into(),
        })
    }

    /// The counters, for the task that tidies them.
    pub fn throttle(&self) -> &Throttle {
        &self.throttle
    }
}

/// Gives a database what the program brings to it, as far as it is not there yet. To be done before anybody is answered.
///
/// # Errors
/// When the database refuses.
pub async fn furnish(platform: &Platform) -> Result<(), crate::platform::error::Error> {
    let now = platform.clock.now();
    let rules = platform.db.write(move |conn| access::registration::fill(conn, now)).await?;
    if rules > 0 {
        tracing::info!(rules, "the rules of eligibility were filled in");
    }
    let added = platform.db.write(move |conn| access::signposting::fill(conn, now)).await?;
    if added > 0 {
        tracing::info!(added, "the directory of help elsewhere was filled");
    }
    Ok(())
}

/// Registers every operation there is. What is not registered here is neither served nor documented.
pub fn operations(config: &mut ServiceConfig<'_>) {
    health::configure(config);
    identity::configure(config);
    access::configure(config);
    scheduling::configure(config);
    care::configure(config);
    insight::configure(config);
}

/// The application, ready for a server or a test.
pub fn application(
    parts: &Parts,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let document = parts.contract.text();
    let (app, _) = App::new().into_utoipa_app().configure(operations).split_for_parts();
    app.app_data(parts.platform.clone())
        .app_data(parts.contract.clone())
        .app_data(Throttle::clone(&parts.throttle))
        .app_data(parts.throttle.clone())
        .app_data(parts.passwords.clone())
        .app_data(parts.tokens.clone())
        .app_data(web::PayloadConfig::new(LARGEST_BODY))
        .service(web::resource("/openapi.json").route(web::get().to(move || {
            let document = document.clone();
            async move {
                actix_web::HttpResponse::Ok()
                    .content_type("application/json")
                    .insert_header(("cache-control", "no-cache"))
                    .body(document)
            }
        })))
        .service(web::redirect("/docs", "/docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::new(["/openapi.json"]).validator_url("none")))
        .default_service(web::route().to(middleware::nobody_home))
        .wrap(from_fn(middleware::at_the_door))
        .wrap(cors(&parts.cors_origins))
        .wrap(Compress::default())
        .wrap(TracingLogger::<QuietSpan>::new())
}

/// Only the origins that the operator named, and never with cookies: the API knows none.
fn cors(origins: &[String]) -> Cors {
    origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin))
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(["authorization", "content-type", "idempotency-key", "if-match"])
        .expose_headers(["etag", "location", "retry-after", "x-request-id"])
        .block_on_origin_mismatch(false)
        .max_age(3600)
}
