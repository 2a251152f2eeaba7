//! JSON bodies: read, validated against the document, and parsed into a form.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use utoipa::ToSchema;

use super::contract::Contract;
use super::parse;
use crate::Platform;
use crate::error::{Error, Result};
use crate::refusal::Reason;

/// The largest accepted body in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;

/// A body that is valid by the document.
#[derive(Debug, Clone)]
pub struct Json<T> {
    pub form: T,
    /// Identifies the content of the body, whatever the order of its members.
    pub digest: [u8; 32],
}

/// The digest of the body, stored with the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyDigest(pub(super) [u8; 32]);

impl<T> std::ops::Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.form
    }
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let contract = request.app_data::<Contract>().cloned();
        let content_type = check_content_type(request);
        let time_limit = request.app_data::<Platform>().map(|platform| platform.policy.client_timeout).unwrap_or_default();
        let bytes = web::Bytes::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            content_type?;
            let contract = contract.ok_or_else(|| Error::internal("the application has no contract"))?;
            let bytes = timeout(time_limit, bytes).await.map_err(|_| Error::from(Reason::RequestTimeout))?;
            let bytes = bytes.map_err(|error| unreadable(&error))?;
            let mut body = parse::parse_json(&bytes)?;
            contract.check(&T::name(), &mut body)?;
            let digest = digest(&body);
            request.extensions_mut().insert(BodyDigest(digest));
            Ok(Self { form: read(body)?, digest })
        })
    }
}

fn check_content_type(request: &HttpRequest) -> Result<()> {
    // The size of a compressed body could not be limited before it is decompressed.
    let mut codings = request.headers().get_all(CONTENT_ENCODING).map(|value| value.as_bytes().trim_ascii());
    if codings.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")) {
        return Err(Error::field(
            Reason::UnsupportedMediaType,
            "Content-Encoding",
            "unsupported",
            "Send the body without compression.",
        ));
    }
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Error::field(Reason::UnsupportedMediaType, "Content-Type", "unsupported", "Send the body as application/json."))
}

fn unreadable(error: &actix_web::Error) -> Error {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => {
            Error::field(Reason::BodyTooLarge, "", "too_large", format!("Send a body of at most {LARGEST_BODY} bytes."))
        }
        _ if error.as_response_error().status_code() == 413 => {
            Error::field(Reason::BodyTooLarge, "", "too_large", format!("Send a body of at most {LARGEST_BODY} bytes."))
        }
        _ => Error::field(Reason::BadRequest, "", "unreadable", "The body could not be read completely. Send the request again."),
    }
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T> {
    serde_path_to_error::deserialize(body).map_err(|error| {
        let pointer = error.path().iter().fold(String::new(), |pointer, segment| {
            let name = segment.to_string();
            format!("{pointer}/{}", name.trim_matches(['[', ']']))
        });
        Error::field(Reason::InvalidBody, pointer, "invalid", "This value is not valid.")
    })
}

/// Members are sorted first: the same body with its members in another order has the same digest.
fn digest(body: &Value) -> [u8; 32] {
    fn write(value: &Value, hash: &mut Sha256) {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                hash.update(b"{");
                for (name, member) in members {
                    hash.update(Value::String(name.clone()).to_string());
                    write(member, hash);
                }
                hash.update(b"}");
            }
            Value::Array(items) => {
                hash.update(b"[");
                for item in items {
                    write(item, hash);
                    hash.update(b",");
                }
                hash.update(b"]");
            }
            other => hash.update(other.to_string()),
        }
    }
    let mut hash = Sha256::new();
    write(body, &mut hash);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_members_does_not_change_the_digest() {
        let digest_of = |text: &str| digest(&serde_json::from_str(text).unwrap());
        assert_eq!(digest_of(r#"{"a":1,"b":[{"c":2,"d":3}]}"#), digest_of(r#"{"b":[{"d":3,"c":2}],"a":1}"#));
        assert_ne!(digest(&json!([1, 2])), digest(&json!([2, 1])));
        assert_ne!(digest(&json!({"a": "1"})), digest(&json!({"a": 1})));
        assert_ne!(digest(&json!([[1], 2])), digest(&json!([[1, 2]])));
    }
}
