//! Query parameters: named, typed, and only those in the document.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use serde::de::DeserializeOwned;

use super::contract::Contract;
use crate::error::{Error, Result};
use crate::refusal::Reason;

/// The query string as `T`, which denies unknown fields. A list is a parameter that is repeated.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(checked_query(request).and_then(|checked| read(&checked.filter)).map(Self))
    }
}

/// The parameters for the page of a list. No other query may use their names.
const PAGE_PARAMETERS: [&str; 2] = ["limit", "cursor"];

/// The page of a list that a request asks for.
///
/// # Errors
/// 400 `invalid_parameter`.
pub(super) fn paging<T: DeserializeOwned>(request: &HttpRequest) -> Result<T> {
    checked_query(request).and_then(|checked| read(&checked.page))
}

/// A query that was validated and normalised; stored with the request.
#[derive(Debug, Clone)]
struct CheckedQuery {
    /// The parameters for the page of a list.
    page: String,
    /// All other parameters.
    filter: String,
}

/// The query is validated only after the caller is known to be allowed to call the operation; before that, their refusal is the
/// response.
fn checked_query(request: &HttpRequest) -> Result<CheckedQuery> {
    let checked = request.extensions().get::<CheckedQuery>().cloned();
    checked.map_or_else(|| normalise_query(request), Ok)
}

/// Validates the query and the conditional headers of a request against the document, which alone defines the parameters; so this
/// also applies to operations without any. Done as soon as it is known that the caller may call the operation.
///
/// # Errors
/// 400 `invalid_parameter` that names each one that is wrong.
pub fn check(request: &HttpRequest) -> Result<()> {
    let normal = normalise_query(request)?;
    request.extensions_mut().insert(normal);
    Ok(())
}

/// The query with its texts normalised, if it and the conditional headers are valid.
fn normalise_query(request: &HttpRequest) -> Result<CheckedQuery> {
    let text = request.query_string();
    let contract = request.app_data::<Contract>().ok_or_else(|| Error::internal("the application has no contract"))?;
    let path = request.match_info().as_str();
    let Some(address) = contract.route(path).filter(|address| address.pattern.starts_with("/v1/")) else {
        return Ok(CheckedQuery { page: String::new(), filter: text.to_owned() });
    };
    address.check_conditions(request.method(), request.headers())?;
    if text.len() > MAX_LENGTH {
        return Err(Error::field(
            Reason::InvalidParameter,
            "query",
            "too_long",
            "The query is too long. Use at most 4096 bytes.",
        ));
    }
    let mut given: Vec<(String, String)> = serde_html_form::from_str(text).map_err(|_| {
        Error::field(Reason::InvalidParameter, "query", "unreadable", "The query cannot be read. Check how it is encoded.")
    })?;
    contract.check_query(request.method(), &address.pattern, &mut given)?;
    let (page, filter): (Vec<_>, Vec<_>) = given.into_iter().partition(|(name, _)| PAGE_PARAMETERS.contains(&name.as_str()));
    let written = |given| serde_html_form::to_string(given).map_err(|_| Error::internal("a query could not be written"));
    Ok(CheckedQuery { page: written(&page)?, filter: written(&filter)? })
}

/// Longer than any query that a client needs.
const MAX_LENGTH: usize = 4096;

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let parser = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(parser).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        // serde's messages may quote the value that was sent; only the field's name at their beginning is used.
        let named = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(str::to_owned);
        if let Some(name) = named("unknown field `") {
            Error::field(
                Reason::InvalidParameter,
                safe_name(&name),
                "unknown",
                "This operation does not have this parameter. Remove it.",
            )
        } else if let Some(name) = named("missing field `") {
            Error::field(Reason::InvalidParameter, name, "required", "This parameter is required.")
        } else if let Some(name) = named("duplicate field `") {
            Error::field(Reason::InvalidParameter, name, "repeated", "Give this parameter only once.")
        } else {
            let name = path.split(['[', '.']).next().unwrap_or_default().to_owned();
            Error::field(Reason::InvalidParameter, name, "invalid", "This value is not valid.")
        }
    })
}

/// A name from the request, reduced to characters and a length that names of the service have.
fn safe_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        limit: Option<u8>,
        #[serde(default)]
        language: Vec<String>,
        from: String,
    }

    #[test]
    fn parameters_are_read_and_a_wrong_one_is_named() {
        let good = read::<Filter>("from=x&language=en&language=cy&limit=3").unwrap();
        assert_eq!(good, Filter { limit: Some(3), language: vec!["en".into(), "cy".into()], from: "x".into() });
        for (text, pointer, code) in [
            ("", "from", "required"),
            ("from=x&colour=red", "colour", "unknown"),
            ("from=x&limit=many", "limit", "invalid"),
            ("from=x&limit=1&limit=2", "limit", "invalid"),
        ] {
            let error = read::<Filter>(text).unwrap_err();
            assert_eq!((error.fields()[0].pointer.as_str(), error.fields()[0].code), (pointer, code), "{text}");
        }
    }
}
