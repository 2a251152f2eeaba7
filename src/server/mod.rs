//! The one place where the application is assembled: the server, the tests and the document use it.

pub mod background;
mod crises;
mod docs;
pub mod document;
mod notifications;
pub mod opening;
mod operations;
mod retention;

pub use crises::CRISIS_HOOKS;
pub use notifications::{notification_registry, timings};
pub use operations::operations;
pub use retention::RETENTION_HANDLERS;

use platform::Tx;
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpRequest, guard};
use tracing_actix_web::TracingLogger;

use crate::people::audit_trail::refusals;
use crate::people::relationships::access_rules::{self, AccessRule};
use crate::people::sign_in::caller;
use crate::people::sign_in::passwords::Passwords;
use crate::people::sign_in::tokens::Tokens;
use crate::people::staff_changes::ChangeHandlers;
use crate::people::{accounts, granted_access, practitioners, relationships};
use crate::platform::Platform;
use crate::platform::audit::ChainMonitor;
use crate::platform::carried_over;
use crate::platform::http::contract::Contract;
use crate::platform::http::idempotency;
use crate::platform::http::json::LARGEST_BODY;
use crate::platform::http::operations::ServiceConfig;
use crate::platform::http::repeats::{self, Check};
use crate::platform::http::{middleware, minimum_duration};
use crate::platform::keys::KeyRing;
use crate::platform::telemetry::RequestSpan;
use crate::platform::throttle::Throttle;
use crate::{access, care, partners, people, scheduling};

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
    audit_chain: ChainMonitor,
}

impl Parts {
    /// Builds the parts.
    ///
    /// # Errors
    /// One line for the operator: a key cannot be used, or the schemas of the document do not compile.
    pub fn new(platform: Platform, keys: &KeyRing, passwords: Passwords, cors_origins: Vec<String>) -> Result<Self, String> {
        access_rules::install(ACCESS_RULES);
        repeats::install(REPEAT_CHECKS);
        let tokens = Tokens::new(keys, &platform.sealer, platform.policy.access_token)?;
        let throttle = Throttle::new(&platform.policy);
        Ok(Self {
            platform,
            passwords: Data::new(passwords),
            tokens: Data::new(tokens),
            throttle: Data::new(throttle),
            contract: document::prepared()?,
            cors_origins: cors_origins.into(),
            audit_chain: ChainMonitor::default(),
        })
    }

    /// The rate limit counters, for the job that cleans them up.
    pub fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// What was verified of the audit chain, for the job that verifies it.
    pub fn audit_chain(&self) -> &ChainMonitor {
        &self.audit_chain
    }

    /// The password hasher, for the job that frees its memory.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }
}

/// Loads the data that are part of the program into the database, unless they are there already. Must be done before any request
/// is answered.
///
/// # Errors
/// When the database fails.
pub async fn load_reference_data(platform: &Platform) -> Result<(), crate::platform::error::Error> {
    let rules = platform.write(access::registration::load_built_in_rules).await?;
    if rules > 0 {
        tracing::info!(rules, "the eligibility rules were loaded");
    }
    let added = platform.write(crate::reference::signposts::add_missing).await?;
    if added > 0 {
        tracing::info!(added, "the directory of signposts was loaded");
    }
    // Prescribing or booking fails until an administrator corrects such an entry; everything else goes on.
    for fault in platform.read(care::reference_data::faults).await? {
        tracing::error!(%fault, "a changed entry of the reference data does not fit this version of the program");
    }
    let keyed = platform.write(idempotency::key_plain_rows).await?;
    if keyed > 0 {
        tracing::info!(keyed, "plain hashes of requests were replaced by keyed tags");
    }
    let mut indexed = 0;
    loop {
        match platform.write(people::notifications::queries::index_confirmed_mobiles).await? {
            0 => break,
            number => indexed += number,
        }
    }
    if indexed > 0 {
        tracing::info!(indexed, "confirmed mobile numbers were indexed");
    }
    let topics = platform.write(care::groups::queries::groups::key_plain_topics).await?;
    let mut sealed = 0;
    loop {
        match platform.write(|tx| carried_over::seal_next(tx, &PLAIN_BEFORE)).await? {
            0 => break,
            number => sealed += number,
        }
    }
    if topics + sealed > 0 {
        tracing::info!(topics, sealed, "values that were stored in clear were sealed");
    }
    let invited = platform.write(accounts::email_indexes::renew).await?;
    if invited > 0 {
        tracing::info!(invited, "the indexes of addresses of staff were renewed");
    }
    let renew = || platform.write(renew_identity_indexes);
    // If two instances start at once on an older database, one of them fails because the other has done it.
    let renewed = match renew().await {
        Err(_) => renew().await?,
        Ok(renewed) => renewed,
    };
    if renewed > 0 {
        tracing::info!(renewed, "the identity indexes that keep people apart were renewed");
    }
    Ok(())
}

/// The columns whose values version 0.2 stored in clear.
const PLAIN_BEFORE: [&str; 4] = [
    care::follow_ups::queries::TERMS,
    care::groups::queries::screenings::VERDICT,
    care::assessment::queries::OUTCOME,
    care::risk::queries::events::DETAILS,
];

/// Renews the indexes by which people who must not meet are kept apart. The comparison of names and employers belongs to the
/// program and the indexes are keyed, so no migration can renew them. It is done before any request is answered, so that no block is lost.
fn renew_identity_indexes(tx: &mut Tx) -> Result<usize, crate::platform::error::Error> {
    Ok(accounts::identity::reindex(tx)?
        + partners::hubs::queries::coordinators::reindex_employers(tx)?
        + accounts::identity::lapse_former_employers(tx)?
        + practitioners::queries::reindex_blocked(tx)?
        + practitioners::queries::remove_employer_indexes(tx)?)
}

/// Why staff may know of practitioners, in the order in which the first that applies is recorded.
const ACCESS_RULES: &[&[AccessRule]] = &[
    scheduling::booking::care_relationship::ACCESS_RULES,
    practitioners::ACCESS_RULES,
    access::registration::ACCESS_RULES,
    access::funding::ACCESS_RULES,
    care::risk::ACCESS_RULES,
    care::follow_ups::ACCESS_RULES,
    care::groups::ACCESS_RULES,
    partners::hubs::ACCESS_RULES,
    granted_access::ACCESS_RULES,
    care::conflicts::ACCESS_RULES,
];

/// Who may still get the first response to a request that they send again.
const REPEAT_CHECKS: &[Check] =
    &[relationships::repeats::may_repeat, access::contacts::visibility::may_repeat, partners::hubs::repeats::may_repeat];

/// What ends in other crates when care ends.
const DISCHARGE_HOOKS: care::discharge::DischargeHooks = care::discharge::DischargeHooks {
    end_referrals: partners::hubs::on_death::end_referrals,
    remove_from_outreach: partners::outreach::sending::opt_out_addresses,
};

/// How each kind of change to staff is applied once a second administrator has approved it.
const CHANGE_HANDLERS: ChangeHandlers = ChangeHandlers(&[
    people::staff::OPEN_ACCOUNT,
    people::staff::ACCOUNT_IDENTITY,
    scheduling::clinicians::CLINICIAN_IDENTITY,
    care::prescriptions::PRESCRIBING_RIGHTS,
    access::funding::COMMISSIONED_AREAS,
    partners::hubs::HUB_COORDINATOR,
]);

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
        .app_data(Data::new(care::conflicts::CONFLICT_HOOKS))
        .app_data(Data::new(DISCHARGE_HOOKS))
        .app_data(Data::new(care::missed_appointments::ATTENDANCE_HOOKS))
        .app_data(Data::new(CHANGE_HANDLERS))
        .app_data(Data::new(RETENTION_HANDLERS))
        .app_data(Data::new(scheduling::clinicians::BookableSlotsLookup(scheduling::booking::availability::bookable_slots)))
        .app_data(web::PayloadConfig::new(LARGEST_BODY))
        .service(web::resource("/openapi.json").route(web::get().to(move |request: HttpRequest| {
            let response = document.respond(&request);
            async move { response }
        })))
        .service(web::redirect("/docs", "/docs/"))
        .service(web::resource("/docs/{_:.*}").guard(guard::Get()).to(docs::page))
        .default_service(web::route().to(middleware::not_found_handler))
        .wrap(from_fn(refusals::record_refusals))
        .wrap(from_fn(minimum_duration::delay_not_found))
        .wrap(from_fn(caller::authenticate))
        .wrap(from_fn(middleware::request_pipeline))
        .wrap(cors(&parts.cors_origins))
        .wrap(from_fn(middleware::finish_response))
        .wrap(Compress::default())
        .wrap(from_fn(middleware::negotiate_compression))
        .wrap(TracingLogger::<RequestSpan>::new())
}

/// Allows only the origins that the operator named, and never cookies: the API uses none.
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
