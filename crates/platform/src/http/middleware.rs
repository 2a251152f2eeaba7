//! What happens to every request and response, whatever the operation.

use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, AcceptEncoding, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, Encoding, HeaderName, HeaderValue, IF_NONE_MATCH, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpResponse, ResponseError};
use tracing_actix_web::RequestId;

use super::accept::accepts;
use super::contract::Contract;
use super::etag::matches_any;
use super::page_policy;
use super::query;
use super::route::Route;
use super::static_file::IDENTITY_CODING;
use crate::error::Error;
use crate::refusal::{Reason, Refusal};
use crate::throttle::Throttle;

/// The outermost layer: the headers that every response has, and the metrics. An error that the server produced without this
/// program is turned into a problem.
///
/// # Errors
/// The error of the inner service.
pub async fn finish_response<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let began = Instant::now();
    let method = request.method().clone();
    let address = request.app_data::<Contract>().and_then(|contract| contract.route(request.match_info().as_str()));
    // A path that is not in the document is looked up in the router, which is slower.
    let pattern = match address {
        Some(address) => address.pattern.clone(),
        None => request.match_pattern().unwrap_or_else(|| "unknown".to_owned()),
    };
    let request_id = request.extensions().get::<RequestId>().copied();
    let mut response = as_problem(next.call(request).await?);
    // A browser puts the headers of a 304 in place of those that it holds, and a 304 does not say whether it is of a page.
    let is_not_modified = response.status() == StatusCode::NOT_MODIFIED;
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
    if !is_not_modified {
        let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| page_policy::is_page(kind.as_bytes()));
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(page_policy::content_policy(is_page)));
        if is_page {
            // A page that opened this one, or that this one opens, gets no reference to it.
            headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
        }
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

/// Errors that this program did not produce (a refused preflight, a missing file of the documentation) have no content but a
/// status.
fn as_problem<B: MessageBody>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
    let is_problem =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    let code = match response.status() {
        status if is_problem || !(status.is_client_error() || status.is_server_error()) => return response.map_into_left_body(),
        StatusCode::NOT_FOUND => Reason::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Reason::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Reason::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => Reason::BodyTooLarge,
        status if status.is_server_error() => Reason::Internal,
        _ => Reason::BadRequest,
    };
    let problem = Error::from(code).error_response();
    let (request, old) = response.into_parts();
    let mut response = ServiceResponse::new(request, problem.map_into_right_body());
    for name in [VARY, ALLOW] {
        if let Some(value) = old.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// The layer around the compression. A caller who refuses every coding, even `identity`, is answered without one, because the
/// compression layer would otherwise answer with an undocumented error. The compression layer leaves a response alone that has a
/// coding already; the coding `identity` is removed before the response is sent.
///
/// # Errors
/// The error of the inner service.
pub async fn negotiate_compression<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let codings = [Encoding::identity(), Encoding::gzip(), Encoding::deflate()];
    let sent = request.get_header::<AcceptEncoding>();
    if sent.is_some_and(|sent| sent.negotiate(codings.iter()).is_none()) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding == IDENTITY_CODING) {
        headers.remove(CONTENT_ENCODING);
    }
    Ok(response)
}

/// The layer before the handlers: rate limits, refusals that apply to every operation, HEAD as GET, and `If-None-Match`.
///
/// # Errors
/// The error of the inner service.
pub async fn request_pipeline<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let contract = request.app_data::<Contract>().cloned();
    let address = contract.as_ref().and_then(|contract| contract.route(request.match_info().as_str()));
    if request.method() == Method::HEAD {
        // The server itself omits the body of the response to HEAD.
        request.head_mut().method = Method::GET;
    }
    let response = match early_refusal(&request, address) {
        Some(answer) => request.into_response(answer).map_into_right_body(),
        None => next.call(request).await?.map_into_left_body(),
    };
    Ok(not_modified(response))
}

/// Removes the body from a response that the caller has already.
fn not_modified<B: MessageBody>(response: ServiceResponse<EitherBody<B>>) -> ServiceResponse<EitherBody<B>> {
    let lines: Vec<&[u8]> = response.request().headers().get_all(IF_NONE_MATCH).map(|line| line.as_bytes()).collect();
    let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
    let is_known = response.request().method() == Method::GET
        && response.status() == StatusCode::OK
        && etag.is_some_and(|etag| matches_any(&lines, etag));
    if !is_known {
        return response;
    }
    let mut response = response.map_body(|_, _| EitherBody::right(BoxBody::new(())));
    *response.response_mut().status_mut() = StatusCode::NOT_MODIFIED;
    for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_DISPOSITION, CONTENT_ENCODING] {
        response.headers_mut().remove(name);
    }
    response
}

/// A response that is given before any handler is called.
fn early_refusal(request: &ServiceRequest, address: Option<&Route>) -> Option<HttpResponse> {
    if let Some(throttle) = request.app_data::<Throttle>()
        && let Err(error) = throttle.request(request.request())
    {
        return Some(error.error_response());
    }
    // Only a known path can have no acceptable representation; other paths are not found.
    let served = address.map_or("application/json", |address| address.response_type(request.method()));
    if request.match_info().as_str().starts_with("/v1/")
        && !accepts(request.headers().get_all(ACCEPT).map(HeaderValue::as_bytes), served)
    {
        let detail = format!("This operation answers with {served}. Accept that type.");
        return Some(Error::field(Reason::NotAcceptable, "Accept", "not_acceptable", detail).error_response());
    }
    // The router would otherwise use `/x/{id}` for a method that `/x/word` does not have.
    let address = address?;
    if !address.has_method(request.method()) || request.method() == Method::OPTIONS {
        return Some(method_response(request.method(), &address.allow));
    }
    if address.requires_sign_in(request.method()) {
        // A caller who is not signed in, or has another role, must not learn which parameters exist: see `query::check`.
        return None;
    }
    query::check(request.request()).err().map(|error| error.error_response())
}

/// The response for paths that no operation has.
pub async fn not_found_handler() -> HttpResponse {
    Error::from(Refusal::new(Reason::NotFound, "This address does not exist. Check the path.")).error_response()
}

/// The response for a method that a path does not have: its methods for OPTIONS, otherwise 405 with `Allow`.
fn method_response(method: &Method, methods: &str) -> HttpResponse {
    if *method == Method::OPTIONS {
        return HttpResponse::NoContent().insert_header((ALLOW, methods)).finish();
    }
    let mut response = Error::from(Reason::MethodNotAllowed).error_response();
    if let Ok(value) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
