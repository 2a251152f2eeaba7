//! Versions of records that two people may edit: `ETag` in responses, `If-Match` in requests.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::{IntoParams, PartialSchema as _};

use crate::error::{Error, Result};
use crate::refusal::{Reason, Refusal};

/// The ETag of a version.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// The version that the caller has seen. Required: without the header the response is 428.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Vec<String>);

impl IfMatch {
    /// Accepts a change only when the caller has seen the current version.
    ///
    /// # Errors
    /// 412 `version_mismatch`. Weak tags never match (RFC 9110, section 13.1.1); `*` always does.
    pub fn check(&self, version: i32) -> Result<()> {
        let current = etag(version);
        if self.0.iter().any(|tag| *tag == current || tag == "*") {
            return Ok(());
        }
        Err(Refusal::new(
            Reason::VersionMismatch,
            "Someone has changed this record since you read it. Read it again, then repeat your change.",
        )
        .field("If-Match", "stale", "This is not the current version.")
        .into())
    }
}

impl IfMatch {
    /// The versions that the caller has seen, if the header was sent.
    ///
    /// # Errors
    /// 400 `invalid_parameter` when the header contains anything but entity tags or a `*`.
    pub(super) fn sent(request: &HttpRequest) -> Result<Option<Self>> {
        let lines: Vec<&[u8]> = request.headers().get_all(IF_MATCH).map(|line| line.as_bytes()).collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let unreadable = || {
            Error::field(
                Reason::InvalidParameter,
                "If-Match",
                "unreadable",
                "Send ETags exactly as you received them, in quotes, or a *.",
            )
        };
        tags(&lines).map(|tags| Some(Self(tags))).ok_or_else(unreadable)
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some("The ETag of the record when you read it. If the record has changed since, nothing is changed."))
            .schema(Some(String::schema()));
        vec![header.build()]
    }
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let required =
            || Error::field(Reason::VersionRequired, "If-Match", "required", "Send the ETag that you received with the record.");
        ready(Self::sent(request).and_then(|sent| sent.ok_or_else(required)))
    }
}

/// True when a caller that has one of these tags need not be sent the content again (RFC 9110, section 13.1.2: weak comparison).
/// A header that cannot be read matches nothing, so the caller is sent everything.
pub(super) fn matches_any(lines: &[&[u8]], etag: &str) -> bool {
    let strong = |tag: &str| tag.trim_start_matches("W/").to_owned();
    tags(lines).is_some_and(|tags| tags.iter().any(|tag| tag == "*" || strong(tag) == strong(etag)))
}

/// The entity tags of a header that may have several lines, or the single `*`. None when it contains anything else.
fn tags(lines: &[&[u8]]) -> Option<Vec<String>> {
    let mut tags = Vec::new();
    for line in lines {
        let mut rest = std::str::from_utf8(line).ok()?.trim();
        while !rest.is_empty() {
            if let Some(next) = rest.strip_prefix(',') {
                rest = next.trim_start();
                continue;
            }
            let quoted = rest.strip_prefix("W/").unwrap_or(rest);
            let length = match quoted.strip_prefix('"') {
                Some(inner) => rest.len() - inner.len() + inner.find('"')? + 1,
                None if rest.starts_with('*') => 1,
                None => return None,
            };
            let (tag, next) = rest.split_at_checked(length)?;
            if tag.bytes().any(|byte| byte == b' ' || byte.is_ascii_control()) {
                return None;
            }
            tags.push(tag.to_owned());
            rest = next.trim_start();
            if !rest.is_empty() && !rest.starts_with(',') {
                return None;
            }
        }
    }
    let alone = tags.len() == 1 || !tags.iter().any(|tag| tag == "*");
    (alone && !tags.is_empty()).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&str]) -> Option<IfMatch> {
        tags(&lines.iter().map(|line| line.as_bytes()).collect::<Vec<_>>()).map(IfMatch)
    }

    #[test]
    fn only_the_current_strong_tag_or_a_star_matches() {
        for good in [&["\"v3\""][..], &["*"], &["\"v2\", \"v3\""], &["\"v2\"", "\"v3\""], &[" ,\"v3\" , "]] {
            assert!(sent(good).unwrap().check(3).is_ok(), "{good:?}");
        }
        for other in [&["\"v2\""][..], &["W/\"v3\""], &["\"v33\""], &["\"v2\",W/\"v3\""], &["\"\""]] {
            assert_eq!(sent(other).unwrap().check(3).unwrap_err().reason(), Reason::VersionMismatch, "{other:?}");
        }
    }

    #[test]
    fn anything_but_a_list_of_tags_is_unreadable() {
        for wrong in
            [&["v3"][..], &[""], &[","], &["\"v3"], &["\"v3\" \"v4\""], &["*, \"v3\""], &["\"v3\"", "*"], &["w/\"v3\""], &["**"]]
        {
            assert!(sent(wrong).is_none(), "{wrong:?}");
        }
        assert!(tags(&[b"\"\xff\""]).is_none());
    }

    #[test]
    fn a_caller_that_has_the_current_version_is_not_sent_it_again() {
        let matches = |lines: &[&str]| matches_any(&lines.iter().map(|line| line.as_bytes()).collect::<Vec<_>>(), "\"v3\"");
        for good in [&["\"v3\""][..], &["W/\"v3\""], &["*"], &["\"v1\", W/\"v3\""], &["\"v1\"", "\"v3\""]] {
            assert!(matches(good), "{good:?}");
        }
        for other in [&["\"v4\""][..], &["v3"], &[], &["\"v3"]] {
            assert!(!matches(other), "{other:?}");
        }
    }
}
