//! Responses that are built inside a transaction and sent after it.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::{Deserialize, Serialize};

use super::etag::etag;
use crate::error::{Error, Result};

/// A finished response: a status, a JSON body and its headers. It can be stored and sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
    body: Option<String>,
}

impl Response {
    /// 200 with a body.
    ///
    /// # Errors
    /// [`Error::internal`] when the view cannot be written as JSON.
    pub fn ok<T: Serialize>(view: &T) -> Result<Self> {
        Self::with_body(StatusCode::OK, view)
    }

    /// 201 with a body, and the address of the new record.
    ///
    /// # Errors
    /// As [`Response::ok`].
    pub fn created<T: Serialize>(location: impl Into<String>, view: &T) -> Result<Self> {
        Ok(Self { location: Some(location.into()), ..Self::with_body(StatusCode::CREATED, view)? })
    }

    /// 202 with a body: the request was received and will be acted on.
    ///
    /// # Errors
    /// As [`Response::ok`].
    pub fn accepted<T: Serialize>(view: &T) -> Result<Self> {
        Self::with_body(StatusCode::ACCEPTED, view)
    }

    /// 204 without a body.
    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT.as_u16(), location: None, etag: None, body: None }
    }

    /// The same response as 201 for a new record at this address.
    #[must_use]
    pub fn with_location(mut self, location: impl Into<String>) -> Self {
        self.status = StatusCode::CREATED.as_u16();
        self.location = Some(location.into());
        self
    }

    /// Adds the version of the record as an ETag, for a later `If-Match`.
    #[must_use]
    pub fn with_version(mut self, version: i32) -> Self {
        self.etag = Some(etag(version));
        self
    }

    fn with_body<T: Serialize>(status: StatusCode, view: &T) -> Result<Self> {
        let body = serde_json::to_string(view).map_err(|_| Error::internal("a response could not be written"))?;
        Ok(Self { status: status.as_u16(), location: None, etag: None, body: Some(body) })
    }
}

impl Responder for Response {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        if let Some(etag) = self.etag {
            response.insert_header((ETAG, etag));
        }
        match self.body {
            Some(body) => {
                response.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")));
                response.body(body)
            }
            None => response.finish(),
        }
    }
}
