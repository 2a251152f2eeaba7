//! The one place where the application is put together: server, tests and document use it.

pub mod background;
mod docs;
pub mod document;
mod notices;
pub mod opening;
mod operations;

pub use notices::{composers, timings};
pub use operations::operations;

use platform::Tx;
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpRequest, guard};
use tracing_actix_web::TracingLogger;

use crate::people::accounts;
use crate::people::practitioners;
use crate::people::sign_in::caller;
use crate::people::sign_in::passwords::Passwords;
use crate::people::sign_in::tokens::Tokens;
use crate::platform::Platform;
use crate::platform::http::contract::Contract;
use crate::platform::http::json::LARGEST_BODY;
use crate::platform::http::middleware;
use crate::platform::http::operations::ServiceConfig;
use crate::platform::keys::KeyRing;
use crate::platform::telemetry::QuietSpan;
use crate::platform::throttle::Throttle;
use crate::{access, care, partners, scheduling};

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

    /// The passwords' hasher, for the task that gives its memory back.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }
}

/// Gives a database what the program brings to it, as far as it is not there yet. To be done before anybody is answered.
///
/// # Errors
/// When the database refuses.
pub async fn furnish(platform: &Platform) -> Result<(), crate::platform::error::Error> {
    let rules = platform.write(access::registration::fill).await?;
    if rules > 0 {
        tracing::info!(rules, "the rules of eligibility were filled in");
    }
    let added = platform.write(crate::reference::signposts::fill).await?;
    if added > 0 {
        tracing::info!(added, "the directory of help elsewhere was filled");
    }
    let again = || platform.write(keep_people_apart);
    // Of two instances that start at once on an older database one finds that the other has done it.
    let marks = match again().await {
        Err(_) => again().await?,
        Ok(marks) => marks,
    };
    if marks > 0 {
        tracing::info!(marks, "marks by which people are kept apart were brought up to date");
    }
    Ok(())
}

/// The form in which names are compared belongs to the program and their indexes are keyed, so no migration can bring them up to date.
/// It is done before anybody is answered, so that no block is lost.
fn keep_people_apart(tx: &mut Tx) -> Result<usize, crate::platform::error::Error> {
    Ok(accounts::marks::renew(tx)? + accounts::marks::lapse(tx)? + practitioners::queries::renew_blocked(tx)?)
}

/// What ends with hubs and campaigns when care ends.
const ENDS_ELSEWHERE: care::discharge::EndsElsewhere =
    care::discharge::EndsElsewhere { referrals: partners::hubs::ending::end_for, outreach: partners::outreach::sending::end_for };

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
    let document = parts.contract.file();
    App::new()
        .configure(|config| operations(&mut ServiceConfig::Application(config)))
        .app_data(parts.platform.clone())
        .app_data(parts.contract.clone())
        .app_data(Throttle::clone(&parts.throttle))
        .app_data(parts.throttle.clone())
        .app_data(parts.passwords.clone())
        .app_data(parts.tokens.clone())
        .app_data(Data::new(care::separation::APART))
        .app_data(Data::new(ENDS_ELSEWHERE))
        .app_data(Data::new(scheduling::clinicians::WhatIsOpen(scheduling::booking::offering::opening)))
        .app_data(web::PayloadConfig::new(LARGEST_BODY))
        .service(web::resource("/openapi.json").route(web::get().to(move |request: HttpRequest| {
            let answer = document.answer(&request);
            async move { answer }
        })))
        .service(web::redirect("/docs", "/docs/"))
        .service(web::resource("/docs/{_:.*}").guard(guard::Get()).to(docs::page))
        .default_service(web::route().to(middleware::nobody_home))
        .wrap(from_fn(caller::recognise))
        .wrap(from_fn(middleware::at_the_door))
        .wrap(cors(&parts.cors_origins))
        .wrap(from_fn(middleware::leaving))
        .wrap(Compress::default())
        .wrap(from_fn(middleware::packing))
        .wrap(TracingLogger::<QuietSpan>::new())
}

/// Only the origins that the operator named, and never with cookies: the API knows none.
fn cors(origins: &[String]) -> Cors {
    origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin))
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"])
        .expose_headers(["etag", "location", "retry-after", "x-request-id"])
        .block_on_origin_mismatch(false)
        .max_age(3600)
}
