//! Logs and metrics. A log line names an operation, a status and a time; it never contains a path with its variables filled in, a
//! query, a header or a body, because any of these may reveal who seeks help.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::{Event, Level, Span, Subscriber};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use super::config::Mode;

/// What is logged by default.
const DEFAULT_FILTER: &str = "info,actix_server=warn";

/// Starts logging: JSON in production, readable lines otherwise. `RUST_LOG` selects what is logged. Returns warnings for the
/// operator.
pub fn start_logging(mode: Mode) -> Vec<String> {
    let requested = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    let (filter, warnings) = match (requested.trim().is_empty(), EnvFilter::try_new(&requested)) {
        (false, Ok(filter)) => (filter, Vec::new()),
        (false, Err(_)) => {
            (EnvFilter::new(DEFAULT_FILTER), vec![format!("RUST_LOG is not understood; `{DEFAULT_FILTER}` is used instead")])
        }
        (true, _) => (EnvFilter::new(DEFAULT_FILTER), Vec::new()),
    };
    // It logs errors of clients as errors. Those that matter are logged where connections end (`http/connections.rs`).
    let filter = "actix_http::h1=off".parse().into_iter().fold(filter, EnvFilter::add_directive);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // It would report on standard error that nothing can be written there, and end the thread when that fails too: the log's
        // disk may be full, and the service continues.
        .log_internal_errors(false);
    // A second start in one process (in tests) keeps the first.
    let _ = match mode {
        Mode::Production => builder.json().flatten_event(true).finish().with(LimitRepeats::default()).try_init(),
        Mode::Development => builder.compact().finish().with(LimitRepeats::default()).try_init(),
    };
    warnings
}

/// The target that reports a failure twice a second for as long as it lasts: the listener, when no more files can be opened.
const REPEATING_TARGET: &str = "actix_server::accept";

/// How often such a failure is logged.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// Keeps repeated errors from filling the log.
#[derive(Debug, Default)]
struct LimitRepeats(Mutex<Option<Instant>>);

impl<S: Subscriber> Layer<S> for LimitRepeats {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        if metadata.target() != REPEATING_TARGET || *metadata.level() != Level::ERROR {
            return true;
        }
        let mut last_logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last_logged.is_none_or(|last_logged| last_logged.elapsed() >= LOG_INTERVAL);
        if is_due {
            *last_logged = Some(Instant::now());
        }
        is_due
    }
}

/// Starts the metrics; the handle renders them for Prometheus.
///
/// # Errors
/// A sentence when this process has started them already.
pub fn start_metrics() -> Result<PrometheusHandle, String> {
    PrometheusBuilder::new().install_recorder().map_err(|error| format!("the metrics cannot be started: {error}"))
}

/// The log span of a request: the pattern of the route, never the path itself.
#[derive(Debug)]
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = actix_web::HttpMessage::extensions(request).get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        tracing::info_span!(
            "request",
            method = %request.method(),
            route = request.match_pattern().as_deref().unwrap_or("unknown"),
            request_id = id,
            status = tracing::field::Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status().as_u16(),
            Err(error) => error.as_response_error().status_code().as_u16(),
        };
        span.record("status", status);
        tracing::debug!(parent: &span, "answered");
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use super::*;

    /// A writer that stores everything.
    #[derive(Clone)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_repeated_error_is_logged_once_and_everything_else_each_time() {
        let stored = Arc::new(Mutex::new(Vec::new()));
        let buffer = Buffer(stored.clone());
        let log = tracing_subscriber::fmt().with_writer(move || buffer.clone()).finish().with(LimitRepeats::default());
        tracing::subscriber::with_default(log, || {
            for _ in 0..5 {
                tracing::error!(target: REPEATING_TARGET, "no files");
                tracing::error!("another matter");
                tracing::info!(target: REPEATING_TARGET, "the listener's other matters");
            }
        });
        let log = String::from_utf8(stored.lock().unwrap().clone()).unwrap();
        let count = |text: &str| log.matches(text).count();
        assert_eq!((count("no files"), count("another matter"), count("other matters")), (1, 5, 5), "{log}");
    }
}
