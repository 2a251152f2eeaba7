//! `confide serve`: one process that answers requests and does its background work, until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::TimeDelta;
use metrics_exporter_prometheus::PrometheusHandle;

use super::{ServeCommand, open};
use crate::app::{self, Parts, background};
use crate::identity::sign_in::passwords::{Cost, Passwords};
use crate::platform::Platform;
use crate::platform::clock::Clock;
use crate::platform::config::Policy;
use crate::platform::db::Db;
use crate::platform::db::instance::Instance;
use crate::platform::keys::KeyRing;
use crate::platform::outbox::transport::Transport;
use crate::platform::outbox::worker::Sender;
use crate::platform::seal::Sealer;
use crate::platform::tasks::Stop;
use crate::platform::telemetry;

/// Serves until SIGTERM or SIGINT; running requests are finished first.
pub(super) fn run(command: &ServeCommand) -> Result<(), String> {
    telemetry::start_logging(command.keys.mode);
    // Before a lock or a file is made: a start that is refused for its keys leaves nothing behind.
    command.keys.load()?;
    let instance = Instance::take(&command.database.database, "serve")?;
    let keys = open(&command.database, &command.keys, Some(&instance))?;
    serve(command, &keys, || Ok(()))
}

/// Serves with these keys. `ready` is called once the address is taken.
pub(super) fn serve(command: &ServeCommand, keys: &KeyRing, ready: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let listener = listen(command)?;
    let figures = command.serve.metrics_listen.map(|_| telemetry::start_metrics()).transpose()?;
    let parts = parts(command, keys)?;
    let sender = sender(command)?;
    ready()?;
    actix_web::rt::System::new().block_on(until_told(command, parts, sender, listener, figures))
}

fn listen(command: &ServeCommand) -> Result<TcpListener, String> {
    TcpListener::bind(command.serve.listen).map_err(|error| format!("cannot listen on {}: {error}", command.serve.listen))
}

/// The application's parts as the settings want them.
pub(super) fn parts(command: &ServeCommand, keys: &KeyRing) -> Result<Parts, String> {
    let policy = Arc::new(Policy::new(&command.serve, &command.limits, &command.print));
    let db = Db::start(&command.database.database, command.database.database_connections.into());
    let platform = Platform { db, clock: Clock::system(), sealer: Sealer::new(keys), policy };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let at_once = if command.limits.password_hashes == 0 { cores } else { command.limits.password_hashes };
    Parts::new(platform, keys, Passwords::new(Cost::Full, at_once)?, command.serve.cors_origin.clone())
}

fn sender(command: &ServeCommand) -> Result<Sender, String> {
    let settings = &command.messages;
    let letters = match &settings.smtp_url {
        Some(url) => Transport::smtp(&settings.mail_from, url)?,
        None => Transport::folder(&settings.mail_from, settings.outbox_dir.clone())?,
    };
    let transport = match settings.gateway()? {
        Some(gateway) => letters.texts_by(gateway),
        None => letters.texts_in(settings.outbox_dir.clone())?,
    };
    let lease = TimeDelta::seconds(settings.message_lease_seconds.into());
    Ok(Sender { transport, composers: app::composers(), lease })
}

async fn until_told(
    command: &ServeCommand,
    parts: Parts,
    sender: Sender,
    listener: TcpListener,
    figures: Option<PrometheusHandle>,
) -> Result<(), String> {
    app::furnish(&parts.platform).await.map_err(|error| format!("the database could not be made ready: {error}"))?;
    let (stop, stopping) = Stop::new();
    let tasks = background::start(&parts, &sender, &stopping);
    if let (Some(address), Some(figures)) = (command.serve.metrics_listen, figures) {
        serve_metrics(address, figures)?;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if command.serve.workers == 0 { cores } else { command.serve.workers };
    let drain = command.serve.drain_seconds;
    tracing::info!(listen = %command.serve.listen, engine = command.database.database.name(), "serving");
    let served = HttpServer::new(move || app::application(&parts))
        .workers(workers)
        .client_request_timeout(std::time::Duration::from_secs(10))
        .shutdown_timeout(drain)
        .listen(listener)
        .map_err(|error| format!("cannot listen: {error}"))?
        .run()
        .await;
    stop.now();
    for task in tasks {
        let _ = task.await;
    }
    tracing::info!("stopped");
    served.map_err(|error| format!("the server ended: {error}"))
}

fn serve_metrics(address: std::net::SocketAddr, figures: PrometheusHandle) -> Result<(), String> {
    let server = HttpServer::new(move || {
        let figures = figures.clone();
        let render = move || {
            let text = figures.render();
            async move { HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text) }
        };
        App::new().route("/metrics", web::get().to(render))
    })
    .workers(1)
    .disable_signals()
    .bind(address)
    .map_err(|error| format!("cannot serve figures on {address}: {error}"))?
    .run();
    actix_web::rt::spawn(server);
    Ok(())
}
