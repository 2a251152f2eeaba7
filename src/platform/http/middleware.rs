//! What happens to every request and answer, whatever room it is for.

use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use tracing_actix_web::RequestId;

use super::contract::{Address, Contract};
use super::query;
use crate::platform::error::Error;
use crate::platform::refusal::{Code, Refusal};
use crate::platform::throttle::Throttle;

/// The outermost layer: throttling, headers for confidentiality, HEAD as GET, figures.
///
/// # Errors
/// What the inner service returns.
pub async fn at_the_door<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let began = Instant::now();
    let method = request.method().clone();
    let contract = request.app_data::<Contract>().cloned();
    let address = contract.as_ref().and_then(|contract| contract.address(request.path()));
    // What the document does not know is looked up the slow way.
    let pattern = match address {
        Some(address) => address.pattern.clone(),
        None => request.match_pattern().unwrap_or_else(|| "unknown".to_owned()),
    };
    let request_id = actix_web::HttpMessage::extensions(&request).get::<RequestId>().copied();
    if method == Method::HEAD {
        // The server leaves the body of an answer to HEAD out by itself.
        request.head_mut().method = Method::GET;
    }
    let mut response = match refused(&request, address) {
        Some(answer) => request.into_response(answer).map_into_right_body(),
        None => next.call(request).await?.map_into_left_body(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-resource-policy", "same-site"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(value) = request_id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let labels = [("method", method.to_string()), ("route", pattern), ("status", response.status().as_u16().to_string())];
    metrics::counter!("confide_http_requests_total", &labels).increment(1);
    metrics::histogram!("confide_http_request_seconds", &labels).record(began.elapsed().as_secs_f64());
    Ok(response)
}

/// What is answered before any room is asked.
fn refused(request: &ServiceRequest, address: Option<&Address>) -> Option<HttpResponse> {
    if let Some(throttle) = request.app_data::<Throttle>()
        && let Err(error) = throttle.request(request.request())
    {
        return Some(error.error_response());
    }
    // Only an address that is ours can have no acceptable representation; others are simply not found.
    let served = address.map_or("application/json", |address| address.serves(request.method()));
    if request.path().starts_with("/v1/") && !accepts(request.request(), served) {
        let detail = format!("The answer is {served}.");
        return Some(Error::field(Code::NotAcceptable, "Accept", "not_acceptable", detail).error_response());
    }
    // Routing would try `/x/{id}` for a method that `/x/word` does not have.
    let address = address?;
    if !address.has(request.method()) || request.method() == Method::OPTIONS {
        return Some(instead(request.method(), &address.allow));
    }
    let contract = request.app_data::<Contract>().filter(|_| address.pattern.starts_with("/v1/"))?;
    match query::check(contract, request.method(), &address.pattern, request.query_string()) {
        Ok(checked) => {
            actix_web::HttpMessage::extensions_mut(request.request()).insert(checked);
            None
        }
        Err(error) => Some(error.error_response()),
    }
}

/// True when the caller takes an answer of that type, or at least a problem.
fn accepts(request: &HttpRequest, served: &str) -> bool {
    let mut ranges =
        request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).peekable();
    ranges.peek().is_none()
        || ranges.any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            !refused && (kind == "*/*" || kind == "application/*" || kind == served || kind == "application/problem+json")
        })
}

/// Answers for addresses that no room has.
pub async fn nobody_home() -> HttpResponse {
    Error::from(Refusal::new(Code::NotFound, "There is no such address.")).error_response()
}

/// Answers for a method that an address does not have: its methods for OPTIONS, else 405 with `Allow`.
fn instead(method: &Method, methods: &str) -> HttpResponse {
    if *method == Method::OPTIONS {
        return HttpResponse::NoContent().insert_header((ALLOW, methods)).finish();
    }
    let mut response = Error::from(Code::MethodNotAllowed).error_response();
    if let Ok(value) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
