//! Logs and figures. A log line names an operation, a status and a time; it never holds an address with its parts filled in,
//! a query, a header or a body, because any of these may tell who seeks help.

use std::io::IsTerminal as _;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use super::config::Mode;

/// What is logged when nobody says.
const USUAL: &str = "info,actix_server=warn";

/// Starts logging: JSON in production, lines for eyes otherwise. `RUST_LOG` chooses what is shown. Returns warnings for the
/// operator.
pub fn start_logging(mode: Mode) -> Vec<String> {
    let asked = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    let (filter, warnings) = match (asked.trim().is_empty(), EnvFilter::try_new(&asked)) {
        (false, Ok(filter)) => (filter, Vec::new()),
        (false, Err(_)) => (EnvFilter::new(USUAL), vec![format!("RUST_LOG is not understood; `{USUAL}` is used instead")]),
        (true, _) => (EnvFilter::new(USUAL), Vec::new()),
    };
    // It reports as errors what clients do wrong. What matters of it is reported where connections end (`http/connections.rs`).
    let filter = "actix_http::h1=off".parse().into_iter().fold(filter, EnvFilter::add_directive);
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    // A second start in one process (tests) keeps the first.
    let _ = match mode {
        Mode::Production => builder.json().flatten_event(true).try_init(),
        Mode::Development => builder.compact().try_init(),
    };
    warnings
}

/// Starts counting; the handle renders the figures for Prometheus.
///
/// # Errors
/// A sentence when this process counts already.
pub fn start_metrics() -> Result<PrometheusHandle, String> {
    PrometheusBuilder::new().install_recorder().map_err(|error| format!("figures cannot be kept: {error}"))
}

/// The log span of a request: the route's pattern, never the address itself.
#[derive(Debug)]
pub struct QuietSpan;

impl RootSpanBuilder for QuietSpan {
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
