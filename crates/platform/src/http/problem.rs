//! Errors as they are sent: RFC 9457 `application/problem+json`.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{Array, ArrayBuilder};

use crate::error::Error;
use crate::refusal::Code;

/// Why a request was refused or failed (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The address of the documentation of this `code`, relative to the server. Always the same for a code.
    #[serde(rename = "type")]
    #[schema(example = "/docs/problems#slot_taken", max_length = 200)]
    pub problem_type: String,
    /// A short summary of the type of problem, for people.
    #[schema(max_length = 200)]
    pub title: String,
    /// The HTTP status code, repeated.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened in this case and what to do next, for people. Never repeats what was sent.
    #[schema(max_length = 1000)]
    pub detail: String,
    /// The stable error code; branch on this.
    pub code: Code,
    /// The members or parameters that are wrong; empty when the problem is not about any.
    #[schema(max_items = 1000)]
    pub errors: Vec<ProblemField>,
    /// Other places to get help; left out of responses that turn no one away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = signposts_schema, required = false)]
    pub signposts: Option<serde_json::Value>,
}

/// Signposts belong to another crate; here only the name of their schema is known.
fn signposts_schema() -> Array {
    ArrayBuilder::new()
        .items(Ref::from_schema_name("SignpostView"))
        .max_items(Some(100))
        .description(Some("Other places to get help; left out of responses that turn no one away."))
        .build()
}

/// A member or parameter that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// A JSON pointer into the body (`/answers/3/value`), or the name of a parameter or header.
    #[schema(max_length = 500)]
    pub pointer: String,
    /// What is wrong, as a stable code such as `required`, `too_long` or `unknown`.
    #[schema(max_length = 100)]
    pub code: String,
    /// What is wrong and how to correct it, for people.
    #[schema(max_length = 1000)]
    pub detail: String,
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let code = error.reason().code();
        Self {
            problem_type: format!("/docs/problems#{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: error.refusal.detail.to_string(),
            code,
            errors: error
                .fields()
                .iter()
                .map(|field| ProblemField {
                    pointer: field.pointer.clone(),
                    code: field.code.to_owned(),
                    detail: field.detail.to_string(),
                })
                .collect(),
            signposts: error.signposts.as_deref().cloned(),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.reason().code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if let Some(cause) = &self.cause {
            if status == StatusCode::INTERNAL_SERVER_ERROR {
                tracing::error!(%cause, "a request failed");
            } else if self.is_already_logged() {
                tracing::debug!(%cause, code = self.reason().code().as_str(), "a request could not be served");
            } else {
                tracing::warn!(%cause, code = self.reason().code().as_str(), "a request could not be served");
            }
        }
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/problem+json")));
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.insert_header((RETRY_AFTER, seconds));
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the body is not awaited.
            response.force_close();
        }
        if self.fields().iter().any(|field| field.pointer == "Content-Encoding") {
            response.insert_header((ACCEPT_ENCODING, HeaderValue::from_static("identity")));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header(("WWW-Authenticate", "Bearer"));
        }
        response.body(serde_json::to_vec(&Problem::from(self)).unwrap_or_default())
    }
}
