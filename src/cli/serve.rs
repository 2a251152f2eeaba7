//! `confide serve`: one process that answers requests and runs the background jobs until it is stopped.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpResponse, web};
use chrono::TimeDelta;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

use super::database::open;
use super::output::print_warnings;
use super::settings;
use super::settings::ServeCommand;
use crate::demo;
use crate::people::sign_in::passwords::{Cost, Passwords};
use crate::platform::Platform;
use crate::platform::audit::Written;
use crate::platform::clock::Clock;
use crate::platform::config::{Mode, Policy};
use crate::platform::db::instance::InstanceLock;
use crate::platform::db::{Db, Engine};
use crate::platform::http::connections::{self, Connections};
use crate::platform::http::file_limit;
use crate::platform::keys::KeyRing;
use crate::platform::outbox::MessageCarrier;
use crate::platform::outbox::carriers::Carriers;
use crate::platform::outbox::transport::Transport;
use crate::platform::outbox::worker::Sender;
use crate::platform::seal::Sealer;
use crate::platform::tasks::StopSender;
use crate::platform::telemetry;
use crate::server as app;
use crate::server::{Parts, background};

/// How much longer than the drain time the service takes at most, to release the claims of messages that were being sent.
const CLAIM_RELEASE_TIME: Duration = Duration::from_millis(1500);
/// How long the database connections have to finish and close. On SQLite this moves the write-ahead log into the file.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or SIGINT; running requests are finished first. `unread` are warnings about unused variables.
pub(super) fn run(command: &ServeCommand, unread: Vec<String>) -> Result<(), String> {
    print_warnings(telemetry::start_logging(command.keys.mode));
    print_warnings(unread);
    // Checked before a lock or a file is created, so that a start that is refused for its keys leaves nothing behind.
    command.keys.load()?;
    command.database.require_existing()?;
    print_warnings(settings::check(command)?);
    let instance = InstanceLock::take(&command.database.database, "serve")?;
    let keys = open(&command.database, &command.keys, Some(&instance))?;
    if command.keys.mode == Mode::Production && demo::is_loaded(&command.database.database)? {
        return Err("the database contains the demo data, and the password of its accounts is published: production does not \
                    serve it. Set another database (DATABASE_URL), or give --mode development"
            .to_owned());
    }
    if let Engine::Sqlite(path) = &command.database.database {
        // A relative path means another file when the service is started in another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        tracing::info!(database = %path.display(), "opened");
    }
    serve(command, &keys, || Ok(()))
}

/// Serves with these keys. `ready` is called when the address is in use.
pub(super) fn serve(command: &ServeCommand, keys: &KeyRing, ready: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let listener = listen(command)?;
    let most = file_limit::max_connections(file_limit::raise_file_limit(), other_files(command))?;
    let figures = command.serve.metrics_listen.map(|_| telemetry::start_metrics()).transpose()?;
    let parts = parts(command, keys)?;
    let sender = sender(command)?;
    ready()?;
    actix_web::rt::System::new().block_on(run_until_stopped(command, parts, sender, listener, figures, most))
}

fn workers(command: &ServeCommand) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if command.serve.workers == 0 { cores } else { command.serve.workers }
}

/// How many files other than client connections are open at one time, at most.
fn other_files(command: &ServeCommand) -> u64 {
    // The listener, the lock, standard streams, the runtime and a name look-up need 14 by measurement.
    const ALWAYS: usize = 24;
    const PER_WORKER: usize = 4;
    // Three connections, each with the file and its log, and the index of the log.
    const SQLITE: usize = 8;
    let database = match command.database.database {
        Engine::Sqlite(_) => SQLITE,
        Engine::Postgres(_) => command.database.database_connections.into(),
    };
    let messages = MessageCarrier::ALL.len() * usize::from(command.messages.messages_at_once);
    let figures = if command.serve.metrics_listen.is_some() { connections::METRICS_CONNECTIONS } else { 0 };
    let files = ALWAYS + PER_WORKER * workers(command) + database + messages;
    u64::try_from(files).unwrap_or(u64::MAX).saturating_add(figures)
}

fn listen(command: &ServeCommand) -> Result<TcpListener, String> {
    connections::listen(command.serve.listen).map_err(|error| format!("cannot listen on {}: {error}", command.serve.listen))
}

/// The application's parts, built from the settings.
pub(super) fn parts(command: &ServeCommand, keys: &KeyRing) -> Result<Parts, String> {
    let policy = Arc::new(Policy::new(&command.serve, &command.limits, &command.print));
    let db = Db::start(&command.database.database, command.database.database_connections.into());
    let platform = Platform { db, clock: Clock::system(), sealer: Sealer::new(keys), policy, written: Written::default() };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let at_once = if command.limits.password_hashes == 0 { cores } else { command.limits.password_hashes };
    Parts::new(platform, keys, Passwords::new(Cost::Full, at_once)?, command.serve.cors_origin.clone())
}

fn sender(command: &ServeCommand) -> Result<Sender, String> {
    let settings = &command.messages;
    let transport = match &settings.smtp_url {
        Some(url) => Transport::smtp(&settings.mail_from, url)?,
        None => Transport::folder(&settings.mail_from, settings.outbox())?,
    };
    let transport = match settings.gateway()? {
        Some(gateway) => transport.with_text_gateway(gateway),
        None => transport.with_text_folder(settings.outbox())?,
    };
    let lease = TimeDelta::seconds(settings.message_lease_seconds.into());
    let carriers = Carriers::new(settings.messages_at_once.into());
    Ok(Sender { transport, registry: app::notification_registry(), lease, carriers })
}

async fn run_until_stopped(
    command: &ServeCommand,
    parts: Parts,
    sender: Sender,
    listener: TcpListener,
    figures: Option<PrometheusHandle>,
    most: u64,
) -> Result<(), String> {
    let db = parts.platform.db.clone();
    app::load_reference_data(&parts.platform)
        .await
        .map_err(|error| format!("the database could not be made ready: {}", error.for_operator()))?;
    let (stop, stopping) = StopSender::new();
    let tasks = background::start(&parts, &sender, &stopping);
    let settings = &command.serve;
    let clients = Connections::new(settings.client_timeout(), settings.connections_per_address, settings.trusted_proxies());
    let clients = clients.counted_separately(file_limit::total_connections(most, workers(command)));
    if let (Some(address), Some(figures)) = (command.serve.metrics_listen, figures) {
        serve_metrics(address, figures, &clients)?;
    }
    tracing::info!(listen = %command.serve.listen, engine = command.database.database.name(), "serving");
    let mut signals = Signals::listen()?;
    // SIGINT and SIGTERM mean the same here; the server itself would cut off running requests at SIGINT.
    let server = connections::server(workers(command), most).shutdown_timeout(command.serve.drain_seconds).disable_signals();
    let server = connections::serve(server, "api", listener, &clients, move || app::application(&parts))
        .map_err(|error| format!("cannot listen: {error}"))?
        .run();
    let handle = server.handle();
    let mut server = std::pin::pin!(server);
    let drain = Duration::from_secs(command.serve.drain_seconds);
    let mut end = Instant::now() + drain;
    let served = tokio::select! {
        served = &mut server => served,
        () = signals.next() => {
            end = Instant::now() + drain;
            tracing::info!(seconds = drain.as_secs(), "stopping: running work is finished, and no new work begins");
            stop.stop_within(drain);
            drop(handle.stop(true));
            tokio::select! {
                served = &mut server => served,
                // At the second signal it stops at once.
                () = signals.next() => {
                    end = Instant::now();
                    drop(handle.stop(false));
                    server.await
                }
            }
        }
    };
    stop.stop_within(end.saturating_duration_since(Instant::now()));
    let last = end + CLAIM_RELEASE_TIME;
    for mut task in tasks {
        if tokio::time::timeout_at(last, &mut task).await.is_err() {
            task.abort();
        }
    }
    if !db.close(CLOSE_TIMEOUT) {
        tracing::warn!("a database connection was still busy when the service ended");
    }
    tracing::info!("stopped");
    served.map_err(|error| format!("the server ended: {error}"))
}

/// The signals that end the service: SIGTERM from a supervisor, SIGINT from a keyboard.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// Sent when a write exceeds the limit of file sizes, and would end the process. When it is handled, the write fails with an
    /// error.
    _file_size: Signal,
}

impl Signals {
    fn listen() -> Result<Self, String> {
        let of = |kind| signal(kind).map_err(|error| format!("signals cannot be received: {error}"));
        let file_size = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
        Ok(Self { terminate: of(SignalKind::terminate())?, interrupt: of(SignalKind::interrupt())?, _file_size: of(file_size)? })
    }

    /// Returns with the next of them.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The metrics are served on their own address, with the same limits; their connections are counted separately.
fn serve_metrics(address: std::net::SocketAddr, figures: PrometheusHandle, clients: &Connections) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot serve the metrics on {address}: {error}");
    let application = move || {
        let figures = figures.clone();
        let render = move || {
            let text = figures.render();
            async move { HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text) }
        };
        App::new().route("/metrics", web::get().to(render))
    };
    let listener = connections::listen(address).map_err(failed)?;
    let server = connections::server(1, connections::METRICS_CONNECTIONS).disable_signals();
    let clients = clients.counted_separately(connections::METRICS_CONNECTIONS);
    let server = connections::serve(server, "metrics", listener, &clients, application).map_err(failed)?;
    actix_web::rt::spawn(server.run());
    Ok(())
}
