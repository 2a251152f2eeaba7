//! Query parameters: named, typed, and none that the document does not know.

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
        ready(checked(request).and_then(|checked| read(&checked.filter)).map(Self))
    }
}

/// The parameters that say which page of a list is asked for. No other query may use their names.
const OF_PAGES: [&str; 2] = ["limit", "cursor"];

/// Which page of a list a request asks for.
///
/// # Errors
/// 400 `invalid_parameter`.
pub(super) fn paging<T: DeserializeOwned>(request: &HttpRequest) -> Result<T> {
    checked(request).and_then(|checked| read(&checked.page))
}

/// A query that was checked, its texts in their normal form; left with the request.
#[derive(Debug, Clone)]
struct Checked {
    /// What says which page of a list is asked for.
    page: String,
    /// Everything else.
    filter: String,
}

/// Before the caller is known to be admitted there is none; then their refusal is what is answered.
fn checked(request: &HttpRequest) -> Result<Checked> {
    let checked = request.extensions().get::<Checked>().cloned();
    checked.map_or_else(|| normal(request), Ok)
}

/// Checks the query and the conditions of a request against the document, which alone says what each parameter may be and which there
/// are; so it holds for operations that take none, too. Done as soon as it is known that the caller may call the operation.
///
/// # Errors
/// 400 `invalid_parameter`, naming every one that is wrong.
pub fn check(request: &HttpRequest) -> Result<()> {
    let normal = normal(request)?;
    request.extensions_mut().insert(normal);
    Ok(())
}

/// The query with its texts in their normal form, if it and the conditions are as documented.
fn normal(request: &HttpRequest) -> Result<Checked> {
    let text = request.query_string();
    let contract =
        request.app_data::<Contract>().ok_or_else(|| Error::internal("the application was put together without its contract"))?;
    let path = request.match_info().as_str();
    let Some(address) = contract.address(path).filter(|address| address.pattern.starts_with("/v1/")) else {
        return Ok(Checked { page: String::new(), filter: text.to_owned() });
    };
    address.check_conditions(request.method(), request.headers())?;
    if text.len() > LONGEST {
        return Err(Error::field(Reason::InvalidParameter, "query", "too_long", "The query is too long."));
    }
    let mut given: Vec<(String, String)> = serde_html_form::from_str(text)
        .map_err(|_| Error::field(Reason::InvalidParameter, "query", "unreadable", "The query cannot be read."))?;
    contract.check_query(request.method(), &address.pattern, &mut given)?;
    let (page, filter): (Vec<_>, Vec<_>) = given.into_iter().partition(|(name, _)| OF_PAGES.contains(&name.as_str()));
    let written = |given| serde_html_form::to_string(given).map_err(|_| Error::internal("a query could not be written"));
    Ok(Checked { page: written(&page)?, filter: written(&filter)? })
}

/// Longer than any query a client of ours sends.
const LONGEST: usize = 4096;

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let parser = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(parser).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        // serde's messages may quote the value that was sent; only the name that they begin with is used.
        let named = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(str::to_owned);
        if let Some(name) = named("unknown field `") {
            Error::field(Reason::InvalidParameter, shortened(&name), "unknown", "There is no such parameter here.")
        } else if let Some(name) = named("missing field `") {
            Error::field(Reason::InvalidParameter, name, "required", "This parameter is required.")
        } else if let Some(name) = named("duplicate field `") {
            Error::field(Reason::InvalidParameter, name, "repeated", "This parameter may be given once.")
        } else {
            let name = path.split(['[', '.']).next().unwrap_or_default().to_owned();
            Error::field(Reason::InvalidParameter, name, "invalid", "This parameter's value is not as documented.")
        }
    })
}

/// A name that we did not choose is repeated only as far as a name of ours would reach.
fn shortened(name: &str) -> String {
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
        for (text, pointer, word) in [
            ("", "from", "required"),
            ("from=x&colour=red", "colour", "unknown"),
            ("from=x&limit=many", "limit", "invalid"),
            ("from=x&limit=1&limit=2", "limit", "invalid"),
        ] {
            let error = read::<Filter>(text).unwrap_err();
            assert_eq!((error.fields()[0].pointer.as_str(), error.fields()[0].code), (pointer, word), "{text}");
        }
    }
}
